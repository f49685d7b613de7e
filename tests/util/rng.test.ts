import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/util/rng.ts';

const draw = (rng: Rng, count = 50) => Array.from({ length: count }, () => rng.uint32());
const seeds = fc.integer();

test('a seed gives one stream; the first values are fixed', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(draw(Rng.fromSeed(seed))).toEqual(draw(Rng.fromSeed(seed)));
    }),
  );
  expect(draw(Rng.fromSeed(1))).not.toEqual(draw(Rng.fromSeed(2)));
  expect(draw(Rng.fromSeed(1), 3)).toMatchInlineSnapshot(`
    [
      2679479517,
      687378207,
      367862232,
    ]
  `);
});

describe('split', () => {
  test('does not depend on what the parent has drawn, nor advance it', () => {
    fc.assert(
      fc.property(seeds, fc.nat(5000), fc.string(), (seed, drawn, label) => {
        const parent = Rng.fromSeed(seed);
        parent.bytes(drawn);
        const state = parent.state();
        expect(draw(parent.split(label))).toEqual(draw(Rng.fromSeed(seed).split(label)));
        expect(parent.state()).toEqual(state);
      }),
    );
  });

  test('labels, nested labels and the parent give streams of their own', () => {
    const root = Rng.fromSeed(7);
    const streams = [
      root,
      root.split('a'),
      root.split('b'),
      root.split('a').split('b'),
      root.split(1),
      root.split(2),
    ];
    expect(new Set(streams.flatMap((stream) => draw(stream))).size).toBe(300);
    expect(draw(root.split(1))).toEqual(draw(root.split('1')));
  });
});

test('a state taken anywhere continues the stream', () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.nat(40), { maxLength: 10 }), (seed, lengths) => {
      const rng = Rng.fromSeed(seed);
      for (const length of lengths) length % 2 ? rng.bytes(length) : rng.uint32();
      const restored = Rng.fromState(JSON.parse(JSON.stringify(rng.state())));
      expect(draw(restored)).toEqual(draw(rng));
      expect(restored.state()).toEqual(rng.state());
    }),
  );
});

test('bytes and integers are pieces of one stream, however they alternate', () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.option(fc.nat(20_000)), { maxLength: 12 }), (seed, pieces) => {
      const rng = Rng.fromSeed(seed);
      const joined = Buffer.concat(
        pieces.map((length) => {
          if (length !== null) return rng.bytes(length);
          const bytes = Buffer.alloc(4);
          bytes.writeUInt32LE(rng.uint32());
          return bytes;
        }),
      );
      expect(rng.state().position).toBe(joined.length);
      expect(joined.equals(Rng.fromSeed(seed).bytes(joined.length))).toBe(true);
    }),
  );
});

describe('distributions', () => {
  const rng = Rng.fromSeed(3);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  test('int is in range and even: chi-square of 60,000 draws, 5 and 6 degrees', () => {
    for (const n of [6, 7]) {
      const counts = new Array<number>(n).fill(0);
      for (let i = 0; i < 60_000; i++) counts[rng.int(n)]!++;
      const expected = 60_000 / n;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chiSquare).toBeLessThan(28); // p < 0.0001
    }
    expect(rng.int(1)).toBe(0);
  });

  test('int takes no remainder of a range that does not divide 2^32', () => {
    // Without rejection the lowest third would come up in half of the draws.
    const n = 3 * 2 ** 30;
    const low = Array.from({ length: 30_000 }, () => rng.int(n)).filter((x) => x < 2 ** 30).length;
    expect(Math.abs(low / 30_000 - 1 / 3)).toBeLessThan(0.012); // over 4 standard deviations
  });

  test('float and normal', () => {
    const floats = Array.from({ length: 40_000 }, () => rng.float());
    expect(floats.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean(floats) - 0.5)).toBeLessThan(0.006);
    const normals = Array.from({ length: 40_000 }, () => rng.normal());
    expect(Math.abs(mean(normals))).toBeLessThan(0.02);
    expect(Math.abs(mean(normals.map((x) => x * x)) - 1)).toBeLessThan(0.03);
  });

  test('shuffle permutes in place, each order of three equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const items = [1, 2, 3];
      expect(rng.shuffle(items)).toBe(items);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
