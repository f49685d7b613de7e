import { describe, expect, it } from 'vitest';
import { accumulate } from '../../src/optim/accumulate.ts';
import { clipScale, globalNorm } from '../../src/optim/global-norm.ts';
import { Rng } from '../../src/util/rng.ts';

describe('globalNorm', () => {
  it('is the norm of all arrays together, whatever their lengths', () => {
    for (let length = 0; length < 12; length++) {
      const x = Float32Array.from({ length }, (_, i) => i - 3.5);
      const expected = Math.hypot(...x, 3, 4);
      expect(globalNorm([x, Float32Array.of(3, 4)])).toBeCloseTo(expected, 12);
    }
    expect(globalNorm([])).toBe(0);
  });

  it('sums in double precision', () => {
    // In float32 the squares would be infinite, and the ones lost beside 2^24.
    expect(globalNorm([Float32Array.of(3e30, 4e30)])).toBeCloseTo(5e30, -25);
    expect(globalNorm([new Float32Array(1 << 20).fill(1), Float32Array.of(4096)]) ** 2).toBeCloseTo(
      17825792,
      6,
    );
  });

  it('adds up as four sums of every fourth square do, bit by bit', () => {
    const inFour = (x: Float32Array) => {
      const sums = [0, 0, 0, 0];
      const end = x.length - (x.length % 4);
      for (let i = 0; i < end; i++) sums[i % 4]! += x[i]! * x[i]!;
      for (let i = end; i < x.length; i++) sums[0]! += x[i]! * x[i]!;
      const [a, b, c, d] = sums as [number, number, number, number];
      return a + b + (c + d);
    };
    const rng = Rng.fromSeed(4);
    for (const length of [0, 3, 4, 8191, 8192, 8197, 40_001]) {
      const x = Float32Array.from({ length }, () => rng.normal() * 10 ** (6 * rng.float() - 3));
      expect(globalNorm([x]), `${length}`).toBe(Math.sqrt(inFour(x)));
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is not finite with %d',
    (bad) => {
      for (let at = 0; at < 7; at++) {
        const x = new Float32Array(7);
        x[at] = bad;
        expect(Number.isFinite(globalNorm([Float32Array.of(1), x]))).toBe(false);
      }
    },
  );
});

describe('clipScale', () => {
  it.each([
    [0, 1, 1],
    [0.5, 1, 1],
    [2, 1, 1 / (2 + 1e-6)],
    [10, 5, 5 / (10 + 1e-6)],
  ])('norm %d to %d: %d', (norm, maxNorm, expected) => {
    expect(clipScale(norm, maxNorm)).toBe(expected);
  });
});

describe('accumulate', () => {
  it('adds', () => {
    const target = Float32Array.of(1, 2, 3);
    accumulate(target, Float32Array.of(2, 3, -4));
    expect([...target]).toEqual([3, 5, -1]);
  });
});
