import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildSums } from '../../src/metrics/column-sums.ts';

const small = fc.integer({ min: -5, max: 200 });
/** Within what the kernel takes for five segments, and beyond. */
const large = fc.integer({ min: -(2 ** 21), max: 2 ** 21 });
const huge = fc.integer({ min: 2 ** 30, max: 2 ** 40 });

test('whole numbers add up exactly in double precision, in either way', () => {
  const corpus = fc
    .tuple(
      fc.constantFrom(small, large, huge),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
    )
    .chain(([value, width, segments]) =>
      fc.record({
        width: fc.constant(width),
        segments: fc.constant(segments),
        values: fc.array(value, { minLength: width * segments, maxLength: width * segments }),
        rows: fc.array(fc.nat(segments - 1), { maxLength: segments }),
      }),
    );
  fc.assert(
    fc.property(corpus, ({ width, segments, values, rows }) => {
      const sums: number[] = new Array(width).fill(-1);
      const columnSums = buildSums(
        [values, values.map((value) => value - 3)].map((own) => ({
          width,
          segments,
          values: Float64Array.from(own),
        })),
        false,
      );
      // Twice, as rows left over from a longer choice must not count.
      for (const count of [rows.length, rows.length >> 1]) {
        columnSums.rows.set(rows);
        for (const [system, less] of [0, 3].entries()) {
          columnSums.sum(system, count, sums);
          const chosen = rows.slice(0, count);
          expect(sums).toEqual(
            sums.map((_, k) => chosen.reduce((sum, row) => sum + values[row * width + k]! - less, 0)),
          );
        }
      }
    }),
  );
});

test('sums beyond single precision are rounded addition by addition, if asked', () => {
  const statistics = {
    width: 2,
    segments: 3,
    values: Float64Array.of(2 ** 24 + 2, 1 / 3, 3, 1 / 3, 1, 1 / 3),
  };
  const sum = (single: boolean, rows: number[]) => {
    const columnSums = buildSums([statistics], single);
    columnSums.rows.set(rows);
    const sums = [0, 0];
    columnSums.sum(0, rows.length, sums);
    return sums;
  };
  expect(sum(false, [0, 2, 1])).toEqual([2 ** 24 + 6, 1]);
  // Singles here are 2 apart and ties go to the multiple of 4: + 3 becomes + 4, and + 7 becomes + 8.
  const third = Math.fround(1 / 3);
  expect(sum(true, [0, 2, 1])).toEqual([2 ** 24 + 8, Math.fround(Math.fround(third + third) + third)]);
});
