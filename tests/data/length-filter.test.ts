import { expect, test } from 'vitest';
import { filterPairs, filterSchema, formatFilterReport } from '../../src/data/length-filter.ts';
import { Sequences } from '../../src/data/sequences.ts';

const encode = (line: string) => line.split(' ').filter(Boolean).map(Number);
const corpus = (rows: [string, string][]) => ({
  src: Sequences.build(rows.length, (i) => encode(rows[i]![0])),
  tgt: Sequences.build(rows.length, (i) => encode(rows[i]![1])),
});

test('each reason, counted once a pair, and the positions kept', () => {
  const rows: [string, string][] = [
    ['1 2 3', '4 5'],
    ['', '1 2'],
    ['1 2', '  '],
    ['1', '1 2'],
    ['1 2 3 4 5 6', '1 2'],
    ['1 2 3 4 5', '1 2'],
    ['1 2 3', '4 5'],
    ['1 2', '3 4 5'],
    ['1 2 3', '4 5 6'],
  ];
  const options = filterSchema.parse({ minLength: 2, maxLength: 5, maxRatio: 2, dropDuplicates: true });
  const result = filterPairs(corpus(rows), options);
  expect(result.kept).toBe(3);
  expect([0, 1, 2].map((i) => [...result.pairs.src.at(i)])).toEqual([
    [1, 2, 3],
    [1, 2],
    [1, 2, 3],
  ]);
  expect(formatFilterReport(result)).toBe(
    'kept 3 of 9 pairs; dropped 6 (2 empty, 1 too short, 1 too long, 1 unequal lengths, 1 repeated)',
  );
});

test('the defaults drop empty sides and more than 100 tokens alone', () => {
  const hundred = Array(100).fill('7').join(' ');
  const rows: [string, string][] = [
    ['1', hundred],
    ['1', hundred],
    [`${hundred} 7`, '1'],
    ['', ''],
  ];
  const result = filterPairs(corpus(rows), filterSchema.parse({}));
  expect(result.kept).toBe(2);
  expect(formatFilterReport(result)).toBe('kept 2 of 4 pairs; dropped 2 (1 empty, 1 too long)');
  expect(formatFilterReport(filterPairs(corpus([['1', '2']]), filterSchema.parse({})))).toBe(
    'kept 1 of 1 pairs',
  );
  expect(() => filterSchema.parse({ minLength: 9, maxLength: 8 })).toThrow('minLength is above maxLength');
});

test('limits are inclusive', () => {
  const rows: [string, string][] = [
    ['1 2', '1 2 3 4'],
    ['1 2', '1 2 3 4 5'],
    ['1 2 3', '1 2 3'],
  ];
  const kept = (limits: object) => {
    const { pairs } = filterPairs(corpus(rows), filterSchema.parse(limits));
    return Array.from({ length: pairs.src.length }, (_, i) => [
      pairs.src.at(i).join(' '),
      pairs.tgt.at(i).join(' '),
    ]);
  };
  expect(kept({ maxRatio: 2 })).toEqual([rows[0], rows[2]]);
  expect(kept({ minLength: 3, maxLength: 3 })).toEqual([rows[2]]);
});

test('what is dropped for its length is not repeated', () => {
  const rows: [string, string][] = [
    ['1 2 3', '1'],
    ['1 2 3', '1'],
    ['1', '1'],
    ['1', '1'],
    ['', '1'],
    ['', '1'],
    ['', '1'],
  ];
  const result = filterPairs(corpus(rows), filterSchema.parse({ maxLength: 2, dropDuplicates: true }));
  expect(result.dropped).toEqual({
    empty: 3,
    'too short': 0,
    'too long': 2,
    'unequal lengths': 0,
    repeated: 1,
  });
});

test('the report has the most frequent reason first, and only those that there are', () => {
  const dropped = { empty: 1, 'too short': 0, 'too long': 2, 'unequal lengths': 0, repeated: 3000 };
  expect(formatFilterReport({ kept: 1, dropped })).toBe(
    'kept 1 of 3,004 pairs; dropped 3,003 (3,000 repeated, 2 too long, 1 empty)',
  );
});
