import { describe, expect, it } from 'vitest';
import { sweepAdam } from '../../src/optim/adam-kernel.ts';
import { Rng } from '../../src/util/rng.ts';

const constants = {
  shrink: 0.99,
  rate: 0.02,
  epsilon: 1e-6,
  beta1: 0.9,
  gain1: 0.05,
  beta2: 0.98,
  gain2: 0.005,
};

describe('sweepAdam', () => {
  // Chunks have 8192 elements, vectors four.
  it.each([0, 1, 3, 4, 5, 8191, 8192, 8193, 20_003])(
    'updates %d elements and nothing beside them',
    (length) => {
      const { shrink, rate, epsilon, beta1, gain1, beta2, gain2 } = constants;
      const rng = Rng.fromSeed(length);
      const memory = [0, 1, 2, 3].map(() => new Float32Array(length + 8).map(() => 0.1 + rng.float()));
      const [p, g, m, v] = memory.map((x) => x.slice()) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      for (let i = 3; i < length + 3; i++) {
        m[i] = beta1 * m[i]! + gain1 * g[i]!;
        v[i] = beta2 * v[i]! + gain2 * g[i]! ** 2;
        p[i] = shrink * p[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
      }
      const parts = memory.map((x) => x.subarray(3, length + 3)) as typeof memory;
      sweepAdam(parts[0]!, parts[1]!, parts[2]!, parts[3]!, constants);
      [p, g, m, v].forEach((expected, which) => {
        const error = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - memory[which]![i]!)), 0);
        expect(error).toBeLessThan(4e-7);
      });
    },
  );

  it('passes on what is not finite, each in its own place', () => {
    const arrays = [0, 1, 2, 3].map(() => new Float32Array(8).fill(1)) as Float32Array[];
    arrays[1]![2] = Number.NaN;
    sweepAdam(arrays[0]!, arrays[1]!, arrays[2]!, arrays[3]!, constants);
    expect([...arrays[0]!].map(Number.isFinite)).toEqual([true, true, false, true, true, true, true, true]);
  });
});
