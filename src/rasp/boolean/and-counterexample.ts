// The task that tells Transformers from the min-degree interpolator (Zhou et al. 2023, section 4 and appendix D): whether
// all of 20 bits are ones, the last five of which always are in training. The interpolator does not look at those, so it
// is wrong where they alone have zeros; the program and.rasp, of four operations, is not.
import { andExample } from '../generators/bits.ts';
import type { Example } from '../generators/generator.ts';
import type { GeneratorConfig } from '../generators/index.ts';
import { type Interpolator, minDegreeInterpolator, type TrainingPoint } from './min-degree.ts';

export const AND_BITS = 20;
export const AND_CONSTANT_BITS = 5;

/** What examples to train on are drawn from, all of length AND_BITS. */
export const andTraining: GeneratorConfig = { generator: 'and', constantBits: AND_CONSTANT_BITS };

/** Ones and then every choice of the last bits: the inputs that training never has, and the one that it has. */
export const andUnseen = (): Example[] =>
  Array.from({ length: 2 ** AND_CONSTANT_BITS }, (_, last) =>
    andExample([
      ...Array<number>(AND_BITS - AND_CONSTANT_BITS).fill(1),
      ...Array.from({ length: AND_CONSTANT_BITS }, (_, bit) => (last >> bit) & 1),
    ]),
  );

/** The interpolator of all inputs that training may have. */
export function andInterpolator(): Interpolator {
  const free = AND_BITS - AND_CONSTANT_BITS;
  const constant = (2 ** AND_CONSTANT_BITS - 1) << free;
  const training = Array.from({ length: 2 ** free }, (_, point): TrainingPoint => {
    return { point: point | constant, label: point === 2 ** free - 1 ? 1 : 0 };
  });
  return minDegreeInterpolator(AND_BITS, training);
}
