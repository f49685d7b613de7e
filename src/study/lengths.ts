// What an arm's seeds answer of made-up problems, length by length.
import type { XyChart, XySeries } from '../report/xy-chart.ts';
import type { LengthFailure, LengthResults } from '../run/length-results.ts';
import type { Spread } from './schema.ts';
import { type Summary, summarize } from './statistics.ts';

export interface ArmLengths {
  /** The lengths of training, from the first to the last. */
  trained: readonly [number, number];
  /** Exact match over the seeds that have the length, and that of the program that solves the problem. */
  points: readonly { length: number; summary: Summary; program?: number | undefined }[];
  /** The program's name. */
  program?: string | undefined;
  /** Of the least lengths with problems that are answered wrongly one each. */
  failures: readonly LengthFailure[];
}

/** Failures that are told of an arm. */
const MOST_FAILURES = 3;

/** Undefined where no run has such results. */
export function summarizeLengths(runs: readonly LengthResults[], spread: Spread): ArmLengths | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const all = runs.flatMap(({ lengths }) => lengths);
  const lengths = [...new Set(all.map(({ length }) => length))].sort((a, b) => a - b);
  return {
    trained: first.trained,
    points: lengths.map((length) => {
      const own = all.filter((result) => result.length === length);
      const { program } = own[0]!;
      return {
        length,
        summary: summarize(
          own.map(({ exactMatch }) => exactMatch),
          spread,
        ),
        ...(program !== undefined && { program }),
      };
    }),
    ...(first.program && { program: first.program.name }),
    failures: shortest(runs.flatMap(({ failures }) => failures)),
  };
}

function shortest(failures: readonly LengthFailure[]): LengthFailure[] {
  const firsts = new Map(failures.toReversed().map((failure) => [failure.length, failure]));
  return [...firsts.values()].sort((a, b) => a.length - b.length).slice(0, MOST_FAILURES);
}

/** Exact match against length, on a ground that is shaded where training was, beside the program's own. */
export function lengthChart(
  title: string,
  { trained, points, program }: ArmLengths,
  centreOf: (summary: Summary) => number,
): XyChart {
  const own: XySeries = {
    name: 'Transformer',
    color: 0,
    points: points.map(({ length, summary }) => {
      return { x: length, y: centreOf(summary), low: summary.low, high: summary.high };
    }),
  };
  const solved = points.flatMap(({ length, program: y }) => (y === undefined ? [] : [{ x: length, y }]));
  const beside: XySeries = { name: `program ${program}`, color: 1, mark: 'faint', points: solved };
  return {
    title,
    x: { label: 'length', shaded: trained },
    y: { label: '', covers: [0, 1] },
    series: solved.length === 0 ? [own] : [beside, own],
  };
}
