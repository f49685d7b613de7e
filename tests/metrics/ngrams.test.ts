import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IntRows } from '../../src/metrics/int-rows.ts';
import { NgramTable } from '../../src/metrics/ngrams.ts';

const ORDER = 4;
const row = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 });

function countNgrams(values: readonly number[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= values.length; i++) {
    const key = values.slice(i, i + n).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

test('matches are those of counted keys, each at most as often as in one reference', () => {
  const table = new NgramTable(); // used again and again: nothing of an earlier segment may show
  fc.assert(
    fc.property(row, fc.array(row, { minLength: 1, maxLength: 3 }), (hyp, refs) => {
      const rows = new IntRows();
      for (const values of [...refs, hyp]) {
        for (const value of values) rows.push(value);
        rows.endRow();
      }
      table.reset(ORDER * rows.start(refs.length));
      for (let r = 0; r < refs.length; r++) table.add(rows, r, ORDER);
      const out = new Float64Array(1 + 2 * ORDER);
      table.match(rows, refs.length, ORDER, out, 1, 2);
      for (let n = 1; n <= ORDER; n++) {
        const limits = refs.map((ref) => countNgrams(ref, n));
        let expected = 0;
        for (const [key, count] of countNgrams(hyp, n)) {
          expected += Math.min(count, Math.max(...limits.map((limit) => limit.get(key) ?? 0)));
        }
        expect(out[1 + 2 * (n - 1)]).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});
