// Sentences as token ids, end to end in one array: a typed array for each of millions would make the garbage
// collector's work grow with the corpus, a tenth of a training step at 58,000 of them.

export class Sequences {
  readonly length: number;
  readonly #ids: Int32Array;
  /** Sequence i is ids[#ends[i − 1], #ends[i]). */
  readonly #ends: Float64Array;

  private constructor(ids: Int32Array, ends: Float64Array) {
    this.length = ends.length;
    this.#ids = ids;
    this.#ends = ends;
  }

  /** Copies what `row` gives for 0 to length − 1. */
  static build(length: number, row: (i: number) => ArrayLike<number>): Sequences {
    let ids = new Int32Array(1024);
    const ends = new Float64Array(length);
    let end = 0;
    for (let i = 0; i < length; i++) {
      const added = row(i);
      if (end + added.length > ids.length) {
        const grown = new Int32Array(Math.max(2 * ids.length, end + added.length));
        grown.set(ids);
        ids = grown;
      }
      ids.set(added, end);
      end += added.length;
      ends[i] = end;
    }
    return new Sequences(ids.slice(0, end), ends);
  }

  /** Sequence i, a view. */
  at(i: number): Int32Array {
    return this.#ids.subarray(this.#start(i), this.#ends[i]);
  }

  /** Tokens of sequence i. */
  lengthOf(i: number): number {
    return this.#ends[i]! - this.#start(i);
  }

  /** A copy of the sequences at `indices`. */
  select(indices: readonly number[]): Sequences {
    return Sequences.build(indices.length, (i) => this.at(indices[i]!));
  }

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]!;
  }
}
