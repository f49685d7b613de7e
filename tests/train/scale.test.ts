import { expect, it } from 'vitest';
import { computeScale, ringMs } from '../../src/train/scale.ts';

it('a ring sends 2 (N − 1) shares of the bytes, each after its latency', () => {
  // 100 MB over 10 Gbit/s are 80 ms.
  expect(ringMs(1e8, 2, 10, 0)).toBeCloseTo(80, 10);
  expect(ringMs(1e8, 4, 10, 0)).toBeCloseTo(120, 10);
  expect(ringMs(1e8, 64, 10, 50)).toBeCloseTo(2 * 63 * (80 / 64 + 0.05), 10);
  expect(ringMs(1e8, 1, 10, 50)).toBe(0);
});

it('one machine waits for nobody; more batches in an update wait less', () => {
  const options = {
    parameters: 25e6,
    msPerBatch: 100,
    tokensPerBatch: 1000,
    machines: [1, 2],
    bandwidths: [8],
    latency: 0,
    reduction: 'float32' as const,
  };
  const [one, two] = computeScale({ ...options, batches: 1 });
  expect(one).toEqual({
    machines: 1,
    tokensPerUpdate: 1000,
    networks: [
      { gbitPerSecond: 8, msOfSum: 0, msPerUpdate: 100, tokensPerSecond: 10_000, speedup: 1, efficiency: 1 },
    ],
  });
  expect(two).toEqual({
    machines: 2,
    tokensPerUpdate: 2000,
    networks: [
      {
        gbitPerSecond: 8,
        msOfSum: 100,
        msPerUpdate: 200,
        tokensPerSecond: 10_000,
        speedup: 1,
        efficiency: 0.5,
      },
    ],
  });
  const [, halved] = computeScale({ ...options, batches: 1, reduction: 'bf16' });
  expect(halved!.networks[0]!.msOfSum).toBe(50);
  const [, patient] = computeScale({ ...options, batches: 3 });
  expect(patient!.tokensPerUpdate).toBe(6000);
  expect(patient!.networks[0]!.efficiency).toBe(0.75);
});
