// A run that is opened to be used: its config and the parameters, whatever its task.
import { basename } from 'node:path';
import type { Value } from '../graph/graph.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { type LoadedFile, loadSafetensors } from '../runtime/safetensors.ts';
import { findNonFinite } from '../tensor/tensor.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { isFile } from '../util/files.ts';
import { readBytes } from '../util/text.ts';
import { loadRunConfig } from './config.ts';
import { tasks } from './index.ts';
import type { TaskConfig } from './task.ts';

export interface OpenRun<Config extends TaskConfig = TaskConfig> {
  folder: RunFolder;
  config: Config;
}

/** A run of the task, or of one of several; a UsageError where it is one of another, with the command to use `instead`. */
export function openRun<Config extends TaskConfig>(
  folder: RunFolder,
  task: Config['task'] | readonly Config['task'][],
  instead: Readonly<Record<string, string>> = {},
): OpenRun<Config> {
  const config = loadRunConfig(folder);
  const wanted = [task].flat();
  if (wanted.includes(config.task)) return { folder, config: config as Config };
  throw new UsageError(
    `${folder.path}: is a run of the task ${config.task}, not ${wanted.join(' or ')}; ` +
      `use ${instead[config.task] ?? tasks[config.task]!.command}`,
  );
}

export interface Weights {
  tensors: LoadedFile['tensors'];
  /** Which of the training's parameters these are: `best`, `averaged`. */
  name: string;
  /** A UserError unless a graph's parameters are in the file, in their shapes and finite. */
  check(parameters: readonly Pick<Value, 'name' | 'dtype' | 'shape'>[]): void;
}

/** The parameters of a checkpoint by its name, such as `best`, or of the run's own choice. */
export function loadWeights({ folder }: Pick<OpenRun, 'folder'>, checkpoint: string | undefined): Weights {
  const path = folder.weights(checkpoint);
  const { tensors, metadata } = loadSafetensors(path);
  return {
    tensors,
    name: metadata['tx.weights'] ?? basename(path, '.safetensors'),
    check: (parameters) => {
      checkParameters(path, tensors, parameters);
      checkFinite(folder, path, tensors);
    },
  };
}

/**
 * The parameters of several runs as those of one graph, in which their names begin with the run's number (`0.`, `1.`, …);
 * of one run they are its own. `checkpoint` as for loadWeights, in each of them.
 */
export function loadMembers(
  runs: readonly Pick<OpenRun, 'folder'>[],
  checkpoint: string | undefined,
): Weights {
  const all = runs.map((run) => loadWeights(run, checkpoint));
  if (all.length === 1) return all[0]!;
  return {
    tensors: new Map(
      all.flatMap(({ tensors }, k) =>
        [...tensors].map(([name, tensor]) => [`${k}.${name}`, tensor] as const),
      ),
    ),
    name: all.map(({ name }) => name).join('+'),
    check: (parameters) => {
      for (const [k, weights] of all.entries()) {
        const own = parameters.filter(({ name }) => name!.startsWith(`${k}.`));
        weights.check(
          own.map(({ name, dtype, shape }) => ({ name: name!.slice(`${k}.`.length), dtype, shape })),
        );
      }
    },
  };
}

/** A UsageError unless a file of each of the other runs is as the first has it. */
export function requireSameFiles(
  [first, ...others]: readonly Pick<OpenRun, 'folder'>[],
  fileOf: (folder: RunFolder) => string,
  what: string,
): void {
  for (const { folder } of others) {
    if (readBytes(fileOf(folder)).equals(readBytes(fileOf(first!.folder)))) continue;
    throw new UsageError(
      `${folder.path}: ${what} is not that of ${first!.folder.path}; runs of one ensemble differ in their seeds, or in the sizes of their models`,
    );
  }
}

function checkParameters(
  path: string,
  tensors: LoadedFile['tensors'],
  parameters: Parameters<Weights['check']>[0],
): void {
  for (const { name, dtype, shape } of parameters) {
    const tensor = tensors.get(name!);
    const needed = `the run's config and tokenizers need ${dtype} [${shape}]`;
    if (tensor === undefined) throw new UserError(`${path}: parameter ${name} is missing; ${needed}`);
    if (tensor.dtype !== dtype || tensor.dims.join() !== shape.join()) {
      throw new UserError(`${path}: parameter ${name} is ${tensor.dtype} [${tensor.dims}]; ${needed}`);
    }
  }
}

/** A UserError that names a sound checkpoint where the one at `path` holds NaN or ∞. */
function checkFinite(folder: RunFolder, path: string, tensors: LoadedFile['tensors']): void {
  const name = findNonFinite(tensors);
  if (name === undefined) return;
  const sound = [...folder.earlier(), 'averaged'].find((other) => {
    const file = folder.checkpoint(other);
    return file !== path && isFile(file) && findNonFinite(loadSafetensors(file).tensors) === undefined;
  });
  const advice =
    sound === undefined
      ? 'no other one is sound: train anew, with a lower learning rate or with optimizer.clipNorm'
      : `use --checkpoint ${sound}, or train on from there with --resume --from`;
  throw new UserError(`${path}: ${name} holds NaN or ∞, as after a training that diverged; ${advice}`);
}
