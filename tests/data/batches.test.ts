import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchIterator, type BatchOptions, longestFirst, orderedBatches } from '../../src/data/batches.ts';
import { pairExamples, sourceExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { readParallel } from '../../src/data/sources/parallel.ts';
import { collectColumns } from '../../src/data/sources/source.ts';
import { Rng } from '../../src/util/rng.ts';

const ids = { padId: 0, bosId: 1, eosId: 2 };

const sequences = (...rows: number[][]) => Sequences.build(rows.length, (i) => rows[i]!);
const places = ({ length }: { length: number }) => Array.from({ length }, (_, i) => i);

/** Sentence i holds the id 10 + i alone, so that rows can be told apart. */
function makePairs(lengths: [number, number][]) {
  const side = (k: 0 | 1) => sequences(...lengths.map((pair, i) => Array(pair[k]).fill(10 + i)));
  return { src: side(0), tgt: side(1) };
}

const corpora = fc
  .array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 120 })
  .map((lengths) => makePairs(lengths));
const limits: fc.Arbitrary<BatchOptions> = fc.oneof(
  fc.record({
    batchTokens: fc.integer({ min: 1, max: 300 }),
    padToMultiple: fc.constantFrom(1, 4, 8),
    maxLength: fc.constantFrom(31, 33, 100),
  }),
  fc.record({ batchSentences: fc.integer({ min: 1, max: 20 }), poolSize: fc.integer({ min: 1, max: 50 }) }),
);

function drawEpoch(iterator: BatchIterator) {
  return Array.from({ length: iterator.epochLength }, () => iterator.next());
}

test('the largest batches have most places and most pairs of places, padded', () => {
  const pairs = makePairs([...Array.from({ length: 20 }, (): [number, number] => [2, 3]), [60, 9], [4, 3]]);
  const options = { batchTokens: 64, padToMultiple: 8, maxLength: 62 };
  const iterator = new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(1));
  expect(iterator.largest()).toEqual([
    { B: 8, S: 8, T: 8 },
    { B: 1, S: 62, T: 16 },
  ]);
});

test('a batch, written out', () => {
  const pairs = {
    src: sequences([5, 6, 7], [8]),
    tgt: sequences([9], [3, 4]),
  };
  const { collate } = pairExamples(pairs, ids);
  const matrix = (...rows: number[][]) => ({
    dtype: 'int32',
    dims: [rows.length, rows[0]!.length],
    data: Int32Array.from(rows.flat()),
  });
  expect(collate([1, 0], {})).toEqual({
    inputs: {
      src: matrix([8, 2, 0, 0], [5, 6, 7, 2]),
      tgtIn: matrix([1, 3, 4], [1, 9, 0]),
      tgtOut: matrix([3, 4, 2], [9, 2, 0]),
    },
    sizes: { B: 2, S: 4, T: 3 },
    weights: { tokens: 5 },
    rows: [1, 0],
  });
  const padded = collate([0], { padToMultiple: 8 });
  expect(padded.sizes).toEqual({ B: 1, S: 8, T: 8 });
  expect(padded.inputs.src).toEqual(matrix([5, 6, 7, 2, 0, 0, 0, 0]));
  expect(padded.inputs.tgtIn).toEqual(matrix([1, 9, 0, 0, 0, 0, 0, 0]));
  const cut = collate([0], { padToMultiple: 8, maxLength: 5 });
  expect(cut.sizes).toEqual({ B: 1, S: 5, T: 5 });
  expect(cut.inputs.tgtOut).toEqual(matrix([9, 2, 0, 0, 0]));
});

describe('batches of an epoch', () => {
  test('hold every sentence once and keep the limit', () => {
    fc.assert(
      fc.property(corpora, limits, fc.nat(1000), (pairs, options, seed) => {
        const iterator = new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(seed));
        for (const epoch of [0, 1]) {
          expect(iterator.state()).toEqual({ epoch, position: 0 });
          const batches = drawEpoch(iterator);
          expect(batches.flatMap((batch) => batch.rows).sort((a, b) => a - b)).toEqual(places(pairs.src));
          for (const batch of batches) {
            const { B, S, T } = batch.sizes as { B: number; S: number; T: number };
            expect(batch).toEqual(pairExamples(pairs, ids).collate(batch.rows, options));
            if (options.batchSentences) expect(B).toBeLessThanOrEqual(options.batchSentences);
            else if (B > 1) {
              expect(B * Math.max(S, T)).toBeLessThanOrEqual(options.batchTokens!);
            }
            const { padToMultiple = 1, maxLength = 31 } = options;
            for (const length of [S, T]) {
              expect(length).toBeLessThanOrEqual(maxLength);
              if (length < maxLength) expect(length % padToMultiple).toBe(0);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('know how much of them is padding', () => {
    const pairs = makePairs([
      [1, 2],
      [3, 4],
      [2, 2],
    ]);
    const padding = (options: BatchOptions) =>
      new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(1)).padding();
    // 14 tokens and 6 special ids, in 3 rows of 4 and of 5 positions.
    expect(padding({ batchSentences: 3 })).toBeCloseTo(1 - 20 / 27, 12);
    expect(padding({ batchSentences: 3, padToMultiple: 8 })).toBeCloseTo(1 - 20 / 48, 12);
    expect(padding({ batchSentences: 3, padToMultiple: 8, maxLength: 6 })).toBeCloseTo(1 - 20 / 36, 12);
    expect(padding({ batchSentences: 1 })).toBe(0);
  });

  // Kept in order by `orderedBatches`; sides of two tokens and eos take three positions.
  const alike = makePairs(Array.from({ length: 10 }, () => [2, 2]));
  const rowsOf = (pairs: typeof alike, options: BatchOptions) =>
    orderedBatches(pairExamples(pairs, ids), options).map(({ rows }) => rows.length);

  test('fill the limit exactly where it can be, and no more', () => {
    expect(rowsOf(alike, { batchTokens: 15 })).toEqual([5, 5]);
    expect(rowsOf(alike, { batchTokens: 14 })).toEqual([4, 4, 2]);
    expect(rowsOf(alike, { batchSentences: 5 })).toEqual([5, 5]);
    expect(rowsOf(alike, { batchTokens: 16, padToMultiple: 4 })).toEqual([4, 4, 2]);
    expect(rowsOf(alike, { batchTokens: 16, padToMultiple: 4, maxLength: 3 })).toEqual([5, 5]);
  });

  test('count the longer side, padded by its longest sentence', () => {
    const pairs = makePairs([
      [1, 1],
      [4, 1],
      [1, 1],
      [1, 6],
    ]);
    // By length: the pairs of one target token, their sources falling (4, 1, 1), then the long target.
    expect(rowsOf(pairs, { batchTokens: 13 })).toEqual([2, 1, 1]);
    expect(rowsOf(pairs, { batchTokens: 14 })).toEqual([2, 2]);
    expect(rowsOf(pairs, { batchTokens: 15 })).toEqual([3, 1]);
    expect(rowsOf(pairs, { batchTokens: 28 })).toEqual([4]);
    expect(rowsOf(pairs, { batchTokens: 27 })).toEqual([3, 1]);
  });

  test('sources rise and fall in turn with the length of targets', () => {
    const pairs = makePairs([
      [1, 2],
      [3, 2],
      [2, 2],
      [2, 3],
      [1, 3],
      [3, 3],
      [2, 4],
      [3, 4],
      [1, 4],
    ]);
    const order = orderedBatches(pairExamples(pairs, ids), { batchSentences: 9 }).flatMap(({ rows }) => rows);
    expect(order.map((i) => [pairs.tgt.lengthOf(i), pairs.src.lengthOf(i)].join(':'))).toEqual(
      '2:1 2:2 2:3 3:3 3:2 3:1 4:1 4:2 4:3'.split(' '),
    );
  });

  test('can be continued from a stored state, and depend on the seed alone', () => {
    fc.assert(
      fc.property(corpora, limits, fc.nat(1000), fc.nat(40), (pairs, options, seed, before) => {
        const first = new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(seed));
        for (let i = 0; i < before; i++) first.next();
        const state = JSON.parse(JSON.stringify(first.state()));
        const second = new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(seed));
        second.restore(state);
        for (let i = 0; i < 10; i++) {
          expect(second.next()).toEqual(first.next());
          expect(second.state()).toEqual(first.state());
        }
        first.restore(state);
        second.restore(state);
        expect(first.next()).toEqual(second.next());
      }),
      { numRuns: 60 },
    );
  });

  test('differ between epochs and seeds', () => {
    const pairs = makePairs(Array.from({ length: 200 }, (_, i) => [i % 7, i % 5]));
    const order = (seed: number) => {
      const iterator = new BatchIterator(
        () => pairExamples(pairs, ids),
        { batchSentences: 10 },
        Rng.fromSeed(seed),
      );
      return [drawEpoch(iterator), drawEpoch(iterator)].map((epoch) =>
        epoch.flatMap(({ rows }) => rows).join(),
      );
    };
    expect(new Set([...order(1), ...order(2)]).size).toBe(4);
    expect(order(1)).toEqual(order(1));
  });

  test('each epoch trains on what the source gives for it', () => {
    const source = (epoch: number) => makePairs(Array.from({ length: 6 }, () => [epoch + 1, epoch + 2]));
    const iterator = new BatchIterator(
      (epoch) => pairExamples(source(epoch), ids),
      { batchSentences: 6 },
      Rng.fromSeed(0),
    );
    const shapes = [0, 1, 2].flatMap(() => drawEpoch(iterator)).map(({ sizes }) => [sizes.S, sizes.T]);
    expect(shapes).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
    iterator.restore({ epoch: 1, position: 0 });
    expect(iterator.next().sizes.T).toBe(4);
  });

  test('a sentence over the limit is a batch of its own; no pairs and a foreign state are refused', () => {
    const pairs = makePairs([
      [3, 50],
      [2, 2],
      [60, 1],
    ]);
    const rng = Rng.fromSeed(0);
    const iterator = new BatchIterator(() => pairExamples(pairs, ids), { batchTokens: 12 }, rng);
    expect(drawEpoch(iterator).map(({ rows }) => rows.length)).toEqual([1, 1, 1]);
    expect(() => iterator.restore({ epoch: 4, position: 3 })).toThrow(
      'cannot resume at batch 3 of an epoch of 3',
    );
    expect(() => new BatchIterator(() => pairExamples(makePairs([]), ids), { batchTokens: 12 }, rng)).toThrow(
      'empty',
    );
    expect(rng.state()).toEqual(Rng.fromSeed(0).state());
  });
});

test('ordered batches hold every pair once, by length, always the same', () => {
  fc.assert(
    fc.property(corpora, limits, (pairs, options) => {
      const batches = orderedBatches(pairExamples(pairs, ids), options);
      const order = batches.flatMap(({ rows }) => rows);
      expect([...order].sort((a, b) => a - b)).toEqual(places(pairs.src));
      const lengths = order.map((i) => pairs.tgt.lengthOf(i));
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
      expect(orderedBatches(pairExamples(pairs, ids), options)).toEqual(batches);
    }),
    { numRuns: 40 },
  );
});

test('examples with one side are sorted by it, equal ones in their order', () => {
  const { src } = makePairs([3, 1, 3, 2, 1].map((length) => [length, 0]));
  const [batch] = orderedBatches(sourceExamples(src, ids), { batchSentences: 9 });
  expect(batch!.rows).toEqual([1, 4, 3, 0, 2]);
});

test('nothing makes no batches', () => {
  expect(orderedBatches(pairExamples(makePairs([]), ids), { batchTokens: 9 })).toEqual([]);
  expect(longestFirst(sourceExamples(sequences(), ids), 9, 9)).toEqual([]);
});

test('source batches hold every sentence once, the longest first, within both limits', () => {
  fc.assert(
    fc.property(
      corpora,
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 9 }),
      ({ src }, tokens, maxRows) => {
        const examples = sourceExamples(src, ids);
        const batches = longestFirst(examples, tokens, maxRows);
        expect(batches.flat().sort((a, b) => a - b)).toEqual(places(src));
        let before = Number.POSITIVE_INFINITY;
        for (const rows of batches) {
          const { inputs, sizes } = examples.collate(rows, {});
          const length = sizes.S!;
          expect(rows.length).toBeLessThanOrEqual(maxRows);
          if (rows.length > 1) expect(rows.length * length).toBeLessThanOrEqual(tokens);
          expect(length).toBeLessThanOrEqual(before);
          before = length;
          rows.forEach((i, b) => {
            const row = (inputs.src!.data as Int32Array).subarray(b * length, (b + 1) * length);
            expect([...row]).toEqual([
              ...src.at(i),
              ids.eosId,
              ...Array(length - src.lengthOf(i) - 1).fill(ids.padId),
            ]);
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

const multi30k = `${process.env.TX_DATA ?? '../shared/data'}/multi30k`;

test.skipIf(!existsSync(multi30k))('Multi30k in words: under 10 % is padding (needs TX_DATA)', async () => {
  const files = { src: [`${multi30k}/train.en`], tgt: [`${multi30k}/train.de`] };
  const { src, tgt } = await collectColumns(readParallel(files), ['src', 'tgt']);
  const encode = (line: string) => line.split(' ').map((_, i) => 3 + i);
  const pairs = { src: sequences(...src.map(encode)), tgt: sequences(...tgt.map(encode)) };
  for (const options of [{ batchTokens: 2048 }, { batchTokens: 4096 }, { batchSentences: 128 }]) {
    const start = performance.now();
    const iterator = new BatchIterator(() => pairExamples(pairs, ids), options, Rng.fromSeed(1));
    const planned = performance.now();
    const padding = iterator.padding();
    console.log(
      `${JSON.stringify(options)}: ${(100 * padding).toFixed(1)} % padding, ${iterator.epochLength} batches,`,
      `planned in ${(planned - start).toFixed(0)} ms`,
    );
    expect(padding).toBeLessThan(0.1);
    const batches = drawEpoch(iterator);
    const filled = batches.map(({ inputs }) => {
      const data = [inputs.src!, inputs.tgtOut!].map(({ data }) => data as Int32Array);
      const tokens = data.map((ids) => ids.reduce((n, id) => n + (id === 0 ? 0 : 1), 0));
      return [tokens[0]! + tokens[1]!, data[0]!.length + data[1]!.length] as const;
    });
    const [tokens, positions] = [0, 1].map((k) => filled.reduce((sum, pair) => sum + pair[k]!, 0));
    expect(padding).toBeCloseTo(1 - tokens! / positions!, 12);
  }
});
