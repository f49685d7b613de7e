import { expect, it } from 'vitest';
import { compareMatches, countMatches } from '../../src/report/ngrams.ts';

it('clips counts to the reference that has most', () => {
  const hyps = [['a', 'a', 'a', 'b']];
  const refs = [
    [
      ['a', 'a'],
      ['a', 'b', 'c'],
    ],
  ];
  expect(Object.fromEntries(countMatches(hyps, refs))).toEqual({ a: 2, b: 1, 'a a': 1, 'a b': 1 });
});

it('ranks by the smoothed share of matches', () => {
  const a = new Map([
    ['x', 5],
    ['y', 9],
    ['z', 1],
  ]);
  const b = new Map([
    ['y', 4],
    ['z', 1],
    ['w', 1],
  ]);
  // x: 6/7, y: 10/15; z is even
  expect(compareMatches(a, b, 10)).toEqual({
    a: [
      { ngram: 'x', a: 5, b: 0 },
      { ngram: 'y', a: 9, b: 4 },
    ],
    b: [{ ngram: 'w', a: 0, b: 1 }],
  });
});

it('leaves out parts that tell the same, and only those', () => {
  const a = new Map([
    ['new york', 3],
    ['york', 3],
    ['new', 4],
    ['or', 3],
  ]);
  const { a: ngrams } = compareMatches(a, new Map(), 10);
  expect(ngrams.map(({ ngram }) => ngram)).toEqual(['new', 'new york', 'or']);
  expect(compareMatches(a, new Map(), 1).a).toHaveLength(1);
});
