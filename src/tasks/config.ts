// Configs for training: one schema for each task, chosen by the config's `task`, and by its model where that matters.
import { z } from 'zod';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { resolvePath } from '../data/expand-path.ts';
import { mapFiles } from '../data/sources/index.ts';
import { splitNames } from '../data/typescript-messages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { taskOf, tasks } from './index.ts';
import { findOldKeys } from './old-keys.ts';
import type { TaskConfig } from './task.ts';
import { mapTokenizerFiles } from './tokenizers.ts';

/** The schema for a config as it was written. */
function schemaFor(raw: unknown): z.ZodType<TaskConfig> {
  const task = taskOf(raw as { task?: unknown });
  if (task !== undefined) return task.schema();
  const names = Object.keys(tasks) as [string, ...string[]];
  return z.looseObject({ task: z.enum(names) }) as unknown as z.ZodType<TaskConfig>;
}

/** A config for training of any task, checked; see loadConfig. */
export const loadTaskConfig = (
  path: string,
  set: readonly string[] = [],
): LoadedConfig<z.ZodType<TaskConfig>> => loadConfig(path, schemaFor, { set, findOldKeys });

/** The config of a run. */
export const loadRunConfig = (folder: RunFolder): TaskConfig => loadTaskConfig(folder.config).value;

type Environment = Readonly<Record<string, string | undefined>>;

/** The config with every file name absolute, so that it means the same from anywhere. */
export function resolvePaths(config: TaskConfig, folder: string, env: Environment): TaskConfig {
  const resolve = (path: string) => resolvePath(path, folder, env);
  const splits = splitNames.flatMap((name) => {
    const source = config.data[name];
    return source === undefined ? [] : [[name, mapFiles(source, resolve)] as const];
  });
  const { tokenizers, init } = config;
  return {
    ...config,
    data: { ...config.data, ...Object.fromEntries(splits) },
    ...(init && { init: { ...init, from: resolve(init.from) } }),
    ...(tokenizers && { tokenizers: mapTokenizerFiles(tokenizers, resolve) }),
  };
}
