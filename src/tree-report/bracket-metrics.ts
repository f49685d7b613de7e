// Figures of brackets as metrics: what is counted in each sentence, and scores of the sums, for tests of significance.
import { Score } from '../metrics/metric.ts';
import { type SegmentStatistics, type Statistics, sumSegments } from '../metrics/segment-statistics.ts';
import { percent, type SentenceResult } from '../trees/evalb.ts';

export interface BracketMetric {
  readonly label: string;
  computeScore(statistics: Statistics): Score;
}

/** 2PR / (P + R) in per cent, of counts of brackets. */
export const f1Of = (matched: number, gold: number, test: number): number =>
  percent(2 * matched, gold + test);

const metric = (label: string, score: (sums: Statistics) => number): BracketMetric => ({
  label,
  computeScore: (sums) => new Score(label, score(sums)),
});

/** Of statistics as `bracketStatistics` has them: matched, gold, test, whole trees that match, trees. */
export const bracketMetrics: readonly BracketMetric[] = [
  metric('F1', ([matched, gold, test]) => f1Of(matched!, gold!, test!)),
  metric('Precision', ([matched, , test]) => percent(matched!, test!)),
  metric('Recall', ([matched, gold]) => percent(matched!, gold!)),
  metric('Exact match', ([, , , exact, trees]) => percent(exact!, trees!)),
];

/** Sentences that EVALB leaves out count nothing. */
export function bracketStatistics(results: readonly SentenceResult[]): SegmentStatistics {
  const rows = results.map(({ status, matched, gold, test }) =>
    status === 'ok'
      ? [matched, gold, test, Number(matched === gold && matched === test), 1]
      : [0, 0, 0, 0, 0],
  );
  return { width: 5, segments: results.length, values: Float64Array.from(rows.flat()) };
}

/** Of one system, in the order of the metrics. */
export function bracketScores(statistics: SegmentStatistics): number[] {
  const sums = sumSegments(statistics);
  return bracketMetrics.map(({ computeScore }) => computeScore(sums).score);
}
