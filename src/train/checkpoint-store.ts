// The checkpoints of a run in training: what is stored when, and what goes. None of them holds NaN or ∞.
import type { RunFolder } from '../run/run-folder.ts';
import { findDiverged, saveSnapshot, saveState } from './checkpoint.ts';
import type { StoredRecord } from './data-record.ts';
import { DivergedError } from './diverged.ts';
import type { Progress } from './progress.ts';
import type { TrainStep } from './train-step.ts';

export class CheckpointStore {
  readonly #folder: RunFolder;
  readonly #step: TrainStep;
  readonly #record: StoredRecord;
  readonly #writes: boolean;
  /** The update up to which the run is stored. */
  stored = 0;

  /** Without `writes` states are only checked: another process stores them. */
  constructor(folder: RunFolder, step: TrainStep, record: StoredRecord, writes = true) {
    this.#folder = folder;
    this.#step = step;
    this.#record = record;
    this.#writes = writes;
  }

  /** A DivergedError where parameters or optimizer state hold NaN or ∞: they never become finite again. */
  refuseDiverged(progress: Progress): void {
    const name = findDiverged(this.#step);
    if (name !== undefined)
      throw new DivergedError(`${name} holds NaN or ∞ after update ${progress.step}`, progress);
  }

  /** Stores the state to go on from in a run's folder; a DivergedError where it is not finite, as in saveValidated. */
  save(progress: Progress, folder: RunFolder): void {
    this.refuseDiverged(progress);
    this.#saveLast(progress, folder);
  }

  /**
   * Stores what a validation has found: parameters first, then the state that names them; then what it does not name
   * goes. So a crash at any time leaves a state with all its files.
   */
  saveValidated(progress: Progress, isBest: boolean): void {
    this.refuseDiverged(progress);
    if (!this.#writes) return;
    // What an earlier end of this run chose is no longer the choice.
    this.#folder.forgetChoice();
    const { parameters } = this.#step;
    const saveAs = (name: string) =>
      saveSnapshot(this.#folder.checkpoint(name), parameters, progress, this.#record);
    if (isBest) saveAs('best');
    const newest = progress.snapshots.at(-1);
    if (newest === snapshotName(progress.step)) saveAs(newest);
    this.#saveLast(progress, this.#folder);
    this.#folder.keepSnapshots(progress.snapshots);
  }

  #saveLast(progress: Progress, folder: RunFolder): void {
    if (!this.#writes) return;
    saveState(folder.checkpoint('last'), this.#step, progress, this.#record);
    this.stored = progress.step;
  }
}

/** The name of the checkpoint for averaging that is made after a step. */
export const snapshotName = (step: number): string => `step-${step}`;
