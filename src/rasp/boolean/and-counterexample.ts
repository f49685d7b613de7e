// The task that tells Transformers from the min-degree interpolator (Zhou et al. 2023, section 4 and appendix D): whether
// all of 20 bits are ones, the last five of which always are in training. The interpolator does not look at those, so it
// is wrong where they alone have zeros; the program and.rasp, of three operations, is not.
import type { Example } from '../generators/generator.ts';
import type { GeneratorConfig } from '../generators/index.ts';
import { type Interpolator, minDegreeInterpolator, type TrainingPoint } from './min-degree.ts';
import { MAX_BITS, pointOf } from './points.ts';

/** The interpolator of all prompts of so many bits that training may have, the last `constant` of which are ones. */
export function andInterpolator(bits: number, constant: number): Interpolator {
  const free = bits - constant;
  const ones = (2 ** constant - 1) << free;
  const training = Array.from({ length: 2 ** free }, (_, point): TrainingPoint => {
    return { point: point | ones, label: point === 2 ** free - 1 ? 1 : 0 };
  });
  return minDegreeInterpolator(bits, training);
}

/** Where training is such: AND of one number of bits, some of which are constant, and few enough to compute with. */
export function interpolatorOf(
  data: GeneratorConfig,
  [least, most]: readonly [number, number],
): Interpolator | undefined {
  if (data.generator !== 'and' || data.constantBits === 0 || least < most || most > MAX_BITS)
    return undefined;
  return andInterpolator(most, Math.min(most, data.constantBits));
}

/** The share of prompts on whose bits it has the value that is the answer. */
export function shareInterpolated(interpolator: Interpolator, examples: readonly Example[]): number {
  const right = examples.filter(({ prompt, answer }) => {
    const point = pointOf(prompt.slice(0, -1).map(Number));
    return interpolator.at(point) === Number(answer[0]);
  });
  return right.length / examples.length;
}
