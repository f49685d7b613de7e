// The batches of an epoch: which examples go together. They are of nearly one length, so that little is padding.
import type { Rng } from '../util/rng.ts';
import { type Batch, type Padding, paddedLength } from './batch.ts';

/** Tokens of each of many examples. */
export interface Lengths {
  lengthOf(i: number): number;
}

/** A set of examples that can be put together in any way. */
export interface Examples {
  readonly count: number;
  /** Their lengths, one entry for each text that an example has; batches are sorted by the first of them first. */
  readonly sides: readonly Lengths[];
  /** Places that every text has beside its tokens, for special ids. */
  readonly extraTokens: number;
  collate(rows: readonly number[], padding: Padding): Batch;
}

/** Exactly one of the two limits. */
export type BatchLimit =
  /** The most places of any side, padding and special ids included: rows × the longest. */
  { batchTokens: number; batchSentences?: undefined } | { batchSentences: number; batchTokens?: undefined };

export type BatchOptions = BatchLimit &
  Padding & {
    /** Examples that are sorted by length together; see POOL. */
    poolSize?: number;
  };

/**
 * Examples sorted together. Large, since a wider choice means less padding; bounded, so that in corpora of millions
 * an example meets other neighbours in each epoch.
 */
const POOL = 1 << 17;

/** An epoch's batches: each a run of an order of the examples, in typed arrays, since there may be millions. */
export class Plan {
  readonly #examples: Examples;
  readonly #options: BatchOptions;
  readonly #order: Int32Array;
  /** Where in the order each batch begins and ends. */
  readonly #runs: readonly Run[];

  constructor(examples: Examples, options: BatchOptions, order: Int32Array, runs: readonly Run[]) {
    this.#examples = examples;
    this.#options = options;
    this.#order = order;
    this.#runs = runs;
  }

  get length(): number {
    return this.#runs.length;
  }

  rows(batch: number): number[] {
    const [start, end] = this.#runs[batch]!;
    return [...this.#order.subarray(start, end)];
  }

  /** Rows of a batch, and places of the longest. */
  extent(batch: number): [number, number] {
    const { sides, extraTokens } = this.#examples;
    const [start, end] = this.#runs[batch]!;
    let longest = 0;
    for (const side of sides) {
      for (let at = start; at < end; at++) longest = Math.max(longest, side.lengthOf(this.#order[at]!));
    }
    return [end - start, paddedLength(longest + extraTokens, this.#options)];
  }

  padding(): number {
    const { sides, extraTokens } = this.#examples;
    let tokens = 0;
    let places = 0;
    for (const [start, end] of this.#runs) {
      for (const side of sides) {
        let longest = 0;
        for (let at = start; at < end; at++) {
          const length = side.lengthOf(this.#order[at]!) + extraTokens;
          tokens += length;
          longest = Math.max(longest, length);
        }
        places += (end - start) * paddedLength(longest, this.#options);
      }
    }
    return 1 - tokens / places;
  }
}

export type Run = readonly [start: number, end: number];

/** Shuffle, sort within pools, cut, shuffle the batches. */
export function planEpoch(examples: Examples, options: BatchOptions, rng: Rng): Plan {
  const order = rng.shuffle(range(examples.count));
  const poolSize = options.poolSize ?? POOL;
  const runs: Run[] = [];
  for (let start = 0; start < order.length; start += poolSize) {
    const end = Math.min(start + poolSize, order.length);
    sortByLength(order.subarray(start, end), examples);
    runs.push(...cutBatches(order, start, end, examples, options));
  }
  return new Plan(examples, options, order, rng.shuffle(runs));
}

/**
 * By the first side's length, then the second's, which rises and falls in turn so that neighbours stay close where the
 * first changes. The sort is stable: equal examples keep their (random) order.
 */
export function sortByLength(order: Int32Array, { sides: [first, second] }: Examples): void {
  order.sort((a, b) => {
    const length = first!.lengthOf(a);
    const byFirst = length - first!.lengthOf(b);
    if (byFirst !== 0 || second === undefined) return byFirst;
    const bySecond = second.lengthOf(a) - second.lengthOf(b);
    return length % 2 === 0 ? bySecond : -bySecond;
  });
}

/** Runs of order[from, to), each as long as the limit allows and at least one example. */
export function cutBatches(
  order: Int32Array,
  from: number,
  to: number,
  { sides, extraTokens }: Examples,
  options: BatchOptions,
): Run[] {
  const { batchTokens, batchSentences } = options;
  const lengthOf = (i: number) =>
    sides.reduce((most, side) => Math.max(most, side.lengthOf(i)), 0) + extraTokens;
  const runs: Run[] = [];
  let start = from;
  let longest = 0;
  for (let at = from; at < to; at++) {
    const own = lengthOf(order[at]!);
    const length = Math.max(longest, own);
    const rows = at - start + 1;
    const fits =
      batchTokens === undefined
        ? rows <= batchSentences
        : rows * paddedLength(length, options) <= batchTokens;
    if (fits || rows === 1) longest = length;
    else {
      runs.push([start, at]);
      start = at;
      longest = own;
    }
  }
  if (start < to) runs.push([start, to]);
  return runs;
}

/** The numbers below `length`. */
export const range = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/**
 * Of `count` batches the one with most places and the one with most pairs of places: layers take memory by the one,
 * attention by the other. `extent` gives a batch's rows and the places of the longest.
 */
export function findLargest(count: number, extent: (batch: number) => [number, number]): number[] {
  const sizes = Array.from({ length: count }, (_, k) => extent(k));
  const most = (power: number) =>
    sizes.reduce((best, [rows, length], k) => {
      const [bestRows, bestLength] = sizes[best]!;
      return rows * length ** power > bestRows * bestLength ** power ? k : best;
    }, 0);
  return count === 0 ? [] : [...new Set([most(1), most(2)])];
}
