// What the sampling graph writes is what the whole-sequence form of the model says, piece by piece, in any company.
import { expect, test } from 'vitest';
import type { SamplingConfig } from '../../src/decode/config.ts';
import { buildSamplingGraph, grownName } from '../../src/decode/sampling-graph.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';
import { sampleReference } from './reference-sampling.ts';

const ids = { padId: 0, bosId: 2, eosId: 3 };
const VOCAB_SIZE = 14;
const MAX_LENGTH = 20;
const GREEDY: SamplingConfig = { temperature: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

async function open(settings: object, sampling: SamplingConfig) {
  const config = decoderSchema.parse({
    numLayers: 4,
    dModel: 16,
    dFf: 16,
    numHeads: 4,
    norm: 'pre',
    tie: false,
    maxLength: MAX_LENGTH,
    dropout: 0,
    ...settings,
  });
  const model = new DecoderModel(config, VOCAB_SIZE);
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const hidden = model.decode(scope, graph.input('ids', 'int32', ['B', 'T']), causalContext(graph, 'T'));
  const logits = reshape(matMul(hidden, model.outputEmbedding(scope), { transB: true }), [
    'B',
    'T',
    VOCAB_SIZE,
  ]);
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(5));
  for (const [name, view] of parameters.views)
    if (name.endsWith('weight')) for (let i = 0; i < view.length; i++) view[i]! *= 2;
  const whole = await Session.create(exportModel(graph, { outputs: { logits } }).model, { threads: 1 });
  const { model: proto, caches } = buildSamplingGraph(model, {
    sampling,
    ids,
    weights: parameters.tensors(),
  });
  const session = await Session.create(proto, { threads: 1 });

  /** Logits [V] after a row of tokens. */
  const logitsAfter = async (row: readonly number[]): Promise<number[]> => {
    const feeds: Feeds = {
      ids: new Tensor('int32', Int32Array.from(row), [1, row.length]),
      ...parameters.feeds,
    };
    return Array.from((await whole.run(feeds)).logits!.data as Float32Array).slice(-VOCAB_SIZE);
  };

  /** Each prompt's tokens and their log-probabilities, in pieces of the given sizes. */
  const write = async (
    prompts: readonly number[][],
    limit: number,
    pieces: readonly number[],
    uniforms: Float32Array[],
  ) => {
    const rows = prompts.length;
    const longest = Math.max(...prompts.map(({ length }) => length));
    let text = prompts.map((prompt) => [...Array<number>(longest - prompt.length).fill(0), ...prompt]);
    const padding = BigInt64Array.from(prompts, ({ length }) => BigInt(longest - length));
    let state: Feeds = Object.fromEntries(
      caches.map(({ name, size }) => {
        return [name, new Tensor('float32', new Float32Array(0), [rows, ...(size(0) as number[])])];
      }),
    );
    const written: number[][] = prompts.map(() => []);
    const logProbs: number[][] = prompts.map(() => []);
    const isDone = (row: readonly number[]) => row.length === limit || row.at(-1) === ids.eosId;
    for (const steps of pieces) {
      const seen = new Uint8Array(rows * VOCAB_SIZE);
      for (const [r, prompt] of prompts.entries())
        for (const token of [...prompt, ...written[r]!]) seen[r * VOCAB_SIZE + token] = 1;
      const drawn = Array.from(
        { length: steps * rows },
        (_, i) => uniforms[i % rows]![written[i % rows]!.length + Math.floor(i / rows)] ?? 0,
      );
      const result = await session.run({
        ids: new Tensor('int32', Int32Array.from(text.flat()), [rows, text[0]!.length]),
        padding: new Tensor('int64', padding, [rows]),
        limits: new Tensor(
          'int64',
          BigInt64Array.from(written, (row) => BigInt(isDone(row) ? 0 : limit - row.length)),
          [rows],
        ),
        steps: new Tensor('int64', BigInt64Array.of(BigInt(steps)), []),
        uniforms: new Tensor('float32', Float32Array.from(drawn), [steps, rows]),
        seen: new Tensor('bool', seen, [rows, VOCAB_SIZE]),
        ...state,
      });
      const width = result.tokens!.dims[1]!;
      const tokens = result.tokens!.data as Int32Array;
      for (const [r, row] of written.entries()) {
        for (let m = 0; m < width && !isDone(row); m++) {
          row.push(tokens[r * width + m]!);
          logProbs[r]!.push((result.logProbs!.data as Float32Array)[r * width + m]!);
        }
      }
      if (written.every(isDone)) break;
      text = prompts.map((_, r) => [tokens[r * width + width - 1]!]);
      state = Object.fromEntries(caches.map(({ name }) => [name, result[grownName(name)]!]));
    }
    return { written, logProbs };
  };
  const release = async () => {
    await whole.release();
    await session.release();
  };
  return { logitsAfter, write, release };
}

const prompts = [[3, 5, 6, 9, 4], [3], [3, 4, 11], [3, 8, 8]];
const uniforms = prompts.map((_, r) => {
  const rng = Rng.fromSeed(r);
  return Float32Array.from({ length: 20 }, () => rng.float());
});

const models = {
  rotary: {
    positions: 'rotary',
    numKvHeads: 1,
    kvOwner: [0, 0, 2, 2],
    normType: 'rms',
    activation: 'swiglu',
  },
  sinusoidal: { positions: 'sinusoidal', numKvHeads: 2 },
  learned: { positions: 'learned', headDim: 6, kvOwner: [0, 1, 1, 1] },
  none: { positions: 'none' },
};
const samplings: Record<string, Partial<SamplingConfig>> = {
  greedy: {},
  'greedy, penalized': { repetitionPenalty: 1.4 },
  temperature: { temperature: 1.5 },
  'top k': { temperature: 1, topK: 3 },
  'top p': { temperature: 1.2, topP: 0.7 },
  'min p': { temperature: 1, minP: 0.3 },
  all: { temperature: 0.9, topK: 6, topP: 0.9, minP: 0.05, repetitionPenalty: 1.2 },
};
const cases = [
  ...Object.keys(samplings).map((name) => ['rotary', name] as const),
  ...(['sinusoidal', 'learned', 'none'] as const).map((name) => [name, 'all'] as const),
];

test.each(cases)('%s, %s', async (shape, name) => {
  const sampling = { ...GREEDY, ...samplings[name] };
  const { logitsAfter, write, release } = await open(models[shape], sampling);
  const limit = 9;
  const expected = await Promise.all(
    prompts.map((prompt, r) =>
      sampleReference(prompt, { limit, sampling, ids, uniforms: uniforms[r]!, logitsAfter }),
    ),
  );
  for (const pieces of [[9], [1, 3, 2, 8]]) {
    const { written, logProbs } = await write(prompts, limit, pieces, uniforms);
    expect(written).toEqual(expected.map(({ tokens }) => tokens));
    for (const [r, row] of logProbs.entries())
      for (const [i, x] of row.entries()) expect(Math.abs(x - expected[r]!.logProbs[i]!)).toBeLessThan(1e-4);
  }
  const [alone] = (await write([prompts[2]!], limit, [4, 5], [uniforms[2]!])).written;
  expect(alone).toEqual(expected[2]!.tokens);
  // The prompts differ, and so does what is written.
  expect(new Set(expected.map(({ tokens }) => tokens.join())).size).toBeGreaterThan(1);
  await release();
});
