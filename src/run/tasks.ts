// The registry of tasks: what a config's `task` may name.
import type { SystemConfig } from './config.ts';
import { buildParsingTask } from './parsing-task.ts';
import type { Task } from './task.ts';
import { buildTranslationTask } from './translation-task.ts';

const builders: Record<SystemConfig['task'], (config: SystemConfig) => Task> = {
  translation: buildTranslationTask,
  parsing: buildParsingTask,
};

export const buildTask = (config: SystemConfig): Task => builders[config.task](config);
