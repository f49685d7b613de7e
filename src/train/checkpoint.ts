// Checkpoints: parameters in safetensors, in whole states with the optimizer's state, and the counters in the
// metadata. What is read from them is checked; NaN and ∞ are neither written nor taken.
import { encodeSafetensors, loadMetadata, loadSafetensors } from '../runtime/safetensors.ts';
import { findNonFinite, type TensorData } from '../tensor/tensor.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { packageVersion } from '../util/package.ts';
import { parseRecord, type StoredRecord } from './data-record.ts';
import { assignTensors, type Parameters } from './parameters.ts';
import { type Progress, parseProgress, withoutOptimizer } from './progress.ts';
import type { TrainStep } from './train-step.ts';

const PROGRESS = 'tx.progress';
const DATA = 'tx.data';

/** The version of tx that wrote a checkpoint. */
const VERSION = 'tx.version';

const describe = (progress: Progress, record: StoredRecord): Record<string, string> => ({
  [VERSION]: packageVersion(),
  [PROGRESS]: JSON.stringify(progress),
  [DATA]: JSON.stringify(record),
});

/** Writes a state that training can go on from as if it had not been interrupted. */
export function saveState(path: string, train: TrainStep, progress: Progress, record: StoredRecord): void {
  writeFileAtomic(path, encodeSafetensors(stateTensors(train), describe(progress, record)));
}

/** Writes parameters alone, with the counters that `loadState` needs to go back to them. */
export function saveSnapshot(
  path: string,
  parameters: Parameters,
  progress: Progress,
  record: StoredRecord,
): void {
  saveParameters(path, parameters, describe(withoutOptimizer(progress), record));
}

/** Writes parameters alone. */
export function saveParameters(
  path: string,
  parameters: Parameters,
  metadata: Record<string, string> = {},
): void {
  const described = { [VERSION]: packageVersion(), ...metadata };
  writeFileAtomic(path, encodeSafetensors(parameters.tensors(), described));
}

/**
 * Restores what saveState wrote, or with `snapshot` what saveSnapshot wrote, which leaves the optimizer's state as it
 * is. A UserError where the file is damaged or no such state of this model and optimizer.
 */
export function loadState(path: string, train: TrainStep, { snapshot }: { snapshot: boolean }): Progress {
  const { tensors, metadata } = loadSafetensors(path);
  const progress = readProgress(metadata, path);
  if (progress === undefined) throw new UserError(`${path}: holds no training state to go on from`);
  assignTensors(snapshot ? train.parameters.tensors() : stateTensors(train), tensors, path);
  return progress;
}

/** The counters in a checkpoint, if it has any, and what it was trained on. A UserError as from loadState. */
export function loadOrigin(path: string): {
  progress: Progress | undefined;
  record: StoredRecord | undefined;
} {
  const metadata = loadMetadata(path);
  const stored = metadata[DATA];
  const record = stored === undefined ? undefined : parseRecord(stored, path);
  return { progress: readProgress(metadata, path), record };
}

function readProgress(metadata: Record<string, string>, path: string): Progress | undefined {
  const stored = metadata[PROGRESS];
  return stored === undefined ? undefined : parseProgress(stored, path);
}

/** The name of a parameter or optimizer state that holds NaN or ∞, if one does. */
export function findDiverged(train: TrainStep): string | undefined {
  return findNonFinite(stateTensors(train));
}

/** Parameters, and optimizer state as `<state>/<parameter>`. */
function stateTensors(train: TrainStep): Map<string, TensorData> {
  const tensors = train.parameters.tensors();
  for (const [name, arrays] of train.state) {
    train.parameters.trained.forEach(({ name: parameter, shape }, i) => {
      tensors.set(`${name}/${parameter}`, { dtype: 'float32', dims: [...shape], data: arrays[i]! });
    });
  }
  return tensors;
}
