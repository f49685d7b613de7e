// Bootstrap resampling (Koehn, 2004): the scores of systems on segments drawn with replacement, and their spread.
import { buildSums } from './column-sums.ts';
import type { NumpyGenerator } from './numpy-random.ts';
import type { SegmentStatistics } from './segment-statistics.ts';
import type { Confidence } from './significance-results.ts';

/** The score of statistics summed over segments. The array is used again after the call. */
export type ComputeScore = (sums: number[]) => number;

/** `scores[s][i]`: system s on resample i. All systems see the same segments. */
export function resample(
  systems: readonly SegmentStatistics[],
  computeScore: ComputeScore,
  samples: number,
  generator: NumpyGenerator,
  tick: () => void,
): Float64Array[] {
  const { segments = 0, width = 0 } = systems[0] ?? {};
  const drawn = buildSums(systems, true);
  const scores = systems.map(() => new Float64Array(samples));
  const sums: number[] = new Array(width).fill(0);
  for (let i = 0; i < samples; i++) {
    generator.integers(segments, drawn.rows);
    for (let s = 0; s < systems.length; s++) {
      drawn.sum(s, segments, sums);
      scores[s]![i] = computeScore(sums);
    }
    tick();
  }
  return scores;
}

/** The mean and 95% interval of scores; its bounds are a fortieth of the sorted scores from either end. */
export function summarize(scores: Float64Array): Confidence {
  const sorted = scores.toSorted();
  const lower = Math.floor(sorted.length / 40);
  const upper = sorted.length - lower - 1;
  return { mean: average(sorted), interval: 0.5 * (sorted[upper]! - sorted[lower]!) };
}

/** The arithmetic mean. */
export function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
