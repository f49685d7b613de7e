import { expect, it } from 'vitest';
import { chooseLengthBounds, computeLengthRatios } from '../../src/report/lengths.ts';

it.each([
  [
    [3, 5, 7],
    [2, 4, 6, 8, 10, 12],
  ],
  [
    [3, 12, 19],
    [5, 10, 15, 20, 25, 30],
  ],
  [
    [10, 20, 90],
    [10, 20, 30, 40, 50, 60],
  ],
])('lengths %j give bounds %j', (lengths, bounds) => {
  expect(chooseLengthBounds(lengths)).toEqual(bounds);
});

it('takes the ratio to the closest reference, the shorter of two', () => {
  // 5:4 (not 6), 3:3, 9:10, 0:0, 0:2, 2:0
  const hyps = [[5, 3, 9, 0, 0, 2]];
  const refs = [[6, 4], [3], [10, 20], [0], [2], [0]];
  const { labels, counts, totals } = computeLengthRatios(hyps, refs);
  const filled = labels.flatMap((label, b) => (counts[0]![b]! > 0 ? [[label, counts[0]![b]]] : []));
  expect(filled).toEqual([
    ['≤0.5', 1],
    ['0.9', 1],
    ['1.0', 2],
    ['1.3', 1],
    ['≥1.5', 1],
  ]);
  expect(totals).toEqual([19 / 19]);
});
