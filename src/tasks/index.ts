// The registry of tasks: what a config's `task` may name. To add one: its file and a row here.
import { bert } from './bert.ts';
import { chartParsing } from './chart/task.ts';
import { classification } from './classification.ts';
import { encoder } from './encoder.ts';
import { lm } from './lm.ts';
import { parsing } from './parsing.ts';
import { rasp } from './rasp.ts';
import { regression } from './regression.ts';
import { tagging } from './tagging.ts';
import type { Task, TaskConfig } from './task.ts';
import { translation } from './translation.ts';

/** A row; a task is only given configs that its own schema made. */
const row = <Config extends TaskConfig>(task: Task<Config>): Task<TaskConfig> =>
  task as unknown as Task<TaskConfig>;

export const tasks: Record<string, Task<TaskConfig>> = {
  translation: row(translation),
  parsing: row({ ...parsing, forms: { encoder: row(chartParsing) } }),
  lm: row(lm),
  bert: row(bert),
  classification: row(classification),
  regression: row(regression),
  tagging: row(tagging),
  rasp: row(rasp),
  encoder: row(encoder),
};

/** The task of a config that names none. */
export const DEFAULT_TASK = 'translation';

/** The task of a config, checked or as it was written, as it is for its model; undefined where there is no such task. */
export function taskOf(config: { task?: unknown }): Task<TaskConfig> | undefined {
  const { task = DEFAULT_TASK, model } = config as { task?: unknown; model?: { type?: unknown } | null };
  if (typeof task !== 'string' || !Object.hasOwn(tasks, task)) return undefined;
  const { forms = {} } = tasks[task]!;
  const type = String(model?.type);
  return Object.hasOwn(forms, type) ? forms[type] : tasks[task];
}
