// Sequences of integers end to end in one array, and the numbers that words get. For n-grams and edit distances,
// which need equality alone, and so that thousands of lines are one object.

export class IntRows {
  #values = new Int32Array(1024);
  #size = 0;
  readonly #starts: number[] = [0];

  /** The values of all rows; a new array may take its place when a row is added. */
  get values(): Int32Array {
    return this.#values;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** Where a row starts; it ends where the next one would start. */
  start(row: number): number {
    return this.#starts[row]!;
  }

  /** Adds a value to the row that is being written. */
  push(value: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Int32Array(2 * this.#size);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size++] = value;
  }

  endRow(): void {
    this.#starts.push(this.#size);
  }

  clear(): void {
    this.#size = 0;
    this.#starts.length = 1;
  }
}

/** Numbers for words, from 0 on. */
export class WordIds {
  readonly #ids = new Map<string, number>();

  /** Writes a row of words; one that was never seen gets the next number. */
  addRow(rows: IntRows, words: readonly string[]): void {
    for (const word of words) {
      let id = this.#ids.get(word);
      if (id === undefined) this.#ids.set(word, (id = this.#ids.size));
      rows.push(id);
    }
    rows.endRow();
  }

  /** Writes a row of words; one that was never added is -1. */
  findRow(rows: IntRows, words: readonly string[]): void {
    for (const word of words) rows.push(this.#ids.get(word) ?? -1);
    rows.endRow();
  }
}
