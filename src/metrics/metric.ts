// What every metric is: additive statistics per segment, and a score computed from their sum. Bootstrap resampling
// and per-sentence scores need nothing else. A metric is one file and one row in index.ts.
import { UserError } from '../util/errors.ts';

/** The scorer named in signatures, in the place where sacreBLEU puts its own version. */
export const SCORER_VERSION = 'tx-0.1.0';

export interface Score {
  /** The metric's name as it is printed, such as `BLEU`. */
  readonly name: string;
  /** The figure itself; for BLEU in percent, 0 to 100. */
  readonly score: number;
  /** One line in sacreBLEU's verbose form; a signature, when given, follows the name after a bar. */
  format(signature?: string): string;
}

export interface Metric<S extends Score = Score> {
  /** The key in the registry. */
  readonly name: string;
  /** The settings in sacreBLEU's form, for `numRefs` references a segment. */
  signature(numRefs: number): string;
  /** The additive statistics of one hypothesis against its references. */
  computeStatistics(hyp: string, refs: readonly string[]): number[];
  /** The score from statistics of one segment or summed over many. */
  computeScore(statistics: readonly number[]): S;
  /** The corpus score; `refs[r][i]` is reference r of segment i. A UserError if the line counts differ. */
  score(hyps: readonly string[], refs: readonly (readonly string[])[]): S;
}

/** Completes a metric with its corpus score. */
export function defineMetric<S extends Score>(metric: Omit<Metric<S>, 'score'>): Metric<S> {
  return {
    ...metric,
    score: (hyps, refs) => metric.computeScore(sumStatistics(computeSegments(metric, hyps, refs))),
  };
}

/** The statistics of each segment, in the corpus's order. A UserError if the line counts differ or nothing is given. */
export function computeSegments(
  metric: Pick<Metric, 'computeStatistics'>,
  hyps: readonly string[],
  refs: readonly (readonly string[])[],
): number[][] {
  if (hyps.length === 0) throw new UserError('nothing to score: there are no hypotheses');
  if (refs.length === 0) throw new UserError('nothing to score against: give at least one reference');
  refs.forEach((ref, r) => {
    if (ref.length !== hyps.length) {
      throw new UserError(`${hyps.length} hypotheses, but reference ${r + 1} has ${ref.length} lines`);
    }
  });
  return hyps.map((hyp, i) =>
    metric.computeStatistics(
      hyp,
      refs.map((ref) => ref[i]!),
    ),
  );
}

/** The element-wise sum; all rows have one length. */
export function sumStatistics(segments: readonly (readonly number[])[]): number[] {
  const sum: number[] = new Array(segments[0]?.length ?? 0).fill(0);
  for (const segment of segments) {
    for (let i = 0; i < sum.length; i++) sum[i]! += segment[i]!;
  }
  return sum;
}
