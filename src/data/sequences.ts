// Sentences as token ids, wherever they are: in memory end to end in one array, since a typed array for each of
// millions would make the garbage collector's work grow with the corpus, a tenth of a training step at 58,000 of them;
// or in a file (token-index.ts).
import { type RowLengths, RowLengthsBuilder } from './row-lengths.ts';

export interface Sequences {
  readonly length: number;
  /** Sequence i, or its tokens [from, to); not to be written to. */
  at(i: number, from?: number, to?: number): Int32Array;
  /** Tokens of sequence i. */
  lengthOf(i: number): number;
  /** Gives up what is not memory; nothing is asked for afterwards. */
  close?(): void;
}

/** Takes sequences one by one, and copies them. */
export interface SequencesBuilder {
  add(row: ArrayLike<number>): void;
  finish(): Sequences;
}

export class MemorySequencesBuilder implements SequencesBuilder {
  #ids = new Int32Array(1024);
  #end = 0;
  readonly #lengths = new RowLengthsBuilder();

  add(row: ArrayLike<number>): void {
    const end = this.#end + row.length;
    if (end > this.#ids.length) {
      const grown = new Int32Array(Math.max(2 * this.#ids.length, end));
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids.set(row, this.#end);
    this.#end = end;
    this.#lengths.add(row.length);
  }

  finish(): Sequences {
    return new MemorySequences(this.#ids.slice(0, this.#end), this.#lengths.finish());
  }
}

class MemorySequences implements Sequences {
  readonly length: number;
  readonly #ids: Int32Array;
  readonly #lengths: RowLengths;

  constructor(ids: Int32Array, lengths: RowLengths) {
    this.length = lengths.length;
    this.#ids = ids;
    this.#lengths = lengths;
  }

  at(i: number, from = 0, to = this.lengthOf(i)): Int32Array {
    const start = this.#lengths.startOf(i);
    return this.#ids.subarray(start + from, start + to);
  }

  lengthOf(i: number): number {
    return this.#lengths.lengths[i]!;
  }
}

export const Sequences = {
  /** In memory, what `row` gives for 0 to length − 1. */
  build(length: number, row: (i: number) => ArrayLike<number>): Sequences {
    const builder = new MemorySequencesBuilder();
    for (let i = 0; i < length; i++) builder.add(row(i));
    return builder.finish();
  },

  /** Of sequences the `of`-th ones from `first` on. */
  every(of: number, first: number, sequences: Sequences): Sequences {
    return {
      length: Math.ceil((sequences.length - first) / of),
      at: (i, from, to) => sequences.at(of * i + first, from, to),
      lengthOf: (i) => sequences.lengthOf(of * i + first),
    };
  },
};
