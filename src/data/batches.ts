// Which sentences go together. Batches hold sentences of nearly one length, so that little is padding; an epoch's
// plan depends on the seed and the epoch's number alone, so two numbers restore the place in the data.
import { UserError } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import {
  type Batch,
  buildBatch,
  buildSourceBatch,
  type Padding,
  paddedLength,
  type SourceBatch,
  type SpecialIds,
} from './batch.ts';
import type { EncodedPairs, PairSource } from './pairs.ts';
import type { Sequences } from './sequences.ts';

/** Exactly one of the two limits. */
export type BatchLimit =
  /** The most positions of either side, padding, eos and bos included: rows × S and rows × T. */
  { batchTokens: number; batchSentences?: undefined } | { batchSentences: number; batchTokens?: undefined };

export type BatchOptions = BatchLimit &
  Padding & {
    /** Sentences that are sorted by length together; see POOL. */
    poolSize?: number;
  };

/** The next batch to come: `position` counts the batches already drawn in the epoch. Epochs start at 0. */
export interface BatchState {
  epoch: number;
  position: number;
}

/** Rows and lengths of a batch, padding included. */
export interface BatchShape {
  B: number;
  S: number;
  T: number;
}

/**
 * Sentences sorted together. Large, since a wider choice means less padding; bounded, so that in corpora of millions
 * a sentence meets other neighbours in each epoch.
 */
const POOL = 1 << 17;

/** Endless batches over a corpus, shuffled anew in each epoch. */
export class BatchIterator {
  readonly #source: PairSource;
  readonly #ids: SpecialIds;
  readonly #options: BatchOptions;
  readonly #rng: Rng;
  #epoch = 0;
  #position = 0;
  #pairs: EncodedPairs;
  #plan: number[][];

  /** A UserError for an empty corpus. The generator is only split, never drawn from. */
  constructor(source: PairSource, ids: SpecialIds, options: BatchOptions, rng: Rng) {
    this.#source = source;
    this.#pairs = source(0);
    if (this.#pairs.src.length === 0)
      throw new UserError('the training corpus is empty: no pairs are left to train on');
    this.#ids = ids;
    this.#options = options;
    this.#rng = rng;
    this.#plan = planEpoch(this.#pairs, options, rng.split('epoch 0'));
  }

  /** Batches in the current epoch. */
  get epochLength(): number {
    return this.#plan.length;
  }

  /** The next batch; after the last of an epoch the state is already at the next epoch's first. */
  next(): Batch {
    const indices = this.#plan[this.#position]!;
    const batch = buildBatch(this.#pairs, indices, this.#ids, this.#options);
    if (++this.#position === this.#plan.length) this.#startEpoch(this.#epoch + 1);
    return batch;
  }

  state(): BatchState {
    return { epoch: this.#epoch, position: this.#position };
  }

  /** Continues at a stored state, made with the same corpus, options and seed. */
  restore({ epoch, position }: BatchState): void {
    this.#startEpoch(epoch);
    if (position >= this.#plan.length) {
      throw new UserError(
        `cannot resume at batch ${position} of an epoch of ${this.#plan.length}: the data or the batch size changed`,
      );
    }
    this.#position = position;
  }

  /** The share of the current epoch's positions, both sides together, that are padding: 0 to 1. */
  padding(): number {
    return computePadding(this.#pairs, this.#plan, this.#options);
  }

  /** The batches of the current epoch that may take most memory. */
  largest(): BatchShape[] {
    const { src, tgt } = this.#pairs;
    const longest = (side: Sequences, batch: readonly number[]) =>
      paddedLength(
        batch.reduce((most, i) => Math.max(most, side.lengthOf(i)), 0),
        this.#options,
      );
    return largestShapes(
      this.#plan.map((batch) => ({ B: batch.length, S: longest(src, batch), T: longest(tgt, batch) })),
    );
  }

  #startEpoch(epoch: number): void {
    if (epoch !== this.#epoch) {
      this.#pairs = this.#source(epoch);
      this.#plan = planEpoch(this.#pairs, this.#options, this.#rng.split(`epoch ${epoch}`));
    }
    this.#epoch = epoch;
    this.#position = 0;
  }
}

/** The shapes with most places and with most pairs of places: layers take memory by the one, attention by the other. */
export function largestShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const places = ({ B, S, T }: BatchShape) => B * Math.max(S, T);
  const pairs = ({ B, S, T }: BatchShape) => B * Math.max(S, T) ** 2;
  const most = (size: (shape: BatchShape) => number) =>
    shapes.reduce((largest, shape) => (size(shape) > size(largest) ? shape : largest));
  return shapes.length === 0 ? [] : [...new Set([most(places), most(pairs)])];
}

/** Every pair once, in batches by length, always the same: for validation. */
export function orderedBatches(pairs: EncodedPairs, ids: SpecialIds, options: BatchOptions): Batch[] {
  const order = sortByLength(range(pairs.src.length), pairs);
  return cutBatches(order, pairs, options).map((indices) => buildBatch(pairs, indices, ids, options));
}

/** Every sentence once, the longest first, at most `maxTokens` positions and `maxRows` rows a batch: for inference. */
export function sourceBatches(
  sentences: Sequences,
  ids: SpecialIds,
  maxTokens: number,
  maxRows = Number.POSITIVE_INFINITY,
): SourceBatch[] {
  const order = range(sentences.length).sort((a, b) => sentences.lengthOf(b) - sentences.lengthOf(a));
  const batches: SourceBatch[] = [];
  for (let start = 0; start < order.length; ) {
    const length = sentences.lengthOf(order[start]!) + 1;
    const rows = Math.max(1, Math.min(maxRows, Math.floor(maxTokens / length)));
    batches.push(buildSourceBatch(sentences, order.slice(start, start + rows), ids));
    start += rows;
  }
  return batches;
}

/** The batches of one epoch, as positions in the corpus: shuffle, sort within pools, cut, shuffle the batches. */
function planEpoch(pairs: EncodedPairs, options: BatchOptions, rng: Rng): number[][] {
  const order = rng.shuffle(range(pairs.src.length));
  const poolSize = options.poolSize ?? POOL;
  const plan: number[][] = [];
  for (let start = 0; start < order.length; start += poolSize) {
    const pool = sortByLength(order.slice(start, start + poolSize), pairs);
    for (const batch of cutBatches(pool, pairs, options)) plan.push(batch);
  }
  return rng.shuffle(plan);
}

/**
 * By target length, then source length, which rises and falls in turn so that neighbours stay close where the target
 * length changes. The sort is stable: equal pairs keep their (random) order.
 */
function sortByLength(order: number[], { src, tgt }: EncodedPairs): number[] {
  return order.sort((a, b) => {
    const length = tgt.lengthOf(a);
    const byTarget = length - tgt.lengthOf(b);
    if (byTarget !== 0) return byTarget;
    const bySource = src.lengthOf(a) - src.lengthOf(b);
    return length % 2 === 0 ? bySource : -bySource;
  });
}

/** Runs of the order, each as long as the limit allows and at least one sentence. */
function cutBatches(order: readonly number[], { src, tgt }: EncodedPairs, options: BatchOptions): number[][] {
  const { batchTokens, batchSentences } = options;
  const batches: number[][] = [];
  let batch: number[] = [];
  let longest = 0;
  for (const i of order) {
    const length = Math.max(longest, src.lengthOf(i), tgt.lengthOf(i));
    const fits =
      batchTokens === undefined
        ? batch.length < batchSentences
        : (batch.length + 1) * paddedLength(length, options) <= batchTokens;
    if (fits || batch.length === 0) {
      batch.push(i);
      longest = length;
    } else {
      batches.push(batch);
      batch = [i];
      longest = Math.max(src.lengthOf(i), tgt.lengthOf(i));
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function computePadding({ src, tgt }: EncodedPairs, plan: readonly number[][], padding: Padding): number {
  let tokens = 0;
  let positions = 0;
  for (const batch of plan) {
    for (const side of [src, tgt]) {
      let longest = 0;
      for (const i of batch) {
        tokens += side.lengthOf(i) + 1;
        longest = Math.max(longest, side.lengthOf(i));
      }
      positions += batch.length * paddedLength(longest, padding);
    }
  }
  return 1 - tokens / positions;
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
