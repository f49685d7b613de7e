import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPairs,
  isRandomNext,
  type PairOptions,
  type SegmentPair,
  truncatePair,
} from '../../src/data/segment-pairs.ts';
import { Sentences } from '../../src/data/sentences.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { Rng } from '../../src/util/rng.ts';
import { Script } from './scripted-draws.ts';

/** Documents by the lengths of their sentences. */
function corpus(documents: readonly (readonly number[])[]): Sentences {
  const rows = documents.flatMap((lengths) => [...lengths, 0]);
  return new Sentences(Sequences.build(rows.length, (i) => new Int32Array(rows[i]!).fill(i)));
}
const options: PairOptions = { room: 8, shortProbability: 0.1, nextSentence: true };
const draw = (sentences: Sentences, over: Partial<PairOptions>, seed: number): SegmentPair[] => {
  const pairs = drawPairs(sentences, { ...options, ...over }, Rng.fromSeed(seed));
  return Array.from({ length: pairs.length }, (_, i) => pairs.at(i));
};

it('documents in sentences: rows, places, what is alone', () => {
  const sentences = corpus([[3, 4], [2], [1, 1, 1]]);
  expect(sentences).toMatchObject({ length: 3, count: 6, tokens: 12, alone: 1 });
  expect([0, 1, 2].map((d) => sentences.extentOf(d))).toEqual([
    [0, 2],
    [3, 4],
    [5, 8],
  ]);
  expect([...sentences.read(0, 2)]).toEqual([0, 0, 0, 1, 1, 1, 1]);
});

it('a small corpus, choice by choice', () => {
  // Rows 0–3, 5–6 and 8.
  const sentences = corpus([[3, 4, 2, 5], [2, 2], [6]]);
  const script = new Script(
    // The first document is not short. Its first three sentences fill the room; the first of them is one text, and what
    // follows is another: of the second of the other documents, its first sentence. The second and third come again.
    ...([0.5, [0, 2], 0.2, [1, 2], [0, 1]] as const),
    // With the fourth they fill the room; two are one text, which the fourth follows.
    ...([[1, 2], 0.7] as const),
    // The second document is short: three tokens, which it takes both sentences to reach.
    ...([0.05, [1, 7], [0, 1], 0.9] as const),
    // The third has one sentence, which nothing follows: the first of the other documents, from its last sentence on.
    ...([0.5, [0, 2], [3, 4]] as const),
  );
  const pairs = drawPairs(sentences, options, script);
  script.end();
  expect(Array.from({ length: pairs.length }, (_, i) => pairs.at(i))).toEqual([
    { first: [0, 1], second: [8, 9] },
    { first: [1, 3], second: [3, 4] },
    { first: [5, 6], second: [6, 7] },
    { first: [8, 9], second: [3, 4] },
  ]);
});

it('the longer text loses tokens at the end that is drawn', () => {
  // 6 and 5: the first at its front, the second, which is no shorter then, at its back, the first at its front.
  const script = new Script(0.2, 0.9, 0.4);
  expect(truncatePair(6, 5, 8, script)).toEqual([
    [2, 6],
    [0, 4],
  ]);
  script.end();
  expect(truncatePair(3, 5, 8, new Script())).toEqual([
    [0, 3],
    [0, 5],
  ]);
});

const corpora = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 8,
});
const rooms = fc.integer({ min: 2, max: 40 });

describe('any corpus', () => {
  it('has each sentence once, as a text or as what follows one, but those that had no other', () => {
    fc.assert(
      fc.property(corpora, rooms, fc.nat(1000), (documents, room, seed) => {
        const sentences = corpus(documents);
        const pairs = draw(sentences, { room }, seed);
        const covered = pairs.flatMap((pair) => {
          const { first, second } = pair;
          return isRandomNext(pair) ? [first] : [first, second];
        });
        let at = 0;
        for (let d = 0; d < sentences.length; d++) {
          const [begin, end] = sentences.extentOf(d);
          let reached = begin;
          while (at < covered.length && covered[at]![0] < end) {
            const [from, to] = covered[at++]!;
            // Of an only document what nothing can be put beside is left out.
            if (documents.length > 1) expect(from).toBe(reached);
            else expect(from).toBeGreaterThanOrEqual(reached);
            reached = to;
          }
          if (documents.length > 1) expect(reached).toBe(end);
        }
        expect(at).toBe(covered.length);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no text for a random one that follows, nor one of the same document where there are others', () => {
    fc.assert(
      fc.property(corpora, rooms, fc.nat(1000), (documents, room, seed) => {
        const sentences = corpus(documents);
        const documentOf = (row: number) =>
          documents.findIndex((_, d) => row >= sentences.extentOf(d)[0] && row < sentences.extentOf(d)[1]);
        for (const pair of draw(sentences, { room }, seed)) {
          const { first, second } = pair;
          for (const [from, to] of [first, second]) {
            expect(to).toBeGreaterThan(from);
            expect(documentOf(to - 1)).toBe(documentOf(from));
          }
          const isSame = documentOf(first[0]) === documentOf(second[0]);
          if (!isRandomNext(pair)) expect(isSame).toBe(true);
          else if (documents.length > 1) expect(isSame).toBe(false);
          else expect(second[0] > first[1] || second[1] <= first[0]).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('without pairs has each sentence once, in texts as long as the room', () => {
    fc.assert(
      fc.property(corpora, rooms, fc.nat(1000), (documents, room, seed) => {
        const sentences = corpus(documents);
        const texts = draw(sentences, { room, nextSentence: false, shortProbability: 0 }, seed);
        let at = 0;
        for (const { first, second } of texts) {
          expect(second).toEqual([first[1], first[1]]);
          const [begin, end] = first;
          if (begin !== at) expect(sentences.rows.lengthOf(at)).toBe(0);
          at = end;
          const isLast = sentences.rows.lengthOf(end) === 0;
          if (!isLast) expect(sentences.lengthOf(begin, end)).toBeGreaterThanOrEqual(room);
          expect(sentences.lengthOf(begin, end - 1)).toBeLessThan(room);
        }
        expect(at).toBe(sentences.rows.length - 1);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps of two texts a run of each, as much as there is room for, of the longer one less', () => {
    const lengths = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(lengths, lengths, rooms, fc.nat(1000), (first, second, room, seed) => {
        const kept = truncatePair(first, second, room, Rng.fromSeed(seed));
        const [a, b] = kept.map(([from, to]) => to - from) as [number, number];
        expect(a + b).toBe(Math.min(first + second, room));
        for (const [i, [from, to]] of kept.entries()) {
          expect([from >= 0, to <= [first, second][i]!]).toEqual([true, true]);
        }
        // What was cut was the longer one, of two equal ones the second.
        if (a < first) expect(a).toBeGreaterThanOrEqual(b);
        if (b < second) expect(b).toBeGreaterThanOrEqual(a - 1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('in proportion', () => {
  const many = corpus(
    Array.from({ length: 400 }, (_, d) => Array.from({ length: 40 }, (_, s) => 4 + ((d + s) % 9))),
  );

  it('half of the texts that could be followed are', () => {
    const pairs = draw(many, { room: 60, shortProbability: 0 }, 3);
    const random = pairs.filter(isRandomNext).length / pairs.length;
    // Where a document's last sentence is alone nothing follows: somewhat more than half.
    expect(random).toBeGreaterThan(0.48);
    expect(random).toBeLessThan(0.58);
  });

  it('a tenth of the documents have shorter texts, of any length', () => {
    const texts = draw(many, { room: 60, nextSentence: false }, 4);
    const starts = Array.from({ length: many.length }, (_, d) => many.extentOf(d)[0]);
    const lengths = texts
      .filter(({ first: [from] }) => starts.includes(from))
      .map(({ first }) => many.lengthOf(...first));
    expect(lengths).toHaveLength(400);
    expect(Math.max(...lengths)).toBeGreaterThanOrEqual(60);
    const short = lengths.filter((length) => length < 60);
    expect(short.length / 400).toBeCloseTo(0.1, 1);
    expect(Math.min(...short)).toBeLessThan(15);
    expect(Math.max(...short)).toBeGreaterThan(45);
  });

  it('texts lose as much at the front as at the back', () => {
    const draws = Rng.fromSeed(1);
    const cut = [0, 0];
    for (let i = 0; i < 200; i++) {
      const [[from, to]] = truncatePair(100, 20, 80, draws);
      cut[0]! += from;
      cut[1]! += 100 - to;
    }
    expect(cut[0]! / (cut[0]! + cut[1]!)).toBeCloseTo(0.5, 1);
  });
});
