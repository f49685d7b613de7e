// Ranges of whole numbers: lengths in words, frequencies of words.
import { UsageError } from '../util/errors.ts';

export interface Bucket {
  readonly from: number;
  /** Exclusive; infinite for the last. */
  readonly to: number;
  /** Such as `0–9`, `4` or `60+`. */
  readonly label: string;
}

/** The ranges below, between and from the bounds on; a UsageError unless they are whole, positive and rising. */
export function buildBuckets(bounds: readonly number[]): Bucket[] {
  const edges = [0, ...bounds, Number.POSITIVE_INFINITY];
  return edges.slice(1).map((to, i) => {
    const from = edges[i]!;
    if (!(from < to) || !Number.isInteger(from)) {
      throw new UsageError(`bounds must be rising whole numbers above 0, not ${bounds.join(', ')}`);
    }
    const last = to === Number.POSITIVE_INFINITY ? '+' : to === from + 1 ? '' : `–${to - 1}`;
    return { from, to, label: `${from}${last}` };
  });
}

/** The position of the bucket that holds a value of 0 or more. */
export function findBucket(buckets: readonly Bucket[], value: number): number {
  return buckets.findIndex(({ to }) => value < to);
}
