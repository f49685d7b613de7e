import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filterPairs, filterSchema } from '../../src/data/length-filter.ts';
import { collectPairs, pairExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';

const id = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const rowsArb = fc.array(fc.array(id, { maxLength: 700 }), { maxLength: 12 });

it('gives back the rows it was built from', () => {
  fc.assert(
    fc.property(rowsArb, (rows) => {
      const sequences = Sequences.build(rows.length, (i) => rows[i]!);
      expect(sequences.length).toBe(rows.length);
      expect(rows.map((_, i) => Array.from(sequences.at(i)))).toEqual(rows);
      expect(rows.map((_, i) => sequences.lengthOf(i))).toEqual(rows.map((row) => row.length));
    }),
    { numRuns: 30 },
  );
});

// Room is made for 1,024 ids at first, and twice as many whenever it is filled.
it.each([
  ['at the first room exactly', [1000, 24, 0, 5]],
  ['one beyond it', [1000, 25, 5]],
  ['beyond it more than twice', [10, 5000, 1]],
  ['again and again', Array<number>(40).fill(700)],
])('grows: %s', (_, lengths) => {
  const rows = lengths.map((length, i) => Array.from({ length }, (_, k) => 1000 * i + k));
  const sequences = Sequences.build(rows.length, (i) => rows[i]!);
  expect(rows.map((_, i) => Array.from(sequences.at(i)))).toEqual(rows);
  // What is kept is no larger than what it holds.
  expect(sequences.at(0).buffer.byteLength).toBe(4 * rows.flat().length);
});

it('asks for each row once and in order, and copies it', () => {
  const asked: number[] = [];
  const row = Int32Array.of(0, 0);
  const sequences = Sequences.build(3, (i) => {
    asked.push(i);
    row.fill(i + 1);
    return row;
  });
  expect(asked).toEqual([0, 1, 2]);
  expect([0, 1, 2].map((i) => Array.from(sequences.at(i)))).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

it('gives parts of rows, and every so many of them', () => {
  const rows = [[1, 2, 3], [], [4, 5], [6], [7, 8]];
  const sequences = Sequences.build(rows.length, (i) => rows[i]!);
  expect([...sequences.at(0, 1)]).toEqual([2, 3]);
  expect([...sequences.at(4, 0, 1)]).toEqual([7]);
  const [even, odd] = [Sequences.every(2, 0, sequences), Sequences.every(2, 1, sequences)];
  expect([even.length, odd.length]).toEqual([3, 2]);
  expect([0, 1, 2].map((i) => [...even.at(i)])).toEqual([
    [1, 2, 3],
    [4, 5],
    [7, 8],
  ]);
  expect([...even.at(0, 1, 2)]).toEqual([2]);
  expect([odd.lengthOf(0), odd.lengthOf(1)]).toEqual([0, 1]);
});

it('collects both sides of pairs', () => {
  const asked: number[] = [];
  const { src, tgt } = collectPairs(3, (i) => {
    asked.push(i);
    return { src: [i], tgt: Array<number>(i).fill(9) };
  });
  expect(asked).toEqual([0, 1, 2]);
  expect([0, 1, 2].map((i) => [Array.from(src.at(i)), Array.from(tgt.at(i))])).toEqual([
    [[0], []],
    [[1], [9]],
    [[2], [9, 9]],
  ]);
});

it('keeps the tags of pairs beside them, through filters and into batches', () => {
  const all = [
    { src: [5, 6, 7], tgt: [9], tags: [3, 0, 4] },
    { src: [5, 6, 7, 8], tgt: [9], tags: [3, 3, 3, 3] },
    { src: [8], tgt: [3, 4], tags: [5] },
  ];
  const pairs = collectPairs(3, (i) => all[i]!, true);
  const kept = filterPairs(pairs, filterSchema.parse({ maxLength: 3 })).pairs;
  const { inputs, weights } = pairExamples(kept, { padId: 0, bosId: 1, eosId: 2 }).collate([1, 0], {});
  expect(Array.from(inputs.src!.data as Int32Array)).toEqual([8, 2, 0, 0, 5, 6, 7, 2]);
  expect(inputs.tags).toEqual({
    dtype: 'int32',
    dims: [2, 4],
    data: Int32Array.of(5, 0, 0, 0, 3, 0, 4, 0),
  });
  expect(weights).toEqual({ tokens: 5, words: 3 });
});
