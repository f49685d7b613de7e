import { expect, it } from 'vitest';
import { buildBuckets, findBucket } from '../../src/report/buckets.ts';

it('names the ranges between bounds', () => {
  const buckets = buildBuckets([1, 2, 5, 10]);
  expect(buckets.map(({ label }) => label)).toEqual(['0', '1', '2–4', '5–9', '10+']);
  expect([0, 1, 2, 4, 5, 9, 10, 999].map((value) => findBucket(buckets, value))).toEqual([
    0, 1, 2, 2, 3, 3, 4, 4,
  ]);
  expect(buildBuckets([]).map(({ label }) => label)).toEqual(['0+']);
});

it.each([[[0, 3]], [[3, 3]], [[5, 3]], [[1.5]], [[Number.NaN]]])('refuses bounds %j', (bounds) => {
  expect(() => buildBuckets(bounds)).toThrow('rising whole numbers above 0');
});
