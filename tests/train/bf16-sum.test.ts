import fc from 'fast-check';
import { expect, it } from 'vitest';
import { narrowBf16, widenBf16 } from '../../src/tensor/half.ts';
import { Bf16Sum } from '../../src/train/bf16-sum.ts';
import { LocalGroups } from '../runtime/local-group.ts';

/** What the numbers of ranks come to: rounded, added, rounded. */
function expected(all: readonly Float32Array[]): Float32Array {
  const total = new Float32Array(all[0]!.length);
  for (const values of all) for (const [i, x] of round(values).entries()) total[i]! += x;
  return round(total);
}

function round(values: Float32Array): Float32Array {
  const halves = new Uint16Array(values.length);
  narrowBf16(values, halves);
  return widenBf16(halves);
}

const sumUp = (all: readonly Float32Array[]) =>
  new LocalGroups(all.length).run(async (group) => {
    const values = all[group.rank]!.slice();
    const sum = new Bf16Sum(group, values.length);
    await sum.sum(values);
    return values;
  });

it('all ranks get the same sums, of numbers that are rounded to bfloat16 twice', async () => {
  const arb = fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 11 }))
    .chain(([ranks, length]) =>
      fc.array(fc.float32Array({ minLength: length, maxLength: length, noNaN: true }), {
        minLength: ranks,
        maxLength: ranks,
      }),
    );
  await fc.assert(
    fc.asyncProperty(arb, async (all) => {
      const wanted = expected(all);
      for (const found of await sumUp(all)) expect(found).toEqual(wanted);
    }),
  );
});

it('is as near as 8 bits are, and may be used again', async () => {
  const all = [0, 1, 2].map((r) =>
    Float32Array.from({ length: 1000 }, (_, i) => 1 + ((7 * i + r) % 101) / 101),
  );
  const exact = all[0]!.map((_, i) => all.reduce((sum, values) => sum + values[i]!, 0));
  const [first] = await new LocalGroups(3).run(async (group) => {
    const sum = new Bf16Sum(group, 1000);
    await sum.sum(all[group.rank]!.slice());
    const values = all[group.rank]!.slice();
    await sum.sum(values);
    return values;
  });
  const errors = first!.map((x, i) => Math.abs(x / exact[i]! - 1));
  expect(Math.max(...errors)).toBeLessThan(2 ** -7);
  expect(Math.max(...errors)).toBeGreaterThan(0);
});

it('a rank whose number is not finite tells all', async () => {
  for (const found of await sumUp([Float32Array.of(1, 2), Float32Array.of(Number.NaN, 3)]))
    expect([...found]).toEqual([Number.NaN, 5]);
});
