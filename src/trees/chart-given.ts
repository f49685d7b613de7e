// A chart in which brackets that are given are in every tree that counts.
import { type ChartScores, type ChartSpan, spanIndex } from './chart.ts';

/** A span that must be a constituent, with one of these labels. */
export interface GivenSpan {
  readonly start: number;
  readonly end: number;
  readonly labels: ReadonlySet<number>;
}

/** More than trees differ by; double precision has room for it beside a score. */
const MUCH = 1e6;

/**
 * The chart with what is given worth more, and other labels of these spans less, than any tree is: the best trees have
 * it, as many of them as there are, and of the sum over trees no other one is a part that counts.
 */
export function withGiven(chart: ChartScores, given: readonly GivenSpan[]): ChartScores {
  if (given.length === 0) return chart;
  const { labels } = chart;
  const scores = Float64Array.from(chart.scores);
  for (const { start, end, labels: allowed } of given) {
    const from = spanIndex(start, end) * labels;
    for (let label = 0; label < labels; label++) scores[from + label]! += allowed.has(label) ? MUCH : -MUCH;
  }
  return { ...chart, scores };
}

/** Whether a tree has all that is given. */
export const hasGiven = (spans: readonly ChartSpan[], given: readonly GivenSpan[]): boolean =>
  given.every(({ start, end, labels }) =>
    spans.some((span) => span.start === start && span.end === end && labels.has(span.label)),
  );
