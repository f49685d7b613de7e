// Sequences that are in a file. Rows are read where they are asked for: the system's own cache holds what is near, and
// a read of a row in it takes some microseconds, where an update takes many milliseconds.
import type { ItemSize, RowFile, RowFileWriter } from './row-file.ts';
import type { Sequences, SequencesBuilder } from './sequences.ts';

export class TokenIndex implements Sequences {
  readonly length: number;
  readonly #rows: RowFile;

  constructor(rows: RowFile) {
    this.length = rows.lengths.length;
    this.#rows = rows;
  }

  at(i: number, from = 0, to = this.lengthOf(i)): Int32Array {
    return new Int32Array(this.#rows.read(i, from, to));
  }

  lengthOf(i: number): number {
    return this.#rows.lengths.lengths[i]!;
  }

  close(): void {
    this.#rows.close();
  }
}

/** Bytes that the ids of a vocabulary take. */
export const idSize = (vocabulary: number): ItemSize => (vocabulary <= 0x10000 ? 2 : 4);

/** Takes sequences into a file that nothing stays of when the process ends. */
export class TemporaryIndexBuilder implements SequencesBuilder {
  readonly #writer: RowFileWriter;

  constructor(writer: RowFileWriter) {
    this.#writer = writer;
  }

  add(row: ArrayLike<number>): void {
    this.#writer.add(row);
  }

  finish(): TokenIndex {
    return new TokenIndex(this.#writer.finishTemporary());
  }
}
