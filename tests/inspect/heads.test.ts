// Kinds of heads and alignments, on weights that are made up.
import { expect, test } from 'vitest';
import { agree, alignWords, formatLinks, parseLinks } from '../../src/inspect/alignment.ts';
import { HeadMeter } from '../../src/inspect/head-summary.ts';
import type { Inspection, Sequence } from '../../src/inspect/inspection.ts';

/** One letter a token; those in capitals are special. */
function sequence(text: string): Sequence {
  const letters = [...text];
  return {
    tokens: letters.map((piece, word) => ({
      id: piece.charCodeAt(0),
      piece,
      word,
      special: piece !== piece.toLowerCase(),
    })),
    words: letters,
  };
}

/** A stack whose heads look at one place from each. */
function inspection(text: string, ...heads: ((i: number) => number)[]): Inspection {
  const { length } = text;
  const rows = heads.flatMap((head) =>
    Array.from({ length }, (_, i) =>
      Array.from({ length }, (_, j) => Number(j === Math.min(length - 1, Math.max(0, head(i))))),
    ),
  );
  return {
    sequences: { decoder: sequence(text) },
    attention: [
      {
        path: 'decoder.0.selfAttn',
        kind: 'decoder',
        layer: 1,
        numHeads: heads.length,
        numKvHeads: heads.length,
        causal: false,
        weights: Float32Array.from(rows.flat()),
        parts: {},
        output: new Float32Array(0),
      },
    ],
    hidden: [],
    dModel: 1,
  };
}

test('heads are told by where their weight goes', () => {
  const meter = new HeadMeter();
  // A text that comes twice: behind an earlier occurrence stands the token seven places back, and one ahead.
  const text = 'xabcdefgabcdefg';
  const period = 7;
  const kinds = {
    previous: (i: number) => i - 1,
    own: (i: number) => i,
    first: () => 0,
    position: (i: number) => i + 2,
    induction: (i: number) => (i > period ? i - period + 1 : (3 * i) % text.length),
  };
  meter.add(inspection(text, ...Object.values(kinds)));
  const found = meter.finish();
  expect(found.map(({ kind }) => kind)).toEqual(Object.keys(kinds));
  expect(found.map(({ head }) => head)).toEqual([1, 2, 3, 4, 5]);
  expect(found[3]!.offset).toEqual({ by: 2, weight: 1 });
  expect(found[4]!.figures.induction).toBe(1);
});

test('special tokens make delimiter heads, unless the first is the one', () => {
  const meter = new HeadMeter();
  meter.add(
    inspection(
      'CabcdefS',
      () => 7,
      () => 0,
    ),
  );
  expect(meter.finish().map(({ kind }) => kind)).toEqual(['delimiter', 'first']);
});

test('figures are means over texts, and what no text has is null', () => {
  const meter = new HeadMeter();
  meter.add(inspection('ab', (i) => i - 1));
  meter.add(inspection('ab', (i) => i));
  const [head] = meter.finish();
  expect(head!.figures).toMatchObject({ previous: 0.5, induction: null });
});

test('words of the target are linked to the word whose pieces get most together', () => {
  const source: Sequence = {
    tokens: [
      { id: 0, piece: 'a', word: 0, special: false },
      { id: 1, piece: 'b', word: 1, special: false },
      { id: 2, piece: 'c', word: 1, special: false },
      { id: 3, piece: '</s>', word: 2, special: true },
    ],
    words: ['a', 'bc', '</s>'],
  };
  const target: Sequence = {
    tokens: [
      { id: 0, piece: '<s>', word: 0, special: true },
      { id: 1, piece: 'x', word: 1, special: false },
      { id: 2, piece: 'y', word: 2, special: false },
    ],
    words: ['<s>', 'x', 'y'],
  };
  // The row of <s> writes x, that of x writes y; the end of the source counts for nothing.
  const weights = [0.4, 0.25, 0.25, 0.1, 0.3, 0.1, 0.1, 0.5, 0, 0, 0, 1];
  const links = alignWords(weights, { source, target });
  expect(links).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(formatLinks(links)).toBe('0-1 1-0');
});

test('the alignment error rate counts sure and possible links', () => {
  const gold = [parseLinks('0-0 1p1 2?2', 'x:1'), parseLinks('', 'x:2')];
  expect([...gold[0]!.sure]).toEqual(['0-0']);
  // A = {0-0, 1-1, 3-3}: one sure, two possible.
  const found = agree(
    [
      [
        [0, 0],
        [1, 1],
        [3, 3],
      ],
      [],
    ],
    gold,
  );
  expect(found).toEqual({ precision: 2 / 3, recall: 1, aer: 1 - 3 / 4 });
  expect(() => parseLinks('0-0 1_1', 'x:3')).toThrow('x:3: "1_1" is no link');
});
