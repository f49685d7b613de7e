import { expect, it } from 'vitest';
import {
  bootstrapInterval,
  quantile,
  studentInterval,
  studentQuantile,
  summarize,
} from '../../src/study/statistics.ts';

it('quartiles as numpy has them', () => {
  // numpy.quantile([1, 2, 4, 8, 16], [0.25, 0.5, 0.75]) and of [3, 5]
  const values = [1, 2, 4, 8, 16];
  expect([0.25, 0.5, 0.75].map((p) => quantile(values, p))).toEqual([2, 4, 8]);
  expect([0.25, 0.5, 0.75].map((p) => quantile([3, 5], p))).toEqual([3.5, 4, 4.5]);
  expect(summarize([16, 1, 8, 2, 4], 'quartiles')).toEqual({
    count: 5,
    mean: 6.2,
    median: 4,
    // numpy.std([1, 2, 4, 8, 16], ddof=1)
    deviation: expect.closeTo(6.099180272790763, 12),
    low: 2,
    high: 8,
  });
});

it('one value is its own middle and spread, without a deviation', () => {
  for (const spread of ['quartiles', 'bootstrap'] as const) {
    const { deviation, ...rest } = summarize([7], spread);
    expect(rest).toEqual({ count: 1, mean: 7, median: 7, low: 7, high: 7 });
    expect(deviation).toBeNaN();
  }
});

it('a bootstrap interval of many values is near the normal one, and the same each time', () => {
  // Equally spaced over [0, 1]: deviation √(1/12), so the mean of 100 lies within ±1.96·0.0292 of 0.5.
  const values = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
  const [low, high] = bootstrapInterval(values);
  expect(low).toBeCloseTo(0.5 - 1.96 * Math.sqrt(1 / 1200), 2);
  expect(high).toBeCloseTo(0.5 + 1.96 * Math.sqrt(1 / 1200), 2);
  expect(bootstrapInterval(values)).toEqual([low, high]);
});

it.each([
  // scipy.stats.t.ppf(0.975, ν)
  [1, 12.706204736432095],
  [2, 4.302652729911275],
  [3, 3.182446305284263],
  [4, 2.7764451051977987],
  [9, 2.2621571627409915],
  [30, 2.0422724563012373],
  [1000, 1.9623390808264078],
])("Student's quantile for %d degrees of freedom", (nu, expected) => {
  expect(studentQuantile(nu)).toBeCloseTo(expected, 9);
});

it('the interval of a mean', () => {
  // scipy.stats.t.interval(0.95, 2, 2, scipy.stats.sem([1, 2, 3]))
  const { mean, low, high } = studentInterval([1, 2, 3]);
  expect([mean, low, high]).toEqual([2, expect.closeTo(-0.48413771, 8), expect.closeTo(4.48413771, 8)]);
  expect(studentInterval([5, 5])).toEqual({ mean: 5, low: 5, high: 5 });
});
