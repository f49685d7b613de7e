// Batches over a set of examples. An epoch's plan depends on the seed and the epoch's number alone, so two numbers
// restore the place in the data.
import { UserError } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import { type Batch, extentOf } from './batch.ts';
import {
  type BatchOptions,
  cutBatches,
  type Examples,
  findLargest,
  type Lengths,
  Plan,
  planEpoch,
  range,
  sortByLength,
} from './batch-plan.ts';

export type { BatchOptions, Examples } from './batch-plan.ts';

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
  /** Passes over the next batch, which is not made: another process has it. */
  skip(): void;
  state(): BatchState;
  /** Continues at a stored state, made with the same data, options and seed. */
  restore(state: BatchState): void;
  /** The share of the current epoch's places that are padding: 0 to 1. */
  padding(): number;
  /** Sizes of the current epoch's batches that may take most memory. */
  largest(): Batch['sizes'][];
}

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
    this.skip();
    return batch;
  }

  skip(): void {
    if (++this.#position === this.#plan.length) this.#startEpoch(this.#epoch + 1);
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

/** Sizes of the batches that may take most memory. */
export function largestOf(batches: readonly Batch[]): Batch['sizes'][] {
  const found = findLargest(batches.length, (k) => {
    const { rows, lengths } = extentOf(batches[k]!.sizes);
    return [rows, Math.max(...lengths)];
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
