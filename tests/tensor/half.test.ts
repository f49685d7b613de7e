import fc from 'fast-check';
import { expect, it } from 'vitest';
import { narrowBf16, widenBf16 } from '../../src/tensor/half.ts';

const narrow = (x: number): number => {
  const halves = new Uint16Array(1);
  narrowBf16(Float32Array.of(x), halves);
  return halves[0]!;
};
const widen = (half: number): number => widenBf16(Uint16Array.of(half))[0]!;

it('what bfloat16 holds comes back as it was', () => {
  const all = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);
  const back = new Uint16Array(all.length);
  narrowBf16(widenBf16(all), back);
  // Of NaN there are many.
  const isSame = (half: number) =>
    back[half] === half || (Number.isNaN(widen(half)) && Number.isNaN(widen(back[half]!)));
  expect([...all].filter((half) => !isSame(half))).toEqual([]);
});

it('rounds to the nearest, of two to the even one', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, max: Math.fround(3e38), min: -Math.fround(3e38) }), (x) => {
      const half = narrow(x);
      const distance = Math.abs(widen(half) - x);
      // The next smaller and larger magnitude.
      for (const other of [half - 1, half + 1].filter((other) => (other & 0x7fff) < 0x7f80 && other >= 0)) {
        const further = Math.abs(widen(other) - x);
        expect(distance).toBeLessThanOrEqual(further);
        if (distance === further) expect(half % 2).toBe(0);
      }
    }),
  );
  // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, and 1 + 3·2⁻⁸ between that and 1 + 2⁻⁶.
  expect([1 + 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 1 + 3 * 2 ** -8].map((x) => widen(narrow(x)))).toEqual([
    1,
    1 + 2 ** -7,
    1 + 2 ** -6,
  ]);
});

it('what is not finite stays so, and what is too large becomes so', () => {
  const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 3.4e38, -3.4e38, -0];
  expect(values.map((x) => widen(narrow(x)))).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
  ]);
  // A NaN whose upper half alone would be ∞.
  const odd = new Float32Array(Uint32Array.of(0x7f800001).buffer);
  const halves = new Uint16Array(1);
  narrowBf16(odd, halves);
  expect(widen(halves[0]!)).toBeNaN();
});
