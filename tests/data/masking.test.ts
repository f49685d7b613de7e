import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMasked, type MaskingOptions, maskWords } from '../../src/data/masking.ts';
import { Rng } from '../../src/util/rng.ts';
import { Script } from './scripted-draws.ts';

const [CLS, SEP, MASK] = [2, 3, 4];
const options: MaskingOptions = { probability: 0.15, mask: 0.8, random: 0.1, wholeWords: false };
/** Ids from 50 on go on with a word. */
const vocabulary = { size: 100, maskId: MASK, continuesWord: (id: number) => id >= 50 };

it.each([
  [3, 1],
  [4, 1],
  [10, 2],
  [30, 4],
  [50, 8],
  [70, 10],
  [90, 14],
  [110, 16],
  [128, 19],
  [512, 77],
])('of %d places %d are told, as Python rounds', (length, count) => {
  expect(countMasked(length, 0.15)).toBe(count);
});

describe('a row, choice by choice', () => {
  const row = Int32Array.of(CLS, 10, 11, 12, SEP, 13, 14, SEP);
  const spans = [
    { begin: 1, length: 3 },
    { begin: 5, length: 2 },
  ];

  it('four places; of these one stays, and any piece stands in for one', () => {
    const script = new Script(
      // Of places 1 2 3 5 6: the third; of 2 1 5 6 the first; of 1 5 6 the last; of 5 1 the last.
      ...([
        [2, 5],
        [0, 4],
        [2, 3],
        [1, 2],
      ] as const),
      ...([0.1, 0.85, [7, 100], 0.95, 0.79] as const),
    );
    const { ids, places, targets } = maskWords(
      row,
      spans,
      { ...options, probability: 0.5 },
      vocabulary,
      script,
    );
    script.end();
    expect([places, targets]).toEqual([
      [1, 2, 3, 6],
      [10, 11, 12, 14],
    ]);
    expect([...ids]).toEqual([CLS, MASK, 7, 12, SEP, 13, MASK, SEP]);
    expect([...row]).toEqual([CLS, 10, 11, 12, SEP, 13, 14, SEP]);
  });

  it('whole words: one with more pieces than are left is passed over', () => {
    // 10, 11 51 52, and after the separator 53 54, the rest of a word.
    const words = Int32Array.of(CLS, 10, 11, 51, 52, SEP, 53, 54, SEP);
    const bounds = [
      { begin: 1, length: 4 },
      { begin: 6, length: 2 },
    ];
    const masking = { ...options, probability: 0.33, mask: 1, random: 0, wholeWords: true };
    const script = new Script([0, 3], [0, 2], [0, 1], 0, 0, 0);
    const { ids, places } = maskWords(words, bounds, masking, vocabulary, script);
    script.end();
    expect(places).toEqual([1, 6, 7]);
    expect([...ids]).toEqual([CLS, MASK, 11, 51, 52, SEP, MASK, MASK, SEP]);
  });

  it('where every word has too many pieces, some of one are told', () => {
    const word = Int32Array.of(CLS, 10, 51, 52, SEP);
    const span = [{ begin: 1, length: 3 }];
    const { places, targets } = maskWords(
      word,
      span,
      { ...options, wholeWords: true },
      vocabulary,
      Rng.fromSeed(1),
    );
    expect([places, targets]).toEqual([[1], [10]]);
  });
});

const texts = fc.array(fc.integer({ min: 5, max: 99 }), { minLength: 1, maxLength: 60 });

describe('any pair of texts', () => {
  it('tells its share, special pieces never, and changes nothing else', () => {
    fc.assert(
      fc.property(texts, texts, fc.boolean(), fc.nat(1000), (a, b, wholeWords, seed) => {
        const row = Int32Array.of(CLS, ...a, SEP, ...b, SEP);
        const spans = [
          { begin: 1, length: a.length },
          { begin: a.length + 2, length: b.length },
        ];
        const masked = maskWords(row, spans, { ...options, wholeWords }, vocabulary, Rng.fromSeed(seed));
        const { ids, places, targets } = masked;
        const count = countMasked(row.length, 0.15);
        expect(places.length).toBeGreaterThanOrEqual(1);
        if (wholeWords) expect(places.length).toBeLessThanOrEqual(count);
        else expect(places.length).toBe(Math.min(count, a.length + b.length));
        expect(places).toEqual([...new Set(places)].sort((x, y) => x - y));
        expect(targets).toEqual(places.map((place) => row[place]));
        const isSpecial = (place: number) => [0, a.length + 1, row.length - 1].includes(place);
        expect(places.some(isSpecial)).toBe(false);
        row.forEach((id, place) => {
          if (!places.includes(place)) expect(ids[place]).toBe(id);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('with whole words, tells all pieces of a word or none, where it tells more than one word', () => {
    const words = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.nat(1000), (sizes, seed) => {
        const text = sizes.flatMap((size) => [10, ...Array.from({ length: size - 1 }, () => 60)]);
        const row = Int32Array.of(CLS, ...text, SEP);
        const spans = [{ begin: 1, length: text.length }];
        const masking = { ...options, probability: 0.4, wholeWords: true };
        const { places } = maskWords(row, spans, masking, vocabulary, Rng.fromSeed(seed));
        let at = 1;
        for (const size of sizes) {
          const told = places.filter((place) => place >= at && place < at + size).length;
          expect([0, size]).toContain(told);
          at += size;
        }
      }),
      { numRuns: 200 },
    );
  });
});

it('places are as likely as one another; masks, other pieces and what stays are in proportion', () => {
  const draws = Rng.fromSeed(7);
  const row = Int32Array.of(CLS, ...new Int32Array(100).fill(10), SEP);
  const spans = [{ begin: 1, length: 100 }];
  const counts = new Map<string, number>();
  const drawn = new Map<number, number>();
  const perPlace = new Map<number, number>();
  const add = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  const rounds = 4000;
  for (let i = 0; i < rounds; i++) {
    const { ids, places } = maskWords(row, spans, options, vocabulary, draws);
    for (const place of places) {
      add(perPlace, place);
      const id = ids[place]!;
      // Any piece is the mask, or the word itself, once in a hundred times.
      add(counts, id === MASK ? 'mask' : id === 10 ? 'same' : 'other');
      if (id !== MASK && id !== 10) add(drawn, id);
    }
  }
  const total = 15 * rounds;
  expect(counts.get('mask')! / total).toBeCloseTo(0.801, 2);
  expect(counts.get('same')! / total).toBeCloseTo(0.101, 2);
  expect(counts.get('other')! / total).toBeCloseTo(0.098, 2);
  // Every piece of the vocabulary, special ones included.
  expect(drawn.size).toBe(98);
  for (const times of drawn.values()) expect(times / total).toBeCloseTo(0.001, 3);
  for (const times of perPlace.values()) expect(times / rounds).toBeCloseTo(0.15, 1);
  expect(perPlace.size).toBe(100);
});
