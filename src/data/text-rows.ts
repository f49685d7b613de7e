// Lines in a file, as UTF-8.
import type { RowFile } from './row-file.ts';

/** Lines by their numbers, wherever they are. */
export interface Lines {
  at(i: number): string | undefined;
}

export class TextRows implements Lines {
  readonly #rows: RowFile;

  constructor(rows: RowFile) {
    this.#rows = rows;
  }

  at(i: number): string {
    const bytes = this.#rows.read(i, 0, this.#rows.lengths.lengths[i]!);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }
}
