// Some of the lines that come one by one, spread evenly over all of them, however many there will be.

export class LineSample {
  readonly #most: number;
  #lines: string[] = [];
  /** Every so many-th line is taken. */
  #step = 1;
  #seen = 0;

  /** Of more lines than `most`, half as many at least. */
  constructor(most: number) {
    this.#most = most;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    if (this.#seen++ % this.#step !== 0) return;
    if (this.#lines.length === this.#most) {
      this.#lines = this.#lines.filter((_, i) => i % 2 === 0);
      this.#step *= 2;
      if ((this.#seen - 1) % this.#step !== 0) return;
    }
    this.#lines.push(line);
  }
}
