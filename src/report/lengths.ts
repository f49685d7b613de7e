// What length has to do with it: scores by the reference's length, and how long translations are for their references.
import type { Metric } from '../metrics/metric.ts';
import type { SegmentStatistics } from '../metrics/segment-statistics.ts';
import { type Bucket, buildBuckets, findBucket } from './buckets.ts';

export interface LengthBucket extends Bucket {
  /** Sentences whose first reference has so many words. */
  readonly count: number;
  /** `scores[s][m]`: system s under metric m on these sentences. */
  readonly scores: readonly (readonly number[])[];
}

/** Six bounds in steps of 10, 5 or 2 words, so that a corpus of short sentences is told apart as well. */
export function chooseLengthBounds(lengths: readonly number[]): number[] {
  const median = [...lengths].sort((a, b) => a - b)[lengths.length >> 1] ?? 0;
  const step = median >= 20 ? 10 : median >= 8 ? 5 : 2;
  return [1, 2, 3, 4, 5, 6].map((k) => k * step);
}

/** Corpus scores of the sentences in each range of lengths, empty ranges left out; `statistics[s][m]`. */
export function scoreByLength(
  lengths: readonly number[],
  statistics: readonly (readonly SegmentStatistics[])[],
  metrics: readonly Metric[],
  bounds: readonly number[] = chooseLengthBounds(lengths),
): LengthBucket[] {
  const buckets = buildBuckets(bounds);
  const members = buckets.map((): number[] => []);
  lengths.forEach((length, i) => {
    members[findBucket(buckets, length)]!.push(i);
  });
  return buckets.flatMap((bucket, b) => {
    const indices = members[b]!;
    if (indices.length === 0) return [];
    const scores = statistics.map((system) =>
      system.map((segments, m) => metrics[m]!.computeScore(sumSome(segments, indices)).score),
    );
    return [{ ...bucket, count: indices.length, scores }];
  });
}

function sumSome({ width, values }: SegmentStatistics, segments: readonly number[]): number[] {
  const sum: number[] = new Array(width).fill(0);
  for (const i of segments) {
    for (let j = 0; j < width; j++) sum[j]! += values[i * width + j]!;
  }
  return sum;
}

export interface LengthRatios {
  /** `≤0.5`, `0.6` … `1.4`, `≥1.5`: ratios of hypothesis to reference in words, to the nearest tenth. */
  readonly labels: readonly string[];
  /** `counts[s][b]`: sentences of system s in bin b. */
  readonly counts: readonly (readonly number[])[];
  /** Of all words, a system each. */
  readonly totals: readonly number[];
}

const FIRST_TENTH = 5;
const LAST_TENTH = 15;

/** The distribution of length ratios, each hypothesis against its closest reference; `hyps[s][i]`, `refs[i][r]` in words. */
export function computeLengthRatios(
  hyps: readonly (readonly number[])[],
  refs: readonly (readonly number[])[],
): LengthRatios {
  const labels: string[] = [];
  for (let tenth = FIRST_TENTH; tenth <= LAST_TENTH; tenth++) labels.push((tenth / 10).toFixed(1));
  labels[0] = `≤${labels[0]}`;
  labels[labels.length - 1] = `≥${labels.at(-1)}`;
  const totals: number[] = [];
  const counts = hyps.map((lengths) => {
    const row: number[] = new Array(labels.length).fill(0);
    let hypSum = 0;
    let refSum = 0;
    lengths.forEach((length, i) => {
      const closest = findClosest(length, refs[i]!);
      hypSum += length;
      refSum += closest;
      const tenths = Math.round(10 * divide(length, closest));
      row[Math.min(LAST_TENTH, Math.max(FIRST_TENTH, tenths)) - FIRST_TENTH]!++;
    });
    totals.push(divide(hypSum, refSum));
    return row;
  });
  return { labels, counts, totals };
}

/** Nothing for nothing is as long as it should be. */
function divide(hyp: number, ref: number): number {
  return hyp === ref ? 1 : hyp / ref;
}

/** Of two equally close lengths the shorter, as in BLEU. */
function findClosest(length: number, candidates: readonly number[]): number {
  return candidates.reduce((best, next) => {
    const closer = Math.abs(next - length) - Math.abs(best - length);
    return closer < 0 || (closer === 0 && next < best) ? next : best;
  });
}
