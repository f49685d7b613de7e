import { describe, expect, it } from 'vitest';
import { drawMask } from '../../src/runtime/masks.ts';
import { Rng } from '../../src/util/rng.ts';

function draw(seed: number, rate: number, length: number): Uint8Array {
  const out = new Uint8Array(length).fill(7);
  drawMask(Rng.fromSeed(seed), rate, out);
  return out;
}

const sum = (bytes: Uint8Array): number => bytes.reduce((a, b) => a + b, 0);

describe('drawMask', () => {
  // 0.3 is no multiple of 1/256, and 0.9985 keeps only what the second draw allows.
  it.each([0.1, 0.25, 0.3, 0.4999, 0.5, 0.5001, 0.75, 0.9, 0.9985, 1e-4])(
    'keeps 1 − %d of the places',
    (rate) => {
      const length = 4_000_003;
      const out = draw(1, rate, length);
      const deviation = Math.sqrt(rate * (1 - rate) * length);
      expect(out.every((byte) => byte <= 1)).toBe(true);
      expect(Math.abs(sum(out) - (1 - rate) * length)).toBeLessThan(4 * deviation);
    },
  );

  it('keeps each place of a word alike, and neighbours independently', () => {
    const out = draw(2, 0.3, 4_000_000);
    const deviation = Math.sqrt(0.21 * 1_000_000);
    for (let lane = 0; lane < 4; lane++) {
      const kept = out.reduce((total, byte, i) => total + (i % 4 === lane ? byte : 0), 0);
      expect(Math.abs(kept - 700_000)).toBeLessThan(4 * deviation);
    }
    const pairs = out.reduce((total, byte, i) => total + byte * (out[i + 1] ?? 0), 0);
    expect(Math.abs(pairs / 3_999_999 - 0.49)).toBeLessThan(0.002);
  });

  it('keeps everything at rate 0 and nothing at rate 1', () => {
    expect(sum(draw(1, 0, 1001))).toBe(1001);
    expect(sum(draw(1, 1, 1001))).toBe(0);
  });

  it('repeats itself, from a seed and from a stored state', () => {
    expect(draw(3, 0.3, 600_001)).toEqual(draw(3, 0.3, 600_001));
    expect(draw(3, 0.3, 1000)).not.toEqual(draw(4, 0.3, 1000));
    const rng = Rng.fromSeed(5);
    drawMask(rng, 0.3, new Uint8Array(999));
    const state = rng.state();
    const [a, b] = [new Uint8Array(5000), new Uint8Array(5000)];
    drawMask(rng, 0.3, a);
    drawMask(Rng.fromState(state), 0.3, b);
    expect(b).toEqual(a);
  });

  it('does not depend on where in memory the mask lies, and stays inside of it', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 63, 1025]) {
      for (let offset = 0; offset < 5; offset++) {
        const memory = new Uint8Array(length + 16).fill(9);
        const out = memory.subarray(offset, offset + length);
        drawMask(Rng.fromSeed(6), 0.3, out);
        expect(out).toEqual(draw(6, 0.3, length));
        expect(memory.subarray(0, offset).every((byte) => byte === 9)).toBe(true);
        expect(memory.subarray(offset + length).every((byte) => byte === 9)).toBe(true);
      }
    }
  });

  it('takes a generator at any position', () => {
    for (let skipped = 0; skipped < 17; skipped++) {
      const rng = Rng.fromSeed(8);
      rng.bytes(skipped);
      const out = new Uint8Array(1000);
      drawMask(rng, 0.5, out);
      expect(sum(out)).toBeGreaterThan(400);
    }
  });

  it('advances by the length in whole words where the byte alone decides', () => {
    const rng = Rng.fromSeed(7);
    const { position } = rng.state();
    drawMask(rng, 0, new Uint8Array(10));
    expect(rng.state().position).toBe(position);
    drawMask(rng, 1, new Uint8Array(10));
    expect(rng.state().position - position).toBeGreaterThanOrEqual(12);
  });
});
