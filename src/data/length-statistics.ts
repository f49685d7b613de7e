// How long the rows of a text are, in tokens, in a few figures.
import { z } from 'zod';

const count = z.int().min(0);

export const lengthsSchema = z.object({
  rows: count,
  /** Of all rows together. */
  tokens: count,
  mean: z.number(),
  min: count,
  max: count,
  /** The least length that so many per cent of the rows do not exceed. */
  percentiles: z.record(z.string(), count),
  /** Rows of lengths from k · width up to and without (k + 1) · width; the last has all that are longer, too. */
  histogram: z.object({ width: z.int().min(1), counts: z.array(count) }),
});
export type LengthStatistics = z.output<typeof lengthsSchema>;

const PERCENTS = [5, 25, 50, 75, 95, 99];
/** Most bars of a histogram. */
const MAX_BARS = 25;

/** The statistics of `rows` lengths; one pass, and memory for the lengths that occur. */
export function describeLengths(rows: number, lengthOf: (row: number) => number): LengthStatistics {
  const frequencies = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    const length = lengthOf(i);
    frequencies.set(length, (frequencies.get(length) ?? 0) + 1);
  }
  const sorted = [...frequencies].sort(([a], [b]) => a - b);
  const tokens = sorted.reduce((sum, [length, times]) => sum + length * times, 0);
  const percentiles = PERCENTS.map((percent) => [percent, percentile(sorted, (rows * percent) / 100)]);
  return {
    rows,
    tokens,
    mean: rows === 0 ? 0 : Number((tokens / rows).toFixed(2)),
    min: sorted[0]?.[0] ?? 0,
    max: sorted.at(-1)?.[0] ?? 0,
    percentiles: Object.fromEntries(percentiles),
    histogram: buildHistogram(sorted, percentile(sorted, rows * 0.99)),
  };
}

function percentile(sorted: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0;
  return sorted.find(([, times]) => (seen += times) >= rank)?.[0] ?? 0;
}

/** Bars of a round width, of which all but the last reach up to `most`. */
function buildHistogram(sorted: readonly (readonly [number, number])[], most: number) {
  let width = 1;
  for (let k = 0; width * MAX_BARS <= most; k++) width = [1, 2, 5][k % 3]! * 10 ** Math.floor(k / 3);
  const counts: number[] = new Array(Math.floor(most / width) + 1).fill(0);
  for (const [length, times] of sorted) {
    counts[Math.min(counts.length - 1, Math.floor(length / width))]! += times;
  }
  return { width, counts };
}
