import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthsOf } from '../../src/data/row-lengths.ts';

test('starts and rows of places are those of the sums', () => {
  const length = fc.oneof(fc.nat(5), fc.integer({ min: 65_530, max: 65_540 }));
  fc.assert(
    fc.property(fc.array(length, { maxLength: 300 }), (rows) => {
      const lengths = lengthsOf(rows.length, (i) => rows[i]!);
      let start = 0;
      for (const [i, row] of rows.entries()) {
        expect(lengths.startOf(i)).toBe(start);
        if (row > 0) {
          expect(lengths.find(start)).toBe(i);
          expect(lengths.find(start + row - 1)).toBe(i);
        }
        start += row;
      }
      expect([lengths.length, lengths.total, [...lengths.lengths]]).toEqual([rows.length, start, rows]);
    }),
    { numRuns: 50 },
  );
});

test('a row takes two bytes, four where one is longer than they count', () => {
  expect(lengthsOf(5000, () => 65_535).lengths.byteLength).toBe(10_000);
  expect(lengthsOf(5000, (i) => 65_535 + Math.floor(i / 4999)).lengths.byteLength).toBe(20_000);
});
