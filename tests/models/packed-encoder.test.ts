// Without the rows of padding an encoder gives tokens the same vectors, and parameters the same gradients.
import { expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { packTokens, padRows } from '../../src/data/batch.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { cast, equal, mul } from '../../src/graph/ops/elementwise.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { packingInputs, readPacking } from '../../src/objectives/text-vectors.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';

const SIZES = { numLayers: 2, dModel: 8, dFf: 12, numHeads: 2, maxLength: 9 };
const TEXTS = [
  [3, 4, 5, 6, 7],
  [8, 9],
  [3, 10, 4],
];
const LENGTH = 7;

const feedOf = ({ dtype, data, dims }: { dtype: string; data: unknown; dims: readonly number[] }) =>
  new Tensor(dtype as 'int32', data as Int32Array, [...dims]);

/** Vectors v [B·S, D] of the texts, and the gradients of Σ a·v over those of tokens, a being what is added to the embeddings. */
async function run(settings: object, isPacked: boolean): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const model = new EncoderModel(encoderSchema.parse({ ...SIZES, ...settings }), { vocabSize: 11, padId: 0 });
  const matrix = (name: string) => graph.input(name, 'int32', ['B', 'S']);
  const [ids, segments, vectors] = [
    matrix('ids'),
    matrix('segments'),
    graph.input('vectors', 'float32', ['B', 'S', 8]),
  ];
  const places: Record<string, Value> = Object.fromEntries(
    isPacked
      ? Object.entries(packingInputs).map(([name, { dtype, shape }]) => [
          name,
          graph.input(name, dtype, shape),
        ])
      : [],
  );
  const { rows, mask } = model.encode(scope, ids, { segments, vectors, packing: readPacking(places) });
  const isToken = cast(equal(reshape(mask, [rows.shape[0]!, 1]), 0), 'float32');
  const tokens = mul(mul(rows, isToken), reshape(vectors, rows.shape));
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(2));
  const wanted = [...graph.parameters.values(), vectors];
  const gradients = backward(reduceSum(tokens, [0, 1], false), wanted);
  const outputs = Object.fromEntries(wanted.map((value, i) => [`gradient of ${value.name}`, gradients[i]!]));
  const session = await Session.create(exportModel(graph, { outputs: { ...outputs, rows } }).model, {
    threads: 1,
  });
  const lengths = TEXTS.map((text) => text.length);
  const added = Float32Array.from({ length: TEXTS.length * LENGTH * 8 }, (_, i) => Math.sin(i));
  const second = TEXTS.map((text) => text.map((_, i) => Number(i > 1)));
  const feeds: Feeds = {
    ids: feedOf(padRows(TEXTS, LENGTH, 0)),
    segments: feedOf(padRows(second, LENGTH, 0)),
    vectors: new Tensor('float32', added, [TEXTS.length, LENGTH, 8]),
    ...Object.fromEntries(
      Object.entries(packTokens(lengths, LENGTH).inputs).map(([name, data]) => [name, feedOf(data)]),
    ),
    ...parameters.feeds,
  };
  const found = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data as Float32Array]));
}

test.each<object>([
  { positions: 'learned', norm: 'post', segments: 2, embeddingNorm: true },
  { positions: 'learned', positionOffset: 2, maxLength: 8 },
  { positions: 'sinusoidal', norm: 'pre', segments: 1 },
  { positions: 'rotary', norm: 'pre', numKvHeads: 1 },
  { positions: 'none', causal: true },
])('%o', async (settings) => {
  const [padded, packed] = [await run(settings, false), await run(settings, true)];
  expect(Object.keys(packed)).toEqual(Object.keys(padded));
  for (const [name, values] of Object.entries(padded)) {
    for (const [i, x] of values.entries()) {
      const place = Math.floor(i / 8);
      const text = TEXTS[Math.floor(place / LENGTH)] ?? [];
      if (name === 'rows' && place % LENGTH >= text.length) expect(packed.rows![i]).toBe(0);
      else expect(packed[name]![i], name).toBeCloseTo(x, 4);
    }
  }
});
