// Whether a config goes on with the run in a folder: what decides the parameters' shapes, the text and the order of
// the batches must be as it was. Ends, schedules, rates and validation may change.
import type { RunFolder } from '../run/run-folder.ts';
import { UsageError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { loadOrigin } from './checkpoint.ts';
import { checkSameData, type DataRecord } from './data-record.ts';
import type { Job } from './job.ts';
import type { TrainObserver } from './observer.ts';

/**
 * A UsageError where the folder has no run with the checkpoint `from`, or a run of another model, data or seed; `from`
 * is `last`, or what can be gone back to: `best` or a snapshot such as `step-1200`. A UserError where its metadata is
 * not sound.
 */
export function checkResumable(
  job: Pick<Job, 'identity' | 'identityOf'>,
  folder: RunFolder,
  from: string,
): void {
  const { path } = folder;
  const last = folder.checkpoint('last');
  if (from === 'last' && !fileExists(last)) {
    throw new UsageError(
      `${last}: is not there, so nothing can be resumed; train anew with --overwrite or another --run`,
    );
  }
  const others = folder.earlier();
  if (from !== 'last' && !others.includes(from)) {
    const there = others.length === 0 ? 'none' : others.join(', ');
    throw new UsageError(`${path}: no checkpoint ${from} to go back to; there are: ${there}`);
  }
  const stored = job.identityOf(folder);
  loadOrigin(folder.checkpoint(from));
  const difference = findDifference(stored, job.identity, []);
  if (difference === undefined) return;
  const { key, before, now } = difference;
  throw new UsageError(
    `${path}: cannot resume: the run has ${key} ${show(before)}, the config says ${show(now)}; ` +
      'put it back, or train anew with --overwrite or another --run',
  );
}

/** A UsageError where the data is not what the checkpoint was trained on. */
export function checkRecord(
  record: DataRecord,
  folder: RunFolder,
  from: string,
  observer: TrainObserver,
): void {
  const before = loadOrigin(folder.checkpoint(from)).record;
  if (before !== undefined) checkSameData(before, record, folder);
  else observer.note('the run has no checksums of its data yet; that it is the same is taken on trust');
}

interface Difference {
  key: string;
  before: unknown;
  now: unknown;
}

function findDifference(before: unknown, now: unknown, path: readonly string[]): Difference | undefined {
  if (!isMap(before) || !isMap(now)) {
    return JSON.stringify(before) === JSON.stringify(now) ? undefined : { key: path.join('.'), before, now };
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const difference = findDifference(before[key], now[key], [...path, key]);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value));
