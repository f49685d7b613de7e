// The decoder alone: whole sequences and cached steps give the same logits, whatever shares keys and values.
import { describe, expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { type DecoderConfig, DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { type Context, causalContext } from '../../src/models/stack.ts';
import { KeyValueCache, KeyValueStore } from '../../src/nn/key-values.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';

const VOCAB_SIZE = 11;
const [ROWS, LENGTH, PREFIX] = [2, 6, 3];
const SHAPE = { numLayers: 4, dModel: 12, dFf: 10, numHeads: 4, maxLength: 8, dropout: 0 };

/** Logits of ids [B, T] in the context that `contextOf` gives, as a function of the session's other feeds. */
async function open(
  model: DecoderModel,
  contextOf: (graph: Graph, scope: Scope) => { context: Context; outputs(): Record<string, Value> },
) {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const ids = graph.input('ids', 'int32', ['B', 'T']);
  const { context, outputs } = contextOf(graph, scope);
  const hidden = model.decode(scope, ids, context);
  const logits = matMul(hidden, model.outputEmbedding(scope), { transB: true });
  const exported = exportModel(graph, { outputs: { logits, ...outputs() } });
  const session = await Session.create(exported.model, { threads: 1 });
  return { session, declared: scope.declared };
}

const ids = Array.from({ length: ROWS }, (_, b) =>
  Array.from({ length: LENGTH }, (_, t) => (7 * b + 3 * t + t * t) % VOCAB_SIZE),
);
const tensorOf = (rows: number[][]) =>
  new Tensor('int32', Int32Array.from(rows.flat()), [rows.length, rows[0]!.length]);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-5);
}

/** Logits [B, T, V] of the whole sequences, and one place after another behind a prefix of PREFIX places. */
async function bothWays(settings: object): Promise<{ whole: Float32Array; stepwise: Float32Array }> {
  const model = new DecoderModel(decoderSchema.parse({ ...SHAPE, ...settings }), VOCAB_SIZE);
  const full = await open(model, (graph) => ({ context: causalContext(graph, 'T'), outputs: () => ({}) }));
  const parameters = new Parameters(full.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  // Biases and norms start alike everywhere; moved, they show up.
  const rng = Rng.fromSeed(4);
  for (const view of parameters.views.values())
    for (let i = 0; i < view.length; i++) view[i]! += 0.1 * rng.normal();
  const run = async (session: Session, feeds: Feeds) => session.run({ ...feeds, ...parameters.feeds });
  const whole = (await run(full.session, { ids: tensorOf(ids) })).logits!.data as Float32Array;
  await full.session.release();

  const { owners, numKvHeads, headDim, valueDim } = model.cache;
  const names = owners.flatMap((owner) => [`keys${owner}`, `values${owner}`]);
  const sizeOf = (name: string) => (name.startsWith('keys') ? headDim : valueDim);
  const kept = (store: KeyValueStore) =>
    Object.fromEntries(
      [...store.entries()].flatMap(([owner, { keys, values }]) => [
        [`next/keys${owner}`, keys],
        [`next/values${owner}`, values],
      ]),
    );
  const prefix = await open(model, (graph) => {
    const keyValues = new KeyValueStore();
    return { context: { ...causalContext(graph, 'T'), keyValues }, outputs: () => kept(keyValues) };
  });
  const step = await open(model, (graph) => {
    const input = (name: string) => graph.input(name, 'float32', ['B', numKvHeads, 'P', sizeOf(name)]);
    const past = owners.map((o) => [o, { keys: input(`keys${o}`), values: input(`values${o}`) }] as const);
    const keyValues = new KeyValueCache(new Map(past));
    const places = graph.input('places', 'int64', [1]);
    return { context: { places, keyValues }, outputs: () => kept(keyValues) };
  });
  const stepwise = new Float32Array(whole.length);
  let state: Feeds = {};
  for (let start = 0; start < LENGTH; ) {
    const count = start === 0 ? PREFIX : 1;
    const fed = { ids: tensorOf(ids.map((row) => row.slice(start, start + count))) };
    const places = new Tensor('int64', BigInt64Array.of(BigInt(start)), [1]);
    const result =
      start === 0 ? await run(prefix.session, fed) : await run(step.session, { ...fed, ...state, places });
    const logits = result.logits!.data as Float32Array;
    for (let b = 0; b < ROWS; b++) {
      const own = logits.subarray(b * count * VOCAB_SIZE, (b + 1) * count * VOCAB_SIZE);
      stepwise.set(own, (b * LENGTH + start) * VOCAB_SIZE);
    }
    state = Object.fromEntries(names.map((name) => [name, result[`next/${name}`]!]));
    start += count;
  }
  // The cache holds what the config says, and nothing of borrowing layers.
  for (const name of names) expect(state[name]!.dims).toEqual([ROWS, numKvHeads, LENGTH, sizeOf(name)]);
  await Promise.all([prefix.session.release(), step.session.release()]);
  return { whole, stepwise };
}

const OWNERS = [undefined, [0, 0, 2, 2], [0, 1, 1, 1], [0, 0, 0, 0]];
const POSITIONS = ['sinusoidal', 'learned', 'rotary', 'none'] as const;

describe.each(OWNERS.map((kvOwner) => ({ kvOwner })))('keys and values of layers $kvOwner', ({ kvOwner }) => {
  describe.each([1, 2, 4])('%i heads of keys and values', (numKvHeads) => {
    test.each(POSITIONS)('%s positions', async (positions) => {
      const { whole, stepwise } = await bothWays({
        kvOwner,
        numKvHeads,
        positions,
        headDim: 6,
        norm: 'pre',
        normType: 'rms',
        activation: 'swiglu',
        bias: false,
      });
      expect(whole.some((x) => Math.abs(x) > 0.1)).toBe(true);
      expectClose(stepwise, whole);
    });
  });
});

test('values of another size than queries and keys', async () => {
  const { whole, stepwise } = await bothWays({
    headDim: 2,
    valueDim: 5,
    numKvHeads: 2,
    kvOwner: [0, 0, 2, 2],
  });
  expectClose(stepwise, whole);
});

test('post-norm with untied output and biases', async () => {
  const { whole, stepwise } = await bothWays({ tie: false, norm: 'post', positions: 'rotary', headDim: 4 });
  expectClose(stepwise, whole);
});

test('rotary positions tell the order, no positions only the set', async () => {
  const first = async (positions: string, rows: number[][]) => {
    const model = new DecoderModel(
      decoderSchema.parse({ ...SHAPE, numLayers: 1, headDim: 4, positions }),
      VOCAB_SIZE,
    );
    const { session, declared } = await open(model, (graph) => ({
      context: causalContext(graph, 'T'),
      outputs: () => ({}),
    }));
    const parameters = new Parameters(declared.parameters.values());
    parameters.initialize(Rng.fromSeed(3));
    const { logits } = await session.run({ ids: tensorOf(rows), ...parameters.feeds });
    await session.release();
    return (logits!.data as Float32Array).slice(-VOCAB_SIZE);
  };
  const [order, other] = [[[1, 2, 3]], [[2, 1, 3]]];
  expectClose(await first('none', order), await first('none', other));
  const [a, b] = [await first('rotary', order), await first('rotary', other)];
  expect(Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))).toBeGreaterThan(1e-3);
});

test('a layer that borrows has no projections of keys and values', () => {
  const config: DecoderConfig = decoderSchema.parse({ ...SHAPE, kvOwner: [0, 0, 2, 2] });
  const scope = new Scope(new Graph(), { training: false });
  new DecoderModel(config, VOCAB_SIZE).decode(
    scope,
    scope.graph.input('ids', 'int32', ['B', 'T']),
    causalContext(scope.graph, 'T'),
  );
  const keys = [...scope.declared.parameters.keys()].filter((name) => name.endsWith('k.weight'));
  expect(keys).toEqual(['decoder.0.selfAttn.k.weight', 'decoder.2.selfAttn.k.weight']);
});

test('attention weights can be tapped: rows sum to one, nothing ahead is seen', async () => {
  const model = new DecoderModel(decoderSchema.parse({ ...SHAPE, numKvHeads: 2 }), VOCAB_SIZE);
  const { session, declared } = await open(model, (graph, scope) => ({
    context: causalContext(graph, 'T'),
    outputs: () => ({ weights: scope.declared.taps.get('decoder.3.selfAttn.weights')! }),
  }));
  const parameters = new Parameters(declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  const { weights } = await session.run({ ids: tensorOf(ids), ...parameters.feeds });
  await session.release();
  expect(weights!.dims).toEqual([ROWS, SHAPE.numHeads, LENGTH, LENGTH]);
  const data = weights!.data as Float32Array;
  for (let row = 0; row < ROWS * SHAPE.numHeads * LENGTH; row++) {
    const values = [...data.subarray(row * LENGTH, (row + 1) * LENGTH)];
    expect(Math.abs(values.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    expect(values.slice((row % LENGTH) + 1).every((x) => x === 0)).toBe(true);
  }
});
