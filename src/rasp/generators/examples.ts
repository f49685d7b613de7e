// Examples without end to train on, and sets of them to test with that share no problem with those, where there are
// problems enough: a hash of what is asked says which of the two it is for, so that neither need be stored.
import { createHash } from 'node:crypto';
import { UserError } from '../../util/errors.ts';
import { Rng } from '../../util/rng.ts';
import type { Example, Generator } from './generator.ts';

/** Of so many problems one is kept for tests. */
const TEST_SHARE = 8;
/** Lengths with fewer problems are not divided: too few would be left on one of the sides. */
const LEAST_PROBLEMS = 1000;
/** Draws before it is a defect that all are for the other side; chance needs that many once in 10^50 times. */
const MAX_DRAWS = 1000;

export interface TestSet {
  readonly examples: readonly Example[];
  /** Whether training has none of its problems: they are of another length, or kept for tests. */
  readonly isDisjoint: boolean;
}

export class ExampleSource {
  readonly #generator: Generator;
  readonly #least: number;
  readonly #most: number;

  /** Training is over lengths from `least` to `most`; a UserError where the generator has no problems so long. */
  constructor(generator: Generator, [least, most]: readonly [least: number, most: number]) {
    if (!(least >= 1 && least <= most)) throw new UserError(`no lengths: from ${least} to ${most}`);
    checkLength(generator, most);
    this.#generator = generator;
    this.#least = least;
    this.#most = most;
  }

  /** An example to train on, its length uniform over the range. */
  train(rng: Rng): Example {
    const length = this.#least + rng.int(this.#most - this.#least + 1);
    return this.#draw(length, rng, (example) => !this.#isDivided(length) || !isForTests(example));
  }

  /** Examples of one length, in or beyond the range, the same for the same seed; some may be there twice. */
  test({ length, count, seed }: { length: number; count: number; seed: number }): TestSet {
    checkLength(this.#generator, length);
    const rng = Rng.fromSeed(seed).split(`test ${length}`);
    const isOther = length < this.#least || length > this.#most;
    const isKept = !isOther && this.#isDivided(length);
    const take = (example: Example) => !isKept || isForTests(example);
    return {
      examples: Array.from({ length: count }, () => this.#draw(length, rng, take)),
      isDisjoint: isOther || isKept,
    };
  }

  /** Problems of one length that training never has, where others of that length are drawn. */
  unseen(length: number): readonly Example[] {
    return this.#generator.unseen?.(length) ?? [];
  }

  #isDivided(length: number): boolean {
    return this.#generator.problems(length) >= LEAST_PROBLEMS;
  }

  #draw(length: number, rng: Rng, isWanted: (example: Example) => boolean): Example {
    for (let draws = 0; draws < MAX_DRAWS; draws++) {
      const example = this.#generator.draw(length, rng);
      if (isWanted(example)) return example;
    }
    throw new RangeError(`all problems of length ${length} are for the other side`);
  }
}

function checkLength({ maxLength }: Generator, length: number): void {
  if (length >= 1 && length <= maxLength) return;
  throw new UserError(`the generator has problems of lengths from 1 to ${maxLength}, not of ${length}`);
}

const isForTests = ({ problem }: Example): boolean =>
  createHash('sha256').update(problem).digest().readUInt32LE() % TEST_SHARE === 0;
