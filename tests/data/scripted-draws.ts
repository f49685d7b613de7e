// Choices written down beforehand, in place of a generator's.
import { expect } from 'vitest';
import type { Draws } from '../../src/data/segment-pairs.ts';

/** A number is what `float` gives; `[x, n]` is x, as `int(n)` gives it. */
export class Script implements Draws {
  readonly #choices: (number | [number, number])[];

  constructor(...choices: (number | [number, number])[]) {
    this.#choices = choices;
  }

  float(): number {
    const choice = this.#choices.shift();
    expect(choice).toBeTypeOf('number');
    return choice as number;
  }

  int(n: number): number {
    const [x, below] = this.#choices.shift() as [number, number];
    expect(n).toBe(below);
    return x;
  }

  /** All choices were asked for. */
  end(): void {
    expect(this.#choices).toEqual([]);
  }
}
