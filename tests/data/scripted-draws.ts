// Choices written down beforehand, in place of a generator's.
import { expect } from 'vitest';
import type { Draws } from '../../src/data/segment-pairs.ts';

/** A number is what `float` gives; `[x, n]` is x, as `int(n)` gives it. */
export class Script implements Draws {
  readonly #choices: (number | readonly [number, number])[];

  constructor(...choices: (number | readonly [number, number])[]) {
    this.#choices = choices;
  }

  float(): number {
    const choice = this.#choices.shift();
    expect(choice).toBeTypeOf('number');
    return choice as number;
  }

  int(n: number): number {
    const [x, below] = this.#choices.shift() as readonly [number, number];
    expect(n).toBe(below);
    return x;
  }

  /** All choices were asked for. */
  end(): void {
    expect(this.#choices).toEqual([]);
  }
}
