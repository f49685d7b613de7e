// What came of a run, as figures by `SET.NAME`.
import { type RunEvent, readEvents, readProvenance } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';

/** The figures of a run that is finished. */
export interface Outcome {
  figures: Readonly<Record<string, number>>;
  /** The figure that the task is known by, on the set that the run was judged on at the end. */
  main: string | undefined;
}

/** Keys of an event that are no figures of a set. */
const NOT_FIGURES = new Set(['step', 'epoch', 'seconds', 'score']);

/**
 * `test.…` is what the parameters chosen at the end give on the test set. `valid.…` is the same of the validation set
 * where they were judged on it, and for other figures what the best single checkpoint gave. Beside them `parameters`,
 * `steps` and `seconds`, without a set.
 */
export function readOutcome(folder: RunFolder): Outcome {
  const events = readEvents(folder);
  const results = events.filter(({ event }) => event === 'result');
  const last = results.at(-1);
  const best = events.findLast(({ event, best }) => event === 'validation' && best);
  const figures = { ...readTotals(folder, events), ...(best && figuresOf(best)) };
  for (const { weights, set, metric, score } of results) {
    if (weights === last?.weights && metric !== undefined && score !== undefined)
      figures[`${set}.${metric}`] = score;
  }
  return { figures, main: last?.metric === undefined ? undefined : `${last.set}.${last.metric}` };
}

function figuresOf(validation: RunEvent): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [key, value] of Object.entries(validation))
    if (typeof value === 'number' && !NOT_FIGURES.has(key)) figures[`valid.${key}`] = value;
  const { metric, score } = validation;
  if (metric !== undefined && score !== undefined) figures[`valid.${metric}`] = score;
  return figures;
}

function readTotals(folder: RunFolder, events: readonly RunEvent[]): Record<string, number> {
  const most = (key: 'step' | 'seconds') => events.reduce((so, event) => Math.max(so, event[key] ?? 0), 0);
  const parameters = readProvenance(folder)?.parameters;
  return {
    ...(typeof parameters === 'number' && { parameters }),
    steps: most('step'),
    seconds: most('seconds'),
  };
}
