// Documents in sentences of ids: rows of one set of sequences, each document with a row without ids behind it.
import type { Sequences } from './sequences.ts';

export class Sentences {
  /** Sentences, and the rows that end documents. */
  readonly rows: Sequences;
  /** The first row of each document, and one beyond the last. */
  readonly #starts: Int32Array;

  constructor(rows: Sequences) {
    this.rows = rows;
    const starts = [0];
    for (let i = 0; i < rows.length; i++) if (rows.lengthOf(i) === 0) starts.push(i + 1);
    this.#starts = Int32Array.from(starts);
  }

  /** Documents. */
  get length(): number {
    return this.#starts.length - 1;
  }

  /** Rows [first, end) of a document. */
  extentOf(document: number): [first: number, end: number] {
    return [this.#starts[document]!, this.#starts[document + 1]! - 1];
  }

  /** Sentences of all documents. */
  get count(): number {
    return this.rows.length - this.length;
  }

  /** Ids of all sentences. */
  get tokens(): number {
    return this.lengthOf(0, this.rows.length);
  }

  /** Documents of one sentence, which no other follows. */
  get alone(): number {
    let alone = 0;
    for (let d = 0; d < this.length; d++) {
      const [first, end] = this.extentOf(d);
      if (end - first === 1) alone++;
    }
    return alone;
  }

  /** Ids of sentences [from, to). */
  lengthOf(from: number, to: number): number {
    let length = 0;
    for (let i = from; i < to; i++) length += this.rows.lengthOf(i);
    return length;
  }

  /** The ids of sentences [from, to), one after another. */
  read(from: number, to: number): Int32Array {
    const ids = new Int32Array(this.lengthOf(from, to));
    let at = 0;
    for (let i = from; i < to; i++) {
      const sentence = this.rows.at(i);
      ids.set(sentence, at);
      at += sentence.length;
    }
    return ids;
  }
}
