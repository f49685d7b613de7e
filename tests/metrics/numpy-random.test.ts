import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NumpyGenerator } from '../../src/metrics/numpy-random.ts';

interface Stream {
  seed: string;
  words: number[];
  choices: [bound: number, values: number[]][];
  bits: string;
  afterBits: number[];
}
const golden: { streams: Stream[] } = JSON.parse(
  readFileSync(new URL('../reference/goldens/significance.json', import.meta.url), 'utf8'),
);

describe.each(golden.streams)('equal to numpy, seed $seed', ({ seed, words, choices, bits, afterBits }) => {
  const fresh = () => new NumpyGenerator(BigInt(seed));

  test('32-bit words', () => {
    const generator = fresh();
    expect(words.map(() => generator.uint32())).toEqual(words);
  });

  test.each(choices)('choice of %d, whole and in pieces', (bound, values) => {
    const out = new Int32Array(values.length);
    fresh().integers(bound, out);
    expect([...out]).toEqual(values);
    const generator = fresh();
    out.fill(-1);
    for (const [from, to] of [
      [0, 1],
      [1, 6],
      [6, out.length],
    ])
      generator.integers(bound, out.subarray(from, to));
    expect([...out]).toEqual(values);
  });

  test('bits, and a choice after them', () => {
    const generator = fresh();
    const next = generator.bits();
    expect(Array.from(bits, next).join('')).toBe(bits);
    const out = new Int32Array(afterBits.length);
    generator.integers(10, out);
    expect([...out]).toEqual(afterBits);
  });
});

test('a number and a bigint seed alike; none seeds afresh', () => {
  expect(new NumpyGenerator(12345).uint32()).toBe(new NumpyGenerator(12345n).uint32());
  const take = () => {
    const generator = new NumpyGenerator('none');
    return [1, 2, 3, 4].map(() => generator.uint32());
  };
  expect(take()).not.toEqual(take());
});

test.each([-1, 0.5, Number.NaN, 2 ** 60, -1n])('the seed %s is refused', (seed) => {
  expect(() => new NumpyGenerator(seed)).toThrow(`the seed ${seed} is not a non-negative integer`);
});
