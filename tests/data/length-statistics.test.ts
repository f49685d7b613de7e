import { expect, it } from 'vitest';
import { describeLengths } from '../../src/data/length-statistics.ts';

it('tells the distribution of lengths', () => {
  const lengths = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(describeLengths(100, (i) => lengths[i]!)).toEqual({
    rows: 100,
    tokens: 5050,
    mean: 50.5,
    min: 1,
    max: 100,
    percentiles: { 5: 5, 25: 25, 50: 50, 75: 75, 95: 95, 99: 99 },
    histogram: { width: 5, counts: [4, ...new Array(18).fill(5), 6] },
  });
});

it('has bars for the bulk, with the few that are longer in the last', () => {
  const { max, histogram } = describeLengths(1000, (i) => (i < 995 ? i % 10 : 100_000));
  expect(max).toBe(100_000);
  expect(histogram.width).toBe(1);
  expect(histogram.counts).toEqual([...new Array(5).fill(100), ...new Array(4).fill(99), 99 + 5]);
});

it('of nothing', () => {
  expect(describeLengths(0, () => 1)).toMatchObject({
    rows: 0,
    mean: 0,
    max: 0,
    histogram: { width: 1, counts: [0] },
  });
});
