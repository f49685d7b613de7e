// Training states on disk: parameters and optimizer state in safetensors, counters in its metadata.
import type { BatchState } from '../data/batches.ts';
import { encodeSafetensors, loadSafetensors } from '../runtime/safetensors.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import type { Parameters } from './parameters.ts';
import type { TrainStep } from './train-step.ts';
import type { WindowState } from './window.ts';

/** All that training is besides tensors. Generators are functions of the seed, the epoch and the step. */
export interface Progress {
  seed: number;
  step: number;
  data: BatchState;
  validations: number;
  /** Seconds spent in earlier sessions. */
  seconds: number;
  best: { value: number; step: number } | null;
  /** Validations since the best one. */
  sinceBest: number;
  /** Names of the checkpoints kept for averaging, oldest first. */
  snapshots: string[];
  /** What the next line of metrics has so far. */
  window: WindowState;
}

const KEY = 'tx.progress';

/** Writes a state that training can go on from. */
export function saveState(path: string, train: TrainStep, progress: Progress): void {
  const tensors = train.parameters.tensors();
  for (const [name, arrays] of train.state) {
    train.parameters.specs.forEach(({ name: parameter, shape }, i) => {
      tensors.set(`${name}/${parameter}`, { dtype: 'float32', dims: [...shape], data: arrays[i]! });
    });
  }
  writeFileAtomic(path, encodeSafetensors(tensors, { [KEY]: JSON.stringify(progress) }));
}

/** Restores what saveState wrote. A UserError where the file is not a state of this model and optimizer. */
export function loadState(path: string, train: TrainStep): Progress {
  const { tensors, metadata } = loadSafetensors(path);
  const stored = metadata[KEY];
  if (stored === undefined) throw new UserError(`${path}: holds no training state to resume from`);
  train.parameters.assign(tensors, path);
  for (const [name, arrays] of train.state) {
    train.parameters.specs.forEach(({ name: parameter }, i) => {
      const tensor = tensors.get(`${name}/${parameter}`);
      if (tensor === undefined || tensor.data.length !== arrays[i]!.length) {
        throw new UserError(
          `${path}: the optimizer's ${name}/${parameter} is missing; was the optimizer changed?`,
        );
      }
      arrays[i]!.set(tensor.data as Float32Array);
    });
  }
  return JSON.parse(stored) as Progress;
}

/** Writes parameters alone. */
export function saveParameters(
  path: string,
  parameters: Parameters,
  metadata: Record<string, string> = {},
): void {
  writeFileAtomic(path, encodeSafetensors(parameters.tensors(), metadata));
}

/** The mean of the parameters in several files, put into `parameters`. */
export function averageParameters(paths: readonly string[], parameters: Parameters): void {
  const sums = new Map<string, Float64Array>(
    parameters.specs.map(({ name }) => [name, new Float64Array(parameters.views.get(name)!.length)]),
  );
  for (const path of paths) {
    parameters.assign(loadSafetensors(path).tensors, path);
    for (const [name, sum] of sums) {
      const values = parameters.views.get(name)!;
      for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
    }
  }
  for (const [name, sum] of sums) parameters.views.get(name)!.set(sum.map((x) => x / paths.length));
}
