// Layers that read the keys and values of others: encoder-decoders in both forms, and the faults that other
// implementations of such sharing have shipped, each with what it would break here.
import { describe, expect, test } from 'vitest';
import { buildContinuationGraph } from '../../src/decode/continuation-graph.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import type { ParameterSpec } from '../../src/nn/scope.ts';
import { Scope } from '../../src/nn/scope.ts';
import { nextTokenCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { buildTrainingGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';
import { bothWays, expectClose, ids, LENGTH, open, ROWS, tensorOf, VOCAB_SIZE } from './both-ways.ts';

const SIZES = { dModel: 12, dFf: 10, numHeads: 4, maxLength: 8, dropout: 0 };
const SHAPE = { ...SIZES, numLayers: 4, norm: 'pre', positions: 'rotary', headDim: 4, bias: false };
const decoder = (settings: object) => decoderSchema.parse({ ...SHAPE, ...settings });

describe.each([
  [
    { decoder: [0, 0, 2, 2], cross: '0_1_1_1', encoder: { cla: 2 } },
    { numKvHeads: 1, kvNorm: true },
  ],
  [{ decoder: { cla: 3 }, cross: { cla: 4 } }, { numKvHeads: 2 }],
  [
    { decoder: 'keepEnds', cross: 'denseFront', encoder: 'denseBack' },
    { numDecoderLayers: 6, numKvHeads: 2 },
  ],
  [
    { decoder: 'denseBack', cross: 'keepEnds' },
    { numDecoderLayers: 6, kvNorm: true },
  ],
  [
    { decoder: 'denseFront', cross: { cla: 2 } },
    { numDecoderLayers: 6, numKvHeads: 1 },
  ],
])('encoder-decoder with %j %j', (kvOwner, settings) => {
  test.each(['sinusoidal', 'rotary', 'none'])('%s positions', async (positions) => {
    const layers = { numEncoderLayers: 4, numDecoderLayers: 4, norm: 'pre', headDim: 6 };
    const { whole, stepwise } = await bothWays(
      encoderDecoderSchema.parse({ ...SIZES, ...layers, ...settings, kvOwner, positions }),
    );
    expect(whole.some((x) => Math.abs(x) > 0.1)).toBe(true);
    expectClose(stepwise, whole);
  });
});

/** What a decoder alone declares, in the form of training. */
const declare = (settings: object): ReadonlyMap<string, ParameterSpec> => {
  const model = new DecoderModel(decoder(settings), VOCAB_SIZE);
  return buildTrainingGraph(nextTokenCrossEntropy(model, { labelSmoothing: 0, segments: false })).declared
    .parameters;
};

/** Logits of whole sequences, each parameter drawn by its own name. */
async function logitsOf(settings: object, change: (views: Parameters['views']) => void = () => {}) {
  const model = new DecoderModel(decoder(settings), VOCAB_SIZE);
  const { session, declared } = await open(model, (graph) => ({
    context: causalContext(graph, 'T'),
    outputs: () => ({}),
  }));
  const parameters = new Parameters(declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  change(parameters.views);
  const { logits } = await session.run({ ids: tensorOf(ids), ...parameters.feeds });
  await session.release();
  return logits!.data as Float32Array;
}

const distance = (a: Float32Array, b: Float32Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

// mlx-lm 1702 and 1805: once the owner has put its keys into the cache, a layer that borrows sees a cache that is one
// place further on, and turns its queries for that place. Scores depend on how far a query is from its keys, so the
// logits of a step would be others than those of the whole sequence.
test('a layer that borrows turns its queries at their own place', async () => {
  const { whole, stepwise } = await bothWays(decoder({ kvOwner: '0_0_0_0', numKvHeads: 1 }));
  expectClose(stepwise, whole);
  // And it is seen where places are others: the last query of all, turned as if it stood one place further on.
  const model = new DecoderModel(decoder({ kvOwner: '0_0_0_0', numKvHeads: 1 }), VOCAB_SIZE);
  const at = async (places: bigint[]) => {
    const { session, declared } = await open(model, (graph) => ({
      context: { ...causalContext(graph, 'T'), places: graph.input('places', 'int64', ['T']) },
      outputs: () => ({}),
    }));
    const parameters = new Parameters(declared.parameters.values());
    parameters.initialize(Rng.fromSeed(3));
    const fed = new Tensor('int64', BigInt64Array.from(places), [LENGTH]);
    const { logits } = await session.run({ ids: tensorOf(ids), places: fed, ...parameters.feeds });
    await session.release();
    return logits!.data as Float32Array;
  };
  const own = await at([0n, 1n, 2n, 3n, 4n, 5n]);
  expect(distance(await at([0n, 1n, 2n, 3n, 4n, 6n]), own)).toBeGreaterThan(1e-4);
  // Only distances count.
  expect(distance(await at([1n, 2n, 3n, 4n, 5n, 6n]), own)).toBeLessThan(1e-5);
});

// Sharing that lives in the cache is not there in training, where there is none: models train as plain ones and run as
// others.
test('keys and values are shared without a cache too', async () => {
  const names = [...declare({ kvOwner: [0, 0, 2, 2], kvNorm: true }).keys()];
  const owning = (part: string) => names.filter((name) => name.includes(part));
  expect(owning('.selfAttn.k.')).toEqual(['decoder.0.selfAttn.k.weight', 'decoder.2.selfAttn.k.weight']);
  expect(owning('.selfAttn.v.')).toEqual(['decoder.0.selfAttn.v.weight', 'decoder.2.selfAttn.v.weight']);
  expect(owning('selfAttnKvNorm.weight')).toEqual([
    'decoder.0.selfAttnKvNorm.weight',
    'decoder.2.selfAttnKvNorm.weight',
  ]);
  expect(owning('selfAttnNorm.weight')).toHaveLength(4);
  // Only layer 2's part of the residual stream is silent here; layer 3 still hears of its keys and values.
  const silent = (views: Parameters['views']) => views.get('decoder.2.selfAttn.o.weight')!.fill(0);
  const before = await logitsOf({ kvOwner: [0, 0, 2, 2] }, silent);
  const after = await logitsOf({ kvOwner: [0, 0, 2, 2] }, (views) => {
    silent(views);
    const values = views.get('decoder.2.selfAttn.v.weight')!;
    for (let i = 0; i < values.length; i++) values[i]! *= -1;
  });
  expect(distance(before, after)).toBeGreaterThan(1e-3);
});

// A layer that borrows from itself or from one that has not run yet reads nothing, or what an earlier prompt left.
test('in reading a prompt, a layer borrows from one that has run', () => {
  const refused = (kvOwner: unknown) =>
    decoderSchema.safeParse({ ...SHAPE, kvOwner }).error?.issues[0]?.message;
  expect(refused([1, 1, 2, 3])).toBe('layer 0 cannot read from layer 1, which comes later');
  expect(refused([0, 0, 1, 3])).toBe('layer 2 cannot read from layer 1, which reads from layer 0');
  // Layers are built in their order, so an owner's keys are there before who borrows them asks.
  const { owners } = new DecoderModel(decoder({ kvOwner: 'keepEnds' }), VOCAB_SIZE).cache;
  const names = [...declare({ kvOwner: 'keepEnds' }).keys()].filter((name) => name.endsWith('.k.weight'));
  expect(names.map((name) => Number(name.split('.')[1]))).toEqual(owners);
});

// kvcached 417: looking up the cache of a layer that has none.
test('layers without a cache of their own do not break generation, nor stacks without any cache', async () => {
  const model = new DecoderModel(decoder({ kvOwner: { cla: 4 }, numKvHeads: 1 }), VOCAB_SIZE);
  expect(model.cache.owners).toEqual([0]);
  const { model: search } = buildContinuationGraph(model, {
    decode: { beamSize: 2, lengthPenalty: 0, nBest: 2 },
    ids: { padId: 0, bosId: 2, eosId: 3 },
  });
  const searching = await Session.create(search, { threads: 1 });
  const own = new Parameters(declare({ kvOwner: { cla: 4 }, numKvHeads: 1 }).values());
  own.initialize(Rng.fromSeed(3));
  const prefix = tensorOf(ids.map((row) => row.slice(0, 2)));
  const last = new Tensor('int32', Int32Array.of(5, 6), [ROWS]);
  const limits = new Tensor('int64', BigInt64Array.of(3n, 3n), [ROWS]);
  const padding = new Tensor('int64', BigInt64Array.of(0n, 1n), [ROWS]);
  const { lengths, scores } = await searching.run({ prefix, padding, last, limits, ...own.feeds });
  await searching.release();
  expect([...(lengths!.data as Int32Array)].some((length) => length > 0)).toBe(true);
  expect((scores!.data as Float32Array).every((score) => Number.isFinite(score) && score < 0)).toBe(true);
  const config = encoderSchema.parse({ ...SHAPE, kvOwner: { cla: 4 }, kvNorm: true });
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const encoder = new EncoderModel(config, { vocabSize: VOCAB_SIZE, padId: 0 });
  const { rows } = encoder.encode(scope, graph.input('ids', 'int32', ['B', 'S']));
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  const session = await Session.create(exportModel(graph, { outputs: { rows } }).model, { threads: 1 });
  const result = await session.run({ ids: tensorOf(ids), ...parameters.feeds });
  await session.release();
  expect(result.rows!.dims).toEqual([ROWS * LENGTH, SIZES.dModel]);
  expect((result.rows!.data as Float32Array).every(Number.isFinite)).toBe(true);
});

// vllm 43185: gibberish where sharing is switched off.
test('a map in which every layer has its own is the plain model, to the last digit', async () => {
  const plain = await logitsOf({ numKvHeads: 2 });
  for (const kvOwner of [[0, 1, 2, 3], '0_1_2_3', { cla: 1 }]) {
    expect([...declare({ kvOwner, numKvHeads: 2 }).keys()]).toEqual([...declare({ numKvHeads: 2 }).keys()]);
    expect(await logitsOf({ kvOwner, numKvHeads: 2 })).toEqual(plain);
  }
  expect(distance(await logitsOf({ kvOwner: { cla: 2 }, numKvHeads: 2 }), plain)).toBeGreaterThan(1e-3);
});

test('two norms that are alike are one: kvNorm begins as the model without it', async () => {
  expect(await logitsOf({ kvNorm: true, kvOwner: { cla: 2 } })).toEqual(
    await logitsOf({ kvOwner: { cla: 2 } }),
  );
  const scaled = await logitsOf({ kvNorm: true }, (views) =>
    views.get('decoder.1.selfAttnKvNorm.weight')!.fill(2),
  );
  expect(distance(scaled, await logitsOf({}))).toBeGreaterThan(1e-3);
});

test('kvNorm is of pre-norm alone', () => {
  const refused = decoderSchema.safeParse({ ...SHAPE, norm: 'post', kvNorm: true }).error?.issues[0];
  expect(refused).toMatchObject({
    path: ['kvNorm'],
    message: 'post-norm has no norm before attention; kvNorm needs norm: pre',
  });
  expect(decoderSchema.safeParse({ ...SHAPE, norm: 'post', kvNorm: false }).success).toBe(true);
});

test('normal initialization: every matrix from N(0, 1/√(3D)), norms 1 and 0, biases 0', () => {
  const dModel = 64;
  const sizes = { ...SHAPE, dModel, dFf: 96, headDim: 16, positions: 'learned', bias: true, tie: false };
  const drawn = (settings: object) => {
    const parameters = new Parameters(declare({ ...sizes, ...settings }).values());
    parameters.initialize(Rng.fromSeed(1));
    return parameters;
  };
  const { specs, views } = drawn({ initialization: 'normal', kvNorm: true });
  const deviation = 1 / Math.sqrt(3 * dModel);
  for (const { name, shape } of specs) {
    const values = views.get(name)!;
    if (shape.length === 1) {
      const wanted = /norm\.weight$/i.test(name) ? 1 : 0;
      expect(values.every((x) => x === wanted)).toBe(true);
      continue;
    }
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const found = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    const error = deviation / Math.sqrt(values.length);
    expect(Math.abs(mean), name).toBeLessThan(4 * error);
    expect(Math.abs(found - deviation), name).toBeLessThan(4 * (error / Math.SQRT2));
    // Xavier's are bounded by 1.74 deviations or less.
    expect(Math.max(...values), name).toBeGreaterThan(2 * deviation);
  }
  // Which is the paper's 0.01275 at its width.
  expect(1 / Math.sqrt(3 * 2048)).toBeCloseTo(0.01275, 4);
  // xavier is what there was before.
  expect(drawn({ initialization: 'xavier' }).flat).toEqual(drawn({}).flat);
});
