// Additive statistics, of which every score is computed: by segment, and their sums.

/** The statistics of a corpus: segment i's are `values` from i · width to (i + 1) · width. */
export interface SegmentStatistics {
  readonly width: number;
  readonly segments: number;
  readonly values: Float64Array;
}

/** The sum of statistics, or those of one segment. */
export type Statistics = readonly number[] | Float64Array;

/** The statistics of one segment. */
export function segmentStatistics({ width, values }: SegmentStatistics, segment: number): Float64Array {
  return values.subarray(segment * width, (segment + 1) * width);
}

/** The sum over a corpus, added up in its order. */
export function sumSegments({ width, segments, values }: SegmentStatistics): number[] {
  const sum: number[] = new Array(width).fill(0);
  for (let i = 0; i < segments; i++) {
    for (let j = 0; j < width; j++) sum[j]! += values[i * width + j]!;
  }
  return sum;
}

/** The sum of rows of one length, in their order. */
export function sumStatistics(rows: readonly Statistics[]): number[] {
  const sum: number[] = new Array(rows[0]?.length ?? 0).fill(0);
  for (const row of rows) {
    for (let i = 0; i < sum.length; i++) sum[i]! += row[i]!;
  }
  return sum;
}
