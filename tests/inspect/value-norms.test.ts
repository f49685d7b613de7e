// Lengths of what tokens give one another, against the vectors themselves.
import { expect, test } from 'vitest';
import type { AttentionLayer } from '../../src/inspect/inspection.ts';
import { givenByAll, givenByHead, valueNorms, valuesOf } from '../../src/inspect/value-norms.ts';

const [H, G, T, S, K, D] = [4, 2, 2, 3, 2, 5];
const wave = (length: number, rate: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(rate * i + 1));
const [values, output] = [wave(G * S * K, 1.3), wave(H * K * D, 0.7)];
const weights = wave(H * T * S, 2.1).map(Math.abs);
const layer: AttentionLayer = {
  ...{ path: 'encoder.0.selfAttn', kind: 'encoder', layer: 1, numHeads: H, numKvHeads: G, causal: false },
  ...{ weights, parts: { values }, output },
};
const source = valuesOf(layer, D)!;

/** f(x) of a head's value [D]. */
function behind(h: number, j: number): number[] {
  const group = Math.floor((h * G) / H);
  return Array.from({ length: D }, (_, d) =>
    [0, 1].reduce((sum, k) => sum + values[(group * S + j) * K + k]! * output[(h * K + k) * D + d]!, 0),
  );
}
const heads = Array.from({ length: H }, (_, h) => h);
const cells = (count: number) => Array.from({ length: count * S }, (_, at) => [Math.floor(at / S), at % S]);

test('lengths of values are those of their products with the output, heads that share values included', () => {
  const found = valueNorms(source);
  for (const h of heads)
    for (let j = 0; j < S; j++) expect(found[h * S + j]).toBeCloseTo(Math.hypot(...behind(h, j)), 5);
});

test('what a head gives has its length times the weight', () => {
  const norms = valueNorms(source);
  for (const h of heads) {
    const found = givenByHead(layer, norms, h);
    for (const [at, [i, j]] of cells(T).entries()) {
      const weight = weights[(h * T + i!) * S + j!]!;
      expect(found[at]).toBeCloseTo(weight * Math.hypot(...behind(h, j!)), 5);
    }
  }
});

test('what all heads give has the length of the sum', () => {
  const found = givenByAll(weights, source);
  for (const [at, [i, j]] of cells(T).entries()) {
    const vectors = heads.map((h) => behind(h, j!).map((x) => x * weights[(h * T + i!) * S + j!]!));
    const sum = Array.from({ length: D }, (_, d) => vectors.reduce((all, v) => all + v[d]!, 0));
    expect(found[at]).toBeCloseTo(Math.hypot(...sum), 5);
  }
});

test('heads that give opposite vectors give nothing together', () => {
  const found = givenByAll(Float32Array.of(0.5, 0.5), {
    values: Float32Array.of(1, 2),
    output: Float32Array.of(1, 2, 3, 4, -1, -2, -3, -4),
    ...{ numHeads: 2, numKvHeads: 1, dModel: 2 },
  });
  expect(found[0]).toBeCloseTo(0, 6);
});

test('a layer without its values has none', () => {
  expect(valuesOf({ ...layer, parts: {} }, D)).toBeUndefined();
});
