// The runs of a plan, trained by so many processes at a time. What is finished stays, what was cut off goes on, what
// failed is told and left. A run belongs to whoever holds its lock.
import { readState } from '../run/summary.ts';
import { attempt, fileExists, remove, writeFileAtomic } from '../util/files.ts';
import { isHeld } from '../util/lock-file.ts';
import { readText } from '../util/text.ts';
import type { PlannedRun } from './plan.ts';
import { type Tick, trainRun } from './training-process.ts';

/** `waiting`: not begun, or cut off. `running`: by another process. */
export type TrainingState = 'finished' | 'failed' | 'waiting' | 'running';

export interface StudyObserver {
  /** A training begins, or goes on. */
  begun(run: PlannedRun, isNew: boolean): void;
  ticked(run: PlannedRun, tick: Tick): void;
  /** It ended: `waiting` where it was interrupted. */
  ended(run: PlannedRun, state: TrainingState, reason?: string): void;
  /** Another process is at work on it. */
  awaited(run: PlannedRun): void;
}

export interface TrainingOptions {
  jobs: number;
  threads: number;
  signal: AbortSignal;
  observer: StudyObserver;
  /** Throws where what the runs are made of has changed. */
  check: () => void;
}

export function stateOf(run: PlannedRun): TrainingState {
  const { folder } = run;
  if (isHeld(folder.lock)) return 'running';
  if (folder.hasRun() && readState(folder) === 'finished') return 'finished';
  return fileExists(failurePath(run)) ? 'failed' : 'waiting';
}

/** Beside the run's folder, which a training that fails before it starts does not make. */
const failurePath = ({ folder }: PlannedRun): string => `${folder.path}.failed`;

/** Why a run has failed. */
export const readFailure = (run: PlannedRun): string => readText(failurePath(run)).trim();

/** A run that has failed may be tried again. */
export const forgetFailure = (run: PlannedRun): void => remove(failurePath(run));

/** How long to wait before looking again whether another process has ended. */
const POLL_MS = 300;

/** Trains the runs that are waiting. */
export async function trainAll(runs: readonly PlannedRun[], options: TrainingOptions): Promise<void> {
  const { jobs, signal } = options;
  // Runs of other processes come last: they may have ended by then.
  const states = runs.map(stateOf);
  const queue = [
    ...runs.filter((_, i) => states[i] === 'waiting'),
    ...runs.filter((_, i) => states[i] === 'running'),
  ];
  const work = async (): Promise<void> => {
    for (let run = queue.shift(); run !== undefined && !signal.aborted; run = queue.shift())
      await trainOne(run, options);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, work));
}

async function trainOne(
  run: PlannedRun,
  { threads, signal, observer, check }: TrainingOptions,
): Promise<void> {
  if (stateOf(run) === 'running') observer.awaited(run);
  while (stateOf(run) === 'running' && !signal.aborted)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const found = stateOf(run);
  if (found !== 'waiting') return observer.ended(run, found);
  if (signal.aborted) return;
  check();
  const isNew = !run.folder.hasRun();
  observer.begun(run, isNew);
  const words = [
    'train',
    run.base,
    ...[...run.overrides, `threads=${threads}`].flatMap((override) => ['--set', override]),
    '--run',
    run.folder.path,
    ...(isNew ? [] : ['--resume']),
  ];
  const { code, reason } = await trainRun(words, signal, (tick) => observer.ticked(run, tick));
  if (code === 0) return observer.ended(run, stateOf(run));
  if (signal.aborted) return observer.ended(run, 'waiting');
  // What was killed has not failed: it goes on with the next start.
  if (code !== null) attempt(run.folder.path, () => writeFileAtomic(failurePath(run), `${reason}\n`));
  observer.ended(run, 'failed', reason);
}
