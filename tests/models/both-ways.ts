// A decoder's logits in both of its forms: of whole sequences at once, as in training, and one place after another
// behind a prefix, with a cache, as in generation.
import { expect } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { type DecoderConfig, DecoderModel } from '../../src/models/decoder.ts';
import { EncoderDecoder, type EncoderDecoderConfig } from '../../src/models/encoder-decoder.ts';
import { type Context, causalContext } from '../../src/models/stack.ts';
import { KeyValueCache, KeyValueStore } from '../../src/nn/key-values.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';

export const VOCAB_SIZE = 11;
export const [ROWS, LENGTH, PREFIX] = [2, 6, 3];

export const tensorOf = (rows: readonly (readonly number[])[]) =>
  new Tensor('int32', Int32Array.from(rows.flat()), [rows.length, rows[0]!.length]);

export const ids = Array.from({ length: ROWS }, (_, b) =>
  Array.from({ length: LENGTH }, (_, t) => (7 * b + 3 * t + t * t) % VOCAB_SIZE),
);

/** What an encoder reads: of the second row the last two places are padding. */
const source = tensorOf([
  [3, 9, 1, 4, 10],
  [6, 2, 8, 0, 0],
]);

export const buildDecoder = (config: DecoderConfig | EncoderDecoderConfig): DecoderModel | EncoderDecoder =>
  config.type === 'decoder'
    ? new DecoderModel(config, VOCAB_SIZE)
    : new EncoderDecoder(config, { srcVocabSize: VOCAB_SIZE, tgtVocabSize: VOCAB_SIZE, padId: 0 });

/** Logits of ids [B, T] in the context that `contextOf` gives, and behind an encoder those of its reading `src`. */
export async function open(
  model: DecoderModel | EncoderDecoder,
  contextOf: (graph: Graph, scope: Scope) => { context: Context; outputs(): Record<string, Value> },
) {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const tokens = graph.input('ids', 'int32', ['B', 'T']);
  const { context, outputs } = contextOf(graph, scope);
  const memory = 'encode' in model ? model.encode(scope, graph.input('src', 'int32', ['B', 'S'])) : undefined;
  const hidden = model.decode(scope, tokens, { ...context, memory });
  const logits = matMul(hidden, model.outputEmbedding(scope), { transB: true });
  const exported = exportModel(graph, { outputs: { logits, ...outputs() } });
  const session = await Session.create(exported.model, { threads: 1 });
  return { session, declared: scope.declared };
}

export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-5);
}

/** Logits [B, T, V] of the whole sequences, and one place after another behind a prefix of PREFIX places. */
export async function bothWays(
  config: DecoderConfig | EncoderDecoderConfig,
): Promise<{ whole: Float32Array; stepwise: Float32Array }> {
  const model = buildDecoder(config);
  const full = await open(model, (graph) => ({ context: causalContext(graph, 'T'), outputs: () => ({}) }));
  const parameters = new Parameters(full.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  // Biases and norms start alike everywhere; moved, they show up.
  const rng = Rng.fromSeed(4);
  for (const view of parameters.views.values())
    for (let i = 0; i < view.length; i++) view[i]! += 0.1 * rng.normal();
  // A decoder alone has no input of this name.
  const run = async (session: Session, feeds: Feeds) =>
    session.run({ src: source, ...feeds, ...parameters.feeds });
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
