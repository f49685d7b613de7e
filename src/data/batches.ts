// Which examples go together. Batches hold examples of nearly one length, so that little is padding; an epoch's plan
// depends on the seed and the epoch's number alone, so two numbers restore the place in the data.
import { UserError } from '../util/errors.ts';
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

/** The next batch to come: `position` counts the batches already drawn in the epoch. Epochs start at 0. */
export interface BatchState {
  epoch: number;
  position: number;
}

/** Training's batches, without end. */
export interface BatchSource {
  /** Batches in the current epoch. */
  readonly epochLength: number;
  /** The next batch; after the last of an epoch the state is already at the next epoch's first. */
  next(): Batch;
  state(): BatchState;
  /** Continues at a stored state, made with the same data, options and seed. */
  restore(state: BatchState): void;
  /** The share of the current epoch's places that are padding: 0 to 1. */
  padding(): number;
  /** Sizes of the current epoch's batches that may take most memory. */
  largest(): Batch['sizes'][];
}

/**
 * Examples sorted together. Large, since a wider choice means less padding; bounded, so that in corpora of millions
 * an example meets other neighbours in each epoch.
 */
const POOL = 1 << 17;

/** Endless batches over a set of examples, shuffled anew in each epoch. */
export class BatchIterator implements BatchSource {
  readonly #source: (epoch: number) => Examples;
  readonly #options: BatchOptions;
  readonly #rng: Rng;
  #epoch = 0;
  #position = 0;
  #examples: Examples;
  #plan: Plan;

  /**
   * `source` gives the examples as an epoch has them: the same each time, or cut into other subwords. A UserError
   * where there are none. The generator is only split, never drawn from.
   */
  constructor(source: (epoch: number) => Examples, options: BatchOptions, rng: Rng) {
    this.#source = source;
    this.#examples = source(0);
    if (this.#examples.count === 0)
      throw new UserError('the training corpus is empty: nothing is left to train on');
    this.#options = options;
    this.#rng = rng;
    this.#plan = planEpoch(this.#examples, options, rng.split('epoch 0'));
  }

  get epochLength(): number {
    return this.#plan.length;
  }

  next(): Batch {
    const batch = this.#examples.collate(this.#plan.rows(this.#position), this.#options);
    if (++this.#position === this.#plan.length) this.#startEpoch(this.#epoch + 1);
    return batch;
  }

  state(): BatchState {
    return { epoch: this.#epoch, position: this.#position };
  }

  restore({ epoch, position }: BatchState): void {
    this.#startEpoch(epoch);
    if (position >= this.#plan.length) {
      throw new UserError(
        `cannot resume at batch ${position} of an epoch of ${this.#plan.length}: the data or the batch size changed`,
      );
    }
    this.#position = position;
  }

  padding(): number {
    return this.#plan.padding();
  }

  largest(): Batch['sizes'][] {
    const found = findLargest(this.#plan.length, (k) => this.#plan.extent(k));
    return found.map((k) => this.#examples.collate(this.#plan.rows(k), this.#options).sizes);
  }

  #startEpoch(epoch: number): void {
    if (epoch !== this.#epoch) {
      this.#examples = this.#source(epoch);
      this.#plan = planEpoch(this.#examples, this.#options, this.#rng.split(`epoch ${epoch}`));
    }
    this.#epoch = epoch;
    this.#position = 0;
  }
}

/** Every example once, in batches by length, always the same: for validation. */
export function orderedBatches(examples: Examples, options: BatchOptions): Batch[] {
  const order = range(examples.count);
  sortByLength(order, examples);
  const plan = new Plan(examples, options, order, cutBatches(order, 0, order.length, examples, options));
  return Array.from({ length: plan.length }, (_, k) => examples.collate(plan.rows(k), options));
}

/**
 * Of `count` batches the one with most places and the one with most pairs of places: layers take memory by the one,
 * attention by the other. `extent` gives a batch's rows and the places of the longest.
 */
function findLargest(count: number, extent: (batch: number) => [number, number]): number[] {
  const sizes = Array.from({ length: count }, (_, k) => extent(k));
  const most = (power: number) =>
    sizes.reduce((best, [rows, length], k) => {
      const [bestRows, bestLength] = sizes[best]!;
      return rows * length ** power > bestRows * bestLength ** power ? k : best;
    }, 0);
  return count === 0 ? [] : [...new Set([most(1), most(2)])];
}

/** Sizes of the batches that may take most memory. */
export function largestOf(batches: readonly Batch[]): Batch['sizes'][] {
  const found = findLargest(batches.length, (k) => {
    const { B = 1, ...lengths } = batches[k]!.sizes;
    return [B, Math.max(...Object.values(lengths))];
  });
  return found.map((k) => batches[k]!.sizes);
}

/** Every example once, the longest first, at most `maxTokens` places and `maxRows` rows a batch: for inference. */
export function longestFirst(examples: Examples, maxTokens: number, maxRows: number): number[][] {
  const [side] = examples.sides as [Lengths];
  const order = range(examples.count).sort((a, b) => side.lengthOf(b) - side.lengthOf(a));
  const batches: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const length = side.lengthOf(order[start]!) + examples.extraTokens;
    const rows = Math.max(1, Math.min(maxRows, Math.floor(maxTokens / length)));
    batches.push([...order.subarray(start, start + rows)]);
    start += rows;
  }
  return batches;
}

/** An epoch's batches: each a run of an order of the examples, in typed arrays, since there may be millions. */
class Plan {
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

type Run = readonly [start: number, end: number];

/** Shuffle, sort within pools, cut, shuffle the batches. */
function planEpoch(examples: Examples, options: BatchOptions, rng: Rng): Plan {
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
function sortByLength(order: Int32Array, { sides: [first, second] }: Examples): void {
  order.sort((a, b) => {
    const length = first!.lengthOf(a);
    const byFirst = length - first!.lengthOf(b);
    if (byFirst !== 0 || second === undefined) return byFirst;
    const bySecond = second.lengthOf(a) - second.lengthOf(b);
    return length % 2 === 0 ? bySecond : -bySecond;
  });
}

/** Runs of order[from, to), each as long as the limit allows and at least one example. */
function cutBatches(
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

const range = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
