// What the names on the command line stand for: configs for training, and the folders of runs.
import { basename, dirname, join } from 'node:path';
import type { Argv } from 'yargs';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { resolveConfigPath } from '../config/resolve.ts';
import { corporaFolder } from '../data/known-corpora.ts';
import { findRuns } from '../run/find.ts';
import { RunFolder } from '../run/run-folder.ts';
import { loadTaskConfig, resolvePaths } from '../tasks/config.ts';
import { isForeign } from '../tasks/open-encoder.ts';
import type { TaskConfig } from '../tasks/task.ts';
import { UsageError } from '../util/errors.ts';
import { fileExists, isFolder } from '../util/files.ts';

/** Declares the positional and the option that loadTrainConfig takes. */
export function trainConfigOptions<Needed extends boolean>(yargs: Argv, isNeeded: Needed) {
  return yargs
    .positional('config', {
      type: 'string',
      demandOption: isNeeded,
      describe: 'A YAML file, or the name of one that comes with tx, such as quickstart',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Override a setting: --set training.maxEpochs=3',
    });
}

/**
 * The config for training of this path or name, or of a run's folder, merged with `--set` overrides, its file names
 * absolute; and where its run goes unless `--run` says otherwise.
 */
export function loadTrainConfig(
  name: string,
  set: readonly string[],
): { config: TaskConfig; folder: RunFolder; origins: Readonly<Record<string, string>> } {
  const run = isFolder(name) ? RunFolder.open(name) : undefined;
  const path = run?.config ?? findConfig(name, 'training');
  const { value, dir, origins } = loadTaskConfig(path, set);
  // TX_DATA, the folder of corpora, is data/ where the command runs unless the environment says otherwise.
  const env = { ...process.env, TX_DATA: corporaFolder(process.env) };
  const config = resolvePaths(value, dir, env);
  return { config, folder: run ?? defaultFolder(path, value.name), origins };
}

/** The runs in a folder; a UsageError where there are none. */
export function findRunsIn(folder: string): RunFolder[] {
  const inside = findRuns(folder);
  if (inside.length === 0) throw new UsageError(`${folder}: has no runs; give a folder that tx train made`);
  return inside;
}

/** What tells the kinds of configs apart: keys that the one has and the others cannot. */
const KINDS = {
  training: { command: 'tx train', own: ['data', 'training', 'schedule'] },
  benchmark: {
    command: 'tx bench train',
    own: ['vocabSize', 'batchSentences', 'srcLength', 'tgtLength', 'batchContexts', 'contextLength'],
  },
  study: { command: 'tx study', own: ['base', 'grids'] },
};

/** The path of the config of this path or name; a UsageError where it is one of another kind. */
export function findConfig(name: string, kind: keyof typeof KINDS): string {
  // yargs hands a positional "-" on as an empty string.
  if (name === '' || name === '-')
    throw new UsageError('a config is read from a file, not from standard input');
  const path = resolveConfigPath(name);
  const { value } = loadConfig(path, z.record(z.string(), z.unknown()));
  const counts = (one: keyof typeof KINDS) => KINDS[one].own.filter((key) => key in value).length;
  const names = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const other = names.find((one) => one !== kind && counts(one) > 1);
  if (counts(kind) === 0 && other !== undefined) {
    throw new UsageError(`${path}: is a config for ${KINDS[other].command}`);
  }
  return path;
}

/** Where a config's run goes: runs/ and the config's own name, or its file's. */
export function defaultFolder(path: string, name: string | undefined): RunFolder {
  return new RunFolder(join('runs', name ?? basename(path).replace(/\.ya?ml$/, '')));
}

/** The option that TextTranslator's `checkpoint` comes from. */
export const checkpointOption = {
  type: 'string',
  requiresArg: true,
  describe: "A checkpoint of the run, such as best, last or step-1200, or a file [default: the run's choice]",
} as const;

/** A run by its folder's path, or by the path or name of the config that it was trained from. */
export function findRun(name: string): RunFolder {
  if (isFolder(name)) return RunFolder.open(name);
  const inside = [dirname(name), dirname(dirname(name))].find((folder) => new RunFolder(folder).hasRun());
  if (inside !== undefined && fileExists(name)) {
    throw new UsageError(`${name}: is a file of a run; give the run's folder: ${inside}`);
  }
  let path: string;
  try {
    path = resolveConfigPath(name);
  } catch {
    throw new UsageError(`${name}: no such run; give a folder that tx train made`);
  }
  const { value } = loadConfig(path, z.object({ name: z.string().optional() }));
  const folder = defaultFolder(path, value.name);
  if (!isFolder(folder.path))
    throw new UsageError(`${name}: its run ${folder.path} does not exist here; train it first`);
  return RunFolder.open(folder.path);
}

export const encoderPositional = {
  type: 'string',
  demandOption: true,
  describe: "The folder of a run, or one that transformers' save_pretrained wrote",
} as const;

/** The folder of an encoder: of a run as findRun has it, or of a checkpoint of transformers. */
export const findEncoder = (name: string): string =>
  isFolder(name) && isForeign(name) ? name : findRun(name).path;
