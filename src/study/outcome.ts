// What came of a run, as figures by `SET.NAME`.
import { type LengthResults, readLengthResults } from '../run/length-results.ts';
import { figuresOf, readEvents, readProvenance } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { summarizeRun } from '../run/summary.ts';

/** The figures of a run that is finished. */
export interface Outcome {
  figures: Readonly<Record<string, number>>;
  /** The figure that the task is known by, on the set that the run was judged on at the end. */
  main: string | undefined;
  /** What was answered of made-up problems in the test set, length by length. */
  lengths: LengthResults | undefined;
}

/** Figures that are of no set. */
const ownFigures = ['parameters', 'kvBytesPerToken', 'programLength', 'steps', 'seconds'] as const;

/** Whether a run may have a figure of this name; which ones it has depends on its task. */
export const isFigure = (name: string): boolean =>
  /^(test|valid)\.\S/.test(name) || (ownFigures as readonly string[]).includes(name);

/** The names of figures, for people. */
export const FIGURES = `test.NAME, valid.NAME, ${ownFigures.join(', ')}`;

/**
 * `test.…` is what the parameters chosen at the end give on the test set. `valid.…` is the same of the validation set
 * where they were judged on it, and for other figures what the best single checkpoint gave. Beside them those that are
 * of no set.
 */
export function readOutcome(folder: RunFolder): Outcome {
  const events = readEvents(folder);
  const results = events.filter(({ event }) => event === 'result');
  const last = results.at(-1);
  const best = events.findLast(({ event, best }) => event === 'validation' && best);
  const { steps, seconds } = summarizeRun(folder, { events });
  const { parameters, kvBytesPerToken } = readProvenance(folder) ?? {};
  const lengths = readLengthResults(folder, 'test');
  const own: Record<(typeof ownFigures)[number], number | undefined> = {
    parameters,
    kvBytesPerToken,
    programLength: lengths?.program?.length,
    steps,
    seconds,
  };
  const figures: Record<string, number> = {};
  for (const name of ownFigures) if (own[name] !== undefined) figures[name] = own[name];
  if (best !== undefined) for (const [name, value] of figuresOf(best)) figures[`valid.${name}`] = value;
  for (const result of results) {
    if (result.weights !== last?.weights) continue;
    for (const [name, value] of figuresOf(result)) figures[`${result.set}.${name}`] = value;
  }
  const main = last?.metric === undefined ? undefined : `${last.set}.${last.metric}`;
  return { figures, main, lengths };
}
