// Lines that are longer than a model takes: the first is told at once, how many there were at the end.
import { formatCount } from '../util/format.ts';
import type { Log } from '../util/log.ts';

export class CutLines {
  readonly #log: Log;
  readonly #consequence: string;
  #count = 0;

  /** `consequence` is what becomes of them: `it was cut`. */
  constructor(log: Log, consequence: string) {
    this.#log = log;
    this.#consequence = consequence;
  }

  /** `place` is where the line is: `line 7`. */
  add(place: string, tokens: number): void {
    if (this.#count++ > 0) return;
    const count = formatCount(tokens);
    this.#log.warn(`${place}: ${count} tokens, more than the model takes; ${this.#consequence}`);
  }

  /** Tells of the lines after the first. */
  conclude(): void {
    const others = this.#count - 1;
    if (others < 1) return;
    const lines = others === 1 ? '1 other line' : `${formatCount(others)} other lines`;
    this.#log.warn(`so with ${lines}: more tokens than the model takes`);
  }
}
