// What the names on the command line stand for: configs for training, and the folders of runs.
import { basename, join } from 'node:path';
import type { Argv } from 'yargs';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { resolveConfigPath } from '../config/resolve.ts';
import { corporaFolder } from '../data/known-corpora.ts';
import { RunFolder } from '../run/run-folder.ts';
import { configSchema, type TrainConfig } from '../train/config.ts';
import { resolvePaths } from '../train/prepare-data.ts';
import { UsageError } from '../util/errors.ts';
import { isFolder } from '../util/files.ts';

/** Declares the positional and the option that loadTrainConfig takes. */
export function trainConfigOptions(yargs: Argv) {
  return yargs
    .positional('config', {
      type: 'string',
      demandOption: true,
      describe: 'A YAML file, or the name of one that comes with tx, such as quickstart',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Override a setting: --set training.maxEpochs=3',
    });
}

/** The config for training of this path or name, merged with `--set` overrides, its file names absolute. */
export function loadTrainConfig(name: string, set: readonly string[]): { config: TrainConfig; path: string } {
  const path = resolveConfigPath(name);
  const { value, dir } = loadConfig(path, configSchema, { set });
  // TX_DATA, the folder of corpora, is data/ where the command runs unless the environment says otherwise.
  const env = { ...process.env, TX_DATA: corporaFolder(process.env) };
  return { config: resolvePaths(value, dir, env), path };
}

/** Where a config's run goes: runs/ and the config's own name, or its file's. */
export function defaultFolder(path: string, name: string | undefined): RunFolder {
  return new RunFolder(join('runs', name ?? basename(path).replace(/\.ya?ml$/, '')));
}

/** A run by its folder's path, or by the path or name of the config that it was trained from. */
export function findRun(name: string): RunFolder {
  if (isFolder(name)) return RunFolder.open(name);
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
