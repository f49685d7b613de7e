// Going on with a run: with its last state, or back at the parameters of a checkpoint.
import type { RunFolder } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { loadOrigin, loadState } from './checkpoint.ts';
import { measure } from './criterion.ts';
import type { Progress } from './progress.ts';
import type { TrainingRun } from './training-run.ts';

/**
 * Puts the system where the checkpoint `from` was made, and gives the counters. `last` goes on as if nothing had
 * happened. Others hold parameters and the place in the data, so the optimizer begins anew there; the updates after
 * them are forgotten.
 */
export async function restore(run: TrainingRun, from: string): Promise<Progress> {
  const { config, folder, engine, log, observer } = run;
  const path = folder.checkpoint(from);
  const progress = loadState(path, engine.step, { snapshot: from !== 'last' });
  const { seed, step } = progress;
  if (seed !== config.seed)
    throw new UserError(`${path}: trained with seed ${seed}, the config says ${config.seed}`);
  try {
    engine.batches.restore(progress.data);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${path}: ${error.message}`) : error;
  }
  if (from === 'last') observer.note(`resuming after update ${step}`);
  else {
    keepBest(progress, folder);
    progress.seconds = log.secondsAt(step);
    observer.note(
      `back at update ${step} with the parameters of ${from}; the optimizer's state begins at zero`,
    );
  }
  dropMissing(progress, run);
  await measureAnew(progress, run);
  return progress;
}

/** The best parameters stay the best, also those of an update that is forgotten; patience begins anew. */
function keepBest(progress: Progress, folder: RunFolder): void {
  const path = folder.checkpoint('best');
  progress.best = fileExists(path) ? (loadOrigin(path).progress?.best ?? null) : null;
  progress.sinceBest = 0;
}

/** Goes on without checkpoints that are no longer there. */
function dropMissing(progress: Progress, { folder, observer }: TrainingRun): void {
  const isThere = (name: string) => {
    const path = folder.checkpoint(name);
    if (fileExists(path)) return true;
    observer.note(`${path}: is missing; training goes on without it`);
    return false;
  };
  progress.snapshots = progress.snapshots.filter(isThere);
  if (progress.best !== null && !isThere('best')) progress.best = null;
}

/** Measures the best parameters so far by the config's criterion where their value is one of another. */
async function measureAnew(progress: Progress, run: TrainingRun): Promise<void> {
  const { folder, engine, criterion, observer } = run;
  const { best } = progress;
  if (best === null || best.criterion === criterion.signature) return;
  const { parameters } = engine;
  const current = parameters.flat.slice();
  const path = folder.checkpoint('best');
  parameters.assign(loadSafetensors(path).tensors, path);
  const value = await measure(criterion, engine, (done, total) =>
    observer.progress('validation', done, total),
  );
  parameters.flat.set(current);
  observer.note(
    `update ${best.step}, the best so far, was chosen by another measure (${best.criterion || 'unknown'}); its ${criterion.figure} is ${value.toFixed(4)}`,
  );
  progress.best = Number.isFinite(value) ? { ...best, value, criterion: criterion.signature } : null;
  progress.sinceBest = 0;
}
