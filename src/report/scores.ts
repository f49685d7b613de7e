// The figures at the head of a report: systems by metrics, the best of each, and what significance tests said.
import type { Metric, NumRefs } from '../metrics/metric.ts';
import { type SegmentStatistics, sumSegments } from '../metrics/segment-statistics.ts';
import { type Corpus, checkCorpus, groupReferences } from './corpus.ts';

/** A metric; one that counts errors says so. */
export type ReportMetric = Metric & { readonly lowerIsBetter?: boolean };

export interface MetricInfo {
  /** As its scores are printed, such as `BLEU`. */
  readonly label: string;
  readonly signature: string;
  readonly lowerIsBetter: boolean;
}

export interface Scores {
  readonly systems: readonly string[];
  readonly metrics: readonly MetricInfo[];
  /** `scores[s][m]`: system s under metric m. */
  readonly scores: readonly (readonly number[])[];
}

/** What a test estimated, or null. */
interface Estimates {
  /** Of the resampled scores. */
  readonly mean: number | null;
  /** Half the width of the 95% confidence interval. */
  readonly interval: number | null;
  /** Against the baseline, which has none itself. */
  readonly pValue: number | null;
}

/** What a significance test found about one system under one metric. */
export interface Significance extends Partial<Estimates> {
  readonly system: string;
  readonly score: number;
}

/** One list a metric, in the metrics' order; a list may lack systems. */
export type SignificanceTable = readonly (readonly Significance[])[];

export interface ScoreCell extends Estimates {
  readonly score: number;
  /** Whether no system is better, but for rounding; false where there is but one. */
  readonly isBest: boolean;
}

/** What each metric counts in each sentence: `statistics[s][m]`. A UserError if line counts differ. */
export function computeStatistics(
  { refs, systems }: Corpus,
  metrics: readonly Metric[],
): SegmentStatistics[][] {
  const prepared = metrics.map((metric) => metric.prepare(refs));
  return systems.map(({ hyps }) => prepared.map((references) => references.computeSegments(hyps)));
}

/** The corpus scores, all that a table needs, from statistics if they were computed before. */
export function computeScores(
  corpus: Corpus,
  metrics: readonly ReportMetric[],
  statistics?: readonly (readonly SegmentStatistics[])[],
): Scores {
  checkCorpus(corpus);
  const numRefs = countReferences(corpus);
  const scores = (statistics ?? computeStatistics(corpus, metrics)).map((system) =>
    system.map((segments, m) => metrics[m]!.computeScore(sumSegments(segments))),
  );
  return {
    systems: corpus.systems.map(({ name }) => name),
    metrics: metrics.map((metric, m) => describeMetric(metric, numRefs, scores[0]![m]!.name)),
    scores: scores.map((row) => row.map(({ score }) => score)),
  };
}

/** References a sentence. */
export function countReferences({ refs }: Corpus): NumRefs {
  const counts = groupReferences(refs).map((own) => own.length);
  return counts.every((count) => count === counts[0]) ? (counts[0] ?? 0) : 'var';
}

/** `label` is the name that the metric's scores bear. */
export function describeMetric(metric: ReportMetric, numRefs: NumRefs, label: string): MetricInfo {
  return { label, signature: metric.signature(numRefs), lowerIsBetter: metric.lowerIsBetter ?? false };
}

/** `cells[s][m]`. */
export function buildCells(
  { systems, metrics, scores }: Scores,
  significance: SignificanceTable = [],
): ScoreCell[][] {
  const best = metrics.map(({ lowerIsBetter }, m) => {
    const column = scores.map((row) => row[m]!);
    return lowerIsBetter ? Math.min(...column) : Math.max(...column);
  });
  return systems.map((system, s) =>
    metrics.map((_, m) => {
      const result = significance[m]?.find((candidate) => candidate.system === system);
      const { mean = null, interval = null, pValue = null } = result ?? {};
      const score = scores[s]![m]!;
      const isBest = systems.length > 1 && Math.abs(score - best[m]!) < 1e-9;
      return { score, isBest, mean, interval, pValue };
    }),
  );
}
