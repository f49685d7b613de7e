import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  andInterpolator,
  interpolatorOf,
  shareInterpolated,
} from '../../../src/rasp/boolean/and-counterexample.ts';
import { compareProfiles, degreeProfile, fourier } from '../../../src/rasp/boolean/fourier.ts';
import { minDegreeInterpolator, type TrainingPoint } from '../../../src/rasp/boolean/min-degree.ts';
import { pointOf, popCount } from '../../../src/rasp/boolean/points.ts';
import { buildGenerator, type GeneratorConfig } from '../../../src/rasp/generators/index.ts';
import { Rng } from '../../../src/util/rng.ts';

const table = (bits: number, f: (point: number) => number) =>
  Array.from({ length: 2 ** bits }, (_, point) => f(point));

describe('fourier', () => {
  it('writes a function as parities', () => {
    // x0 AND x1 = 1/4 − χ0/4 − χ1/4 + χ01/4.
    expect([...fourier([0, 0, 0, 1])]).toEqual([0.25, -0.25, -0.25, 0.25]);
    expect([...fourier([1, -1, -1, 1])]).toEqual([0, 0, 0, 1]);
  });

  it('keeps the sum of squares, and gives the function back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 16, maxLength: 16 }), (values) => {
        const coefficients = fourier(values);
        const total = degreeProfile(coefficients).reduce((sum, weight) => sum + weight, 0);
        expect(total).toBeCloseTo(values.reduce((sum, value) => sum + value ** 2, 0) / 16, 9);
        const back = [...fourier(coefficients)].map((value) => 16 * value);
        for (const [i, value] of back.entries()) expect(value).toBeCloseTo(values[i]!, 9);
      }),
    );
  });

  it('has the profile of majority and of parity', () => {
    const majority = degreeProfile(fourier(table(3, (point) => (popCount(point) >= 2 ? -1 : 1))));
    expect(majority).toEqual([0, 0.75, 0, 0.25]);
    expect(degreeProfile(fourier(table(5, (point) => (popCount(point) % 2 === 0 ? 1 : -1))))).toEqual([
      0, 0, 0, 0, 0, 1,
    ]);
  });

  it('compares profiles from the top', () => {
    expect(compareProfiles([9, 1, 0], [0, 0, 1])).toBeLessThan(0);
    expect(compareProfiles([1, 2, 1], [1, 1, 1])).toBeGreaterThan(0);
    expect(compareProfiles([1, 2], [1, 2, 0])).toBe(0);
  });
});

/** Distinct points of n bits with labels. */
const trainings = fc.integer({ min: 2, max: 5 }).chain((bits) =>
  fc.uniqueArray(fc.nat(2 ** bits - 1), { minLength: 1, maxLength: 2 ** bits }).chain((points) =>
    fc
      .array(fc.integer({ min: -1, max: 1 }), { minLength: points.length, maxLength: points.length })
      .map((labels) => ({
        bits,
        training: points.map((point, i): TrainingPoint => ({ point, label: labels[i]! })),
      })),
  ),
);

describe('the min-degree interpolator', () => {
  it('is right on the training points, with the profile that it tells', () => {
    fc.assert(
      fc.property(trainings, ({ bits, training }) => {
        const found = minDegreeInterpolator(bits, training);
        for (const { point, label } of training) expect(found.at(point)).toBeCloseTo(label, 6);
        const profile = degreeProfile(fourier(table(bits, found.at)));
        expect(Math.abs(compareProfiles(profile, found.profile, 1e-6))).toBe(0);
      }),
    );
  });

  it('has a profile no higher than any other function that is right there', () => {
    fc.assert(
      fc.property(
        trainings,
        fc.infiniteStream(fc.integer({ min: -3, max: 3 })),
        ({ bits, training }, numbers) => {
          const found = minDegreeInterpolator(bits, training);
          const fixed = new Set(training.map(({ point }) => point));
          const other = table(
            bits,
            (point) => found.at(point) + (fixed.has(point) ? 0 : numbers.next().value! / 4),
          );
          expect(compareProfiles(found.profile, degreeProfile(fourier(other)), 1e-6)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });

  it('ignores a coordinate that is the same at all points (lemma 4.1)', () => {
    fc.assert(
      fc.property(trainings, fc.boolean(), ({ bits, training }, isOne) => {
        const top = 1 << bits;
        const shifted = training.map(({ point, label }) => ({ point: isOne ? point | top : point, label }));
        const [without, found] = [
          minDegreeInterpolator(bits, training),
          minDegreeInterpolator(bits + 1, shifted),
        ];
        for (let point = 0; point < top; point++) {
          expect(found.at(point)).toBeCloseTo(without.at(point), 6);
          expect(found.at(point | top)).toBeCloseTo(without.at(point), 6);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('looks up what it finds too: two ways to the same function', () => {
    // A whole cube without one point is none; with the value that the interpolator has there it is one.
    const training = table(4, (point) => (popCount(point) === 4 ? 1 : 0)).map((label, point) => ({
      point,
      label,
    }));
    const found = minDegreeInterpolator(4, training.slice(0, 15));
    const whole = minDegreeInterpolator(4, [...training.slice(0, 15), { point: 15, label: found.at(15) }]);
    expect(compareProfiles(found.profile, whole.profile, 1e-6)).toBe(0);
    expect(found.at(15)).toBeCloseTo(0, 9);
  });

  it('takes a sample of 20 bits', () => {
    const rng = Rng.fromSeed(3);
    const points = [...new Set(Array.from({ length: 120 }, () => rng.int(2 ** 20)))];
    const training = points.map((point) => ({ point, label: point & 1 }));
    const found = minDegreeInterpolator(20, training);
    for (const { point, label } of training) expect(found.at(point)).toBeCloseTo(label, 6);
    expect(found.profile.slice(3).every((weight) => weight === 0)).toBe(true);
  });

  it.each<[string, number, TrainingPoint[]]>([
    ['the interpolator is of 1 to 20 bits, not 21', 21, [{ point: 0, label: 0 }]],
    ['the interpolator needs a training point', 3, []],
    ['8 is no point of 3 bits', 3, [{ point: 8, label: 0 }]],
    [
      'the point 1 has two labels',
      3,
      [
        { point: 1, label: 0 },
        { point: 1, label: 1 },
      ],
    ],
    [
      '1000 training points are more than 600, and no whole subcube',
      10,
      Array.from({ length: 1000 }, (_, point) => ({ point, label: 0 })),
    ],
  ])('refuses: %s', (message, bits, training) => {
    expect(() => minDegreeInterpolator(bits, training)).toThrow(message);
  });
});

describe('AND of 20 bits, five of which are constant in training', () => {
  const [bits, constantBits] = [20, 5];
  const interpolator = andInterpolator(bits, constantBits);
  const generator = buildGenerator({ generator: 'and', constantBits });

  it('is AND of the first fifteen to the interpolator: wrong on 31 of 2^20 inputs', () => {
    const wrong: number[] = [];
    for (let point = 0; point < 2 ** bits; point++) {
      const isTrue = point === 2 ** bits - 1 ? 1 : 0;
      if (interpolator.at(point) !== isTrue) wrong.push(point);
    }
    expect(wrong).toHaveLength(31);
    const unseen = generator.unseen!(bits);
    const points = unseen.map(({ prompt }) => pointOf(prompt.slice(0, -1).map(Number)));
    expect(points.toSorted((a, b) => a - b)).toEqual(wrong);
    for (const point of wrong) expect(interpolator.at(point)).toBe(1);
    expect(unseen.map(({ answer }) => answer)).toEqual(Array(31).fill(['0']));
    expect(shareInterpolated(interpolator, unseen)).toBe(0);
  });

  it('has a profile of degree 15', () => {
    // AND of n bits has 2^n coefficients of 2^-n.
    const choose = [1, 15, 105, 455, 1365, 3003, 5005, 6435, 6435, 5005, 3003, 1365, 455, 105, 15, 1];
    expect(interpolator.profile).toEqual([...choose.map((ways) => ways / 4 ** 15), 0, 0, 0, 0, 0]);
  });

  it('is right on all that training draws, half of which have a single zero', () => {
    const rng = Rng.fromSeed(1);
    const drawn = Array.from({ length: 4000 }, () => generator.draw(bits, rng));
    expect(shareInterpolated(interpolator, drawn)).toBe(1);
    const prompts = drawn.map(({ prompt }) => prompt.slice(0, -1).map(Number));
    expect(prompts.filter((one) => one.slice(-constantBits).includes(0))).toEqual([]);
    const single = prompts.filter((one) => one.filter((bit) => bit === 0).length === 1).length / drawn.length;
    expect(single).toBeGreaterThan(0.46);
    expect(single).toBeLessThan(0.54);
  });

  it('is there where training is of one length and has constant bits', () => {
    const found = (config: GeneratorConfig, least: number, most: number) =>
      interpolatorOf(config, [least, most]);
    const and = { generator: 'and', constantBits } as const;
    expect(found(and, 20, 20)?.profile).toEqual(interpolator.profile);
    // All of its bits are constant: it is 1 everywhere.
    expect(found(and, 3, 3)?.at(0)).toBe(1);
    expect(found(and, 19, 20)).toBeUndefined();
    expect(found(and, 21, 21)).toBeUndefined();
    expect(found({ ...and, constantBits: 0 }, 20, 20)).toBeUndefined();
    expect(found({ generator: 'majority' }, 20, 20)).toBeUndefined();
  });
});
