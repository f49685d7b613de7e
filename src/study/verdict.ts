// What came of a claim, and what it is judged by.
import { plural } from '../util/format.ts';
import type { Party } from './claims.ts';
import type { PlannedArm, PlannedRun } from './plan.ts';
import type { Bound, Margin, Relation } from './schema.ts';

export type Verdict = 'holds' | 'does not hold' | 'cannot be told';

export interface ClaimResult {
  says: string;
  figure: string;
  verdict: Verdict;
  /** All of them must hold. */
  comparisons: readonly Comparison[];
}

export interface Comparison {
  one: string;
  relation: Relation | Bound;
  /** An arm, or the number that the median is held to. */
  other: string;
  margin: Margin;
  verdict: Verdict;
  /** Those of which all have what is compared. */
  seeds: readonly number[];
  measured: Difference | BestValues | Median | undefined;
  /** Why it cannot be told, or what else is to be known. */
  notes: readonly string[];
}

/** The means of both arms, and of their differences the mean and its 95% interval; these as shares for a margin in percent. */
export interface Difference {
  kind: 'difference';
  one: number;
  other: number;
  mean: number;
  low: number;
  high: number;
}

/** Where on an axis the figure is best, seed by seed. */
export interface BestValues {
  kind: 'best';
  axis: string;
  one: readonly number[];
  other: readonly number[];
}

/** The median of an arm's seeds, and their quartiles. */
export interface Median {
  kind: 'median';
  median: number;
  low: number;
  high: number;
}

/** What is known of runs. */
export interface Known {
  state(run: PlannedRun): 'finished' | 'failed' | 'open';
  /** A figure of a run that is finished; undefined where it has none, or no finite one. */
  figure(run: PlannedRun, name: string): number | undefined;
}

/** Fewer tell nothing of how seeds differ. */
export const LEAST_SEEDS = 2;

/** Why too little is known of parties that have so many seeds in common; nothing where all is there. */
export function describeLack(
  parties: readonly Party<PlannedArm>[],
  figure: string,
  known: Known,
  seeds: number,
): string[] {
  const gaps = parties.flatMap((party) => describeGaps(party, figure, known));
  if (gaps.length > 0 || seeds >= LEAST_SEEDS) return gaps;
  const shared = parties.length > 1 ? ' in common' : '';
  return [`${plural(seeds, 'seed')}${shared}; ${LEAST_SEEDS} are needed`];
}

function describeGaps({ name, arms }: Party<PlannedArm>, figure: string, known: Known): string[] {
  const runs = arms.flatMap((arm) => arm.runs);
  const count = (isCounted: (run: PlannedRun) => boolean) => runs.filter(isCounted).length;
  const finished = count((run) => known.state(run) === 'finished');
  const failed = count((run) => known.state(run) === 'failed');
  const without = finished - count((run) => known.figure(run, figure) !== undefined);
  const all = plural(runs.length, 'run');
  return [
    ...(finished < runs.length ? [`${name}: ${finished} of ${all} finished`] : []),
    ...(failed > 0 ? [`${name}: ${failed} of ${all} failed`] : []),
    ...(without > 0 ? [`${name}: no ${figure} in ${without} of ${all}`] : []),
  ];
}
