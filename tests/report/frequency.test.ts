import { expect, it } from 'vitest';
import { computeWordAccuracy } from '../../src/report/frequency.ts';

const words = (lines: string[]) => lines.map((line) => line.split(' '));

it('counts words as right as often as the reference has them', () => {
  const hyps = [words(['rare the the the', 'new'])];
  const refs = [[['the', 'the', 'rare']], [['old']]];
  const frequencies = new Map([
    ['the', 2],
    ['rare', 1],
  ]);
  const buckets = computeWordAccuracy(hyps, refs, frequencies, [1, 2]);
  expect(buckets.map(({ label, count }) => [label, count])).toEqual([
    ['0', 1],
    ['1', 1],
    ['2+', 2],
  ]);
  expect(buckets.map(({ accuracies }) => accuracies[0])).toEqual([
    { matched: 0, produced: 1, precision: 0, recall: 0, f1: 0 },
    { matched: 1, produced: 1, precision: 1, recall: 1, f1: 1 },
    { matched: 2, produced: 3, precision: 2 / 3, recall: 1, f1: 4 / 5 },
  ]);
});

it('compares with each of several references in turn', () => {
  const frequencies = new Map([
    ['a', 1],
    ['b', 1],
  ]);
  const [bucket] = computeWordAccuracy([[['a']]], [[['a'], ['b']]], frequencies, [1]);
  expect(bucket).toMatchObject({ count: 2, accuracies: [{ matched: 1, produced: 2, recall: 0.5 }] });
});
