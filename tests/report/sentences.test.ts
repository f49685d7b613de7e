import { expect, it } from 'vitest';
import { compareSentences, findExtremes } from '../../src/report/sentences.ts';

it('finds the worst and the best, none twice', () => {
  expect(findExtremes([3, 1, 2, 5, 1], 2)).toEqual({ worst: [1, 4], best: [3, 0] });
  expect(findExtremes([3, 1, 2], 10)).toEqual({ worst: [1, 2], best: [0] });
  expect(findExtremes([3], 10)).toEqual({ worst: [0], best: [] });
  expect(findExtremes([7, 7, 7, 7], 2)).toEqual({ worst: [0, 1], best: [2, 3] });
});

it('finds the largest differences in either direction', () => {
  expect(compareSentences([5, 1, 2, 9, 4], [4, 3, 2, 1, 9], 1)).toEqual({
    aWins: 2,
    bWins: 2,
    ties: 1,
    aBetter: [3],
    bBetter: [4],
  });
});
