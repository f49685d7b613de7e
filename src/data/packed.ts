// Documents packed into contexts of one length, for language models: an epoch's documents stand one after another,
// each behind a separator, and every context is a run of that text. The plan of an epoch depends on the seed and the
// epoch's number alone.
import { UserError } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import type { Batch } from './batch.ts';
import type { BatchSource, BatchState } from './batches.ts';
import { lengthsOf, type RowLengths } from './row-lengths.ts';
import type { Sequences } from './sequences.ts';

export interface PackOptions {
  /** T: the tokens of a context. */
  contextLength: number;
  /** Contexts in a batch. */
  rows: number;
  /** The token before each document. */
  separator: number;
  /** The label where no token follows. */
  noLabel: number;
  /** Whether a batch tells which document of its context each token belongs to. */
  segments: boolean;
}

/** A context: where it starts in the text, and its first label that counts; those before it have counted elsewhere. */
interface Window {
  start: number;
  from: number;
}

/** Documents in an order, as one text: separator, document, separator, document, … */
class PackedText {
  readonly #documents: Sequences;
  readonly #separator: number;
  readonly #order: Int32Array;
  /** Of the documents with their separators, in the order. */
  readonly #lengths: RowLengths;

  constructor(documents: Sequences, order: Int32Array, separator: number) {
    this.#documents = documents;
    this.#order = order;
    this.#separator = separator;
    this.#lengths = lengthsOf(order.length, (i) => 1 + documents.lengthOf(order[i]!));
  }

  get length(): number {
    return this.#lengths.total;
  }

  /** Copies tokens [start, start + into.length) and the number from `start` of the document of each; the rest stays. */
  read(start: number, into: Int32Array, segments?: Int32Array): void {
    const first = this.#lengths.find(start);
    let offset = start - this.#lengths.startOf(first);
    for (let at = 0, document = first; at < into.length && document < this.#order.length; document++) {
      const count = Math.min(into.length - at, this.#lengths.lengths[document]! - offset);
      if (offset === 0) into[at] = this.#separator;
      const tokens = this.#documents.at(this.#order[document]!, Math.max(0, offset - 1), offset - 1 + count);
      into.set(tokens, at + (offset === 0 ? 1 : 0));
      segments?.fill(document - first, at, at + count);
      at += count;
      offset = 0;
    }
  }
}

/** `ids`, `labels` and, where asked for, `segments`, each [B, T]; the weight `tokens` counts labels. */
function collate(
  text: PackedText,
  windows: readonly Window[],
  rows: readonly number[],
  options: PackOptions,
): Batch {
  const { contextLength, noLabel } = options;
  const size = windows.length * contextLength;
  const [ids, labels, segments] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  let tokens = 0;
  for (const [row, { start, from }] of windows.entries()) {
    const at = row * contextLength;
    const window = new Int32Array(contextLength + 1).fill(noLabel);
    text.read(start, window, options.segments ? segments.subarray(at, at + contextLength) : undefined);
    const count = Math.min(contextLength, text.length - 1 - start);
    tokens += count - from;
    labels.set(window.subarray(1), at);
    labels.fill(noLabel, at, at + from);
    // Behind the text's end stands its last token: an id like any other, whose label does not count.
    ids.set(window.subarray(0, contextLength), at);
    ids.fill(options.separator, at + count + 1, at + contextLength);
  }
  const matrix = (data: Int32Array) =>
    ({ dtype: 'int32', dims: [windows.length, contextLength], data }) as const;
  return {
    inputs: {
      ids: matrix(ids),
      labels: matrix(labels),
      ...(options.segments && { segments: matrix(segments) }),
    },
    sizes: { B: windows.length, T: contextLength },
    weights: { tokens },
    rows,
  };
}

/** Endless batches of contexts; documents, and then contexts, are shuffled anew in each epoch. */
export class PackedBatches implements BatchSource {
  readonly #documents: Sequences;
  readonly #options: PackOptions;
  readonly #rng: Rng;
  #epoch = -1;
  #position = 0;
  #text!: PackedText;
  #contexts!: Int32Array;

  /** A UserError where there is no text. The generator is only split, never drawn from. */
  constructor(documents: Sequences, options: PackOptions, rng: Rng) {
    this.#documents = documents;
    this.#options = options;
    this.#rng = rng;
    this.#startEpoch(0);
    if (this.#contexts.length === 0) {
      throw new UserError('the training corpus is empty: nothing is left to train on');
    }
  }

  get epochLength(): number {
    return Math.ceil(this.#contexts.length / this.#options.rows);
  }

  next(): Batch {
    const { rows } = this.#options;
    const start = this.#position * rows;
    const contexts = [...this.#contexts.subarray(start, start + rows)];
    const windows = contexts.map((context) => ({ start: context * this.#options.contextLength, from: 0 }));
    const batch = collate(this.#text, windows, contexts, this.#options);
    this.skip();
    return batch;
  }

  skip(): void {
    if (++this.#position === this.epochLength) this.#startEpoch(this.#epoch + 1);
  }

  state(): BatchState {
    return { epoch: this.#epoch, position: this.#position };
  }

  restore({ epoch, position }: BatchState): void {
    this.#startEpoch(epoch);
    if (position >= this.epochLength) {
      throw new UserError(
        `cannot resume at batch ${position} of an epoch of ${this.epochLength}: the data or the batch size changed`,
      );
    }
    this.#position = position;
  }

  /** The places behind the end of the text. */
  padding(): number {
    const { contextLength } = this.#options;
    const places = this.#contexts.length * contextLength;
    return places === 0 ? 0 : Math.max(0, 1 - (this.#text.length - 1) / places);
  }

  largest(): Batch['sizes'][] {
    return [{ B: this.#options.rows, T: this.#options.contextLength }];
  }

  #startEpoch(epoch: number): void {
    if (epoch !== this.#epoch) {
      const rng = this.#rng.split(`epoch ${epoch}`);
      const order = rng.shuffle(range(this.#documents.length));
      this.#text = new PackedText(this.#documents, order, this.#options.separator);
      this.#contexts = rng.shuffle(range(countContexts(this.#text, this.#options)));
    }
    this.#epoch = epoch;
    this.#position = 0;
  }
}

/**
 * The documents in their order, every label once: for validation. Contexts begin `stride` tokens after one another, their
 * length by default; each then sees contextLength − stride tokens again, whose labels do not count a second time.
 */
export function orderedContexts(
  documents: Sequences,
  options: PackOptions,
  stride = options.contextLength,
): Batch[] {
  const { contextLength, rows } = options;
  const text = new PackedText(documents, range(documents.length), options.separator);
  const beyondFirst = Math.max(0, text.length - 1 - contextLength);
  const count = text.length < 2 ? 0 : 1 + Math.ceil(beyondFirst / stride);
  const windows = Array.from({ length: count }, (_, k): Window => {
    return { start: k * stride, from: k === 0 ? 0 : contextLength - stride };
  });
  return Array.from({ length: Math.ceil(count / rows) }, (_, k) => {
    const batch = windows.slice(k * rows, (k + 1) * rows);
    return collate(
      text,
      batch,
      batch.map((_, i) => k * rows + i),
      options,
    );
  });
}

/** A text of n tokens has n − 1 labels. */
const countContexts = (text: PackedText, { contextLength }: PackOptions): number =>
  Math.ceil(Math.max(0, text.length - 1) / contextLength);

const range = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
