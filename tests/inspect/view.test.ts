// Views of attention, figures of heads, and the map in characters, on weights that are made up.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeHead } from '../../src/inspect/head-figures.ts';
import type { Sequence } from '../../src/inspect/inspection.ts';
import { formatMap } from '../../src/inspect/text.ts';
import { viewMap } from '../../src/inspect/view.ts';

/** Words of pieces; those in brackets are special. */
function sequence(...words: string[][]): Sequence {
  let id = 0;
  const ids = new Map<string, number>();
  const idOf = (piece: string) => ids.get(piece) ?? ids.set(piece, id++).get(piece)!;
  return {
    tokens: words.flatMap((pieces, word) =>
      pieces.map((piece) => ({ id: idOf(piece), piece, word, special: piece.startsWith('[') })),
    ),
    words: words.map((pieces) => pieces.join('')),
  };
}

const text = sequence(['[CLS]'], ['a'], ['b', 'c'], ['[SEP]']);
const both = { queries: text, keys: text };

// biome-ignore format: a matrix
const weights = [
  0.2, 0.2, 0.2, 0.2, 0.2,
  0.5, 0.1, 0.1, 0.2, 0.1,
  0.0, 0.4, 0.4, 0.2, 0.0,
  0.1, 0.1, 0.2, 0.6, 0.0,
  1.0, 0.0, 0.0, 0.0, 0.0,
];

test('pieces of a word are joined: sums over keys, means over queries', () => {
  const map = viewMap(weights, both, { words: true, special: true });
  expect([map.rows, map.columns]).toEqual([
    ['[CLS]', 'a', 'bc', '[SEP]'],
    ['[CLS]', 'a', 'bc', '[SEP]'],
  ]);
  const row = (r: number) => Array.from(map.weights.subarray(4 * r, 4 * r + 4), (x) => Number(x.toFixed(6)));
  expect([row(0), row(2)]).toEqual([
    [0.2, 0.2, 0.4, 0.2],
    [0.05, 0.25, 0.7, 0],
  ]);
});

test('without special tokens the rest of a row has the sum 1; a row that has no rest has none', () => {
  const map = viewMap(weights, both, { words: false, special: false });
  expect(map.rows).toEqual(['a', 'b', 'c']);
  expect(map.weights[0]).toBeCloseTo(0.25, 12);
  for (let r = 0; r < 3; r++)
    expect(map.weights.subarray(3 * r, 3 * r + 3).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
  const alone = viewMap(
    [1, 0, 0, 1],
    { queries: sequence(['[X]'], ['a']), keys: sequence(['[X]'], ['a']) },
    { words: true, special: false },
  );
  expect([...alone.weights]).toEqual([1]);
  const nothing = viewMap(
    [1, 0],
    { queries: sequence(['a']), keys: sequence(['[X]'], ['a']) },
    { words: true, special: false },
  );
  expect([...nothing.weights]).toEqual([0]);
});

test('rows of any view have the sum 1', () => {
  const rows = fc.array(
    fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
    {
      minLength: 5,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(rows, fc.boolean(), fc.boolean(), (given, words, special) => {
      const sums = given.map((row) => row.reduce((sum, x) => sum + x, 0));
      const map = viewMap(
        given.flatMap((row, i) => row.map((x) => x / sums[i]!)),
        both,
        { words, special },
      );
      for (let r = 0; r < map.rows.length; r++) {
        const own = map.weights.subarray(r * map.columns.length, (r + 1) * map.columns.length);
        expect(own.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 9);
      }
    }),
  );
});

test('figures tell previous-token, own-token and induction heads', () => {
  const abab = sequence(['a'], ['b'], ['a'], ['b']);
  const seen = { queries: abab, keys: abab };
  const map = (places: number[]) => places.flatMap((j) => [0, 1, 2, 3].map((k) => Number(k === j)));
  expect(describeHead(map([0, 0, 1, 2]), seen)).toEqual({
    entropy: 0,
    distance: 0.75,
    previous: 1,
    self: 0.25,
    first: 0.5,
    special: 0,
    // Behind the first a, and behind the first b.
    induction: 1,
  });
  expect(describeHead(map([0, 1, 2, 3]), seen)).toMatchObject({
    self: 1,
    distance: 0,
    previous: 0,
    induction: 0,
  });
  expect(describeHead(new Array(16).fill(0.25), seen).entropy).toBeCloseTo(Math.log(4), 12);
  const other = sequence(['[x]'], ['y']);
  expect(describeHead([1, 0, 0.5, 0.5], { queries: sequence(['a'], ['b']), keys: other })).toEqual({
    entropy: Math.log(2) / 2,
    distance: null,
    previous: null,
    self: null,
    first: 0.75,
    special: 0.75,
    induction: null,
  });
});

test('a map in characters, and without one where it is too wide', () => {
  const map = viewMap(weights, both, { words: true, special: true });
  expect(formatMap('a map', map, 40)).toMatchInlineSnapshot(`
    "a map

          [     [
          C     S
          L     E
          S   b P
          ] a c ]
    [CLS] ░ ░ ▒ ░
        a ▓ ░ ▒ ░
       bc · ▒ ▓
    [SEP] █

    · 0.02   ░ 0.1   ▒ 0.25   ▓ 0.5   █ 0.75

    1.000  4  [SEP]  →  1  [CLS]
    0.700  3  bc     →  3  bc
    0.500  2  a      →  1  [CLS]
    0.400  1  [CLS]  →  3  bc
    0.300  2  a      →  3  bc
    0.250  3  bc     →  2  a
    0.200  1  [CLS]  →  1  [CLS]
    0.200  1  [CLS]  →  2  a
    0.200  1  [CLS]  →  4  [SEP]
    0.100  2  a      →  2  a
    "
  `);
  expect(formatMap('a map', map, 12).split('\n').slice(0, 3)).toMatchInlineSnapshot(`
    [
      "a map",
      "",
      "1.000  4  [SEP]  →  1  [CLS]",
    ]
  `);
});
