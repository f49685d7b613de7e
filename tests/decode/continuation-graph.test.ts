// A decoder alone continues prompts as its whole-sequence form says it should.
import { expect, test } from 'vitest';
import { buildContinuationGraph } from '../../src/decode/continuation-graph.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { logSoftmax } from '../../src/graph/ops/normalization.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Scope } from '../../src/nn/scope.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';
import { type ReferenceHypothesis, searchReference } from './reference-search.ts';

const ids = { padId: 0, bosId: 2, eosId: 3 };
const VOCAB_SIZE = 12;
const MAX_LENGTH = 9;
const config = decoderSchema.parse({
  numLayers: 2,
  dModel: 16,
  dFf: 16,
  numHeads: 4,
  numKvHeads: 2,
  kvOwner: [0, 0],
  positions: 'rotary',
  norm: 'pre',
  tie: false,
  maxLength: MAX_LENGTH,
});
const model = new DecoderModel(config, VOCAB_SIZE);

/** Log-probabilities [B, T, V] of whole sequences, and parameters that give eos a fair chance. */
function reference() {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const hidden = model.decode(scope, graph.input('ids', 'int32', ['B', 'T']), causalContext(graph, 'T'));
  const logits = matMul(hidden, model.outputEmbedding(scope), { transB: true });
  const logProbs = reshape(logSoftmax(logits), ['B', 'T', VOCAB_SIZE]);
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(5));
  const output = parameters.views.get('output.weight')!;
  for (let i = 0; i < output.length; i++) output[i]! *= 3;
  return { graph: exportModel(graph, { outputs: { logProbs } }).model, parameters };
}

const int32 = (rows: number[][], width: number) =>
  new Tensor('int32', Int32Array.from(rows.flat()), [rows.length, width]);

interface Decode {
  beamSize: number;
  lengthPenalty: number;
  nBest: number;
}

async function openAll(decode: Decode) {
  const { graph, parameters } = reference();
  const whole = await Session.create(graph, { threads: 1 });
  const weights = parameters.tensors();
  const { model: search } = buildContinuationGraph(model, { decode, ids, weights });
  const session = await Session.create(search, { threads: 1 });
  const known = new Map<string, number[]>();
  const logProbs = async (row: readonly number[]) => {
    const result = await whole.run({ ids: int32([[...row]], row.length), ...parameters.feeds });
    return Array.from((result.logProbs!.data as Float32Array).slice(-VOCAB_SIZE));
  };
  /** What the search over plain arrays finds; what it asks for and is not known yet is computed, and it runs again. */
  const expected = async (prompt: number[], limit: number): Promise<ReferenceHypothesis[]> => {
    for (;;) {
      let missing: number[] | undefined;
      const found = searchReference(
        ([, ...produced]) => {
          const row = [...prompt, ...produced];
          const scores = known.get(row.join());
          if (scores === undefined) missing ??= row;
          return scores ?? Array<number>(VOCAB_SIZE).fill(0);
        },
        { ...decode, limit, ids },
      );
      if (missing === undefined) return found;
      known.set(missing.join(), await logProbs(missing));
    }
  };
  const continueAll = async (prompts: number[][], limit: number): Promise<ReferenceHypothesis[][]> => {
    const width = Math.max(1, ...prompts.map((p) => p.length - 1));
    const padded = prompts.map((p) => [
      ...Array<number>(width + 1 - p.length).fill(ids.padId),
      ...p.slice(0, -1),
    ]);
    const { sequences, scores, lengths } = await session.run({
      prefix: int32(padded, width),
      padding: new Tensor(
        'int64',
        BigInt64Array.from(prompts, (p) => BigInt(width + 1 - p.length)),
        [prompts.length],
      ),
      last: new Tensor(
        'int32',
        Int32Array.from(prompts, (p) => p.at(-1)!),
        [prompts.length],
      ),
      limits: new Tensor(
        'int64',
        BigInt64Array.from(prompts, () => BigInt(limit)),
        [prompts.length],
      ),
    });
    const [, n, t] = sequences!.dims as [number, number, number];
    return prompts.map((_, b) =>
      Array.from({ length: n }, (_, k) => {
        const at = b * n + k;
        const length = (lengths!.data as Int32Array)[at]!;
        const tokens = (sequences!.data as Int32Array).subarray(at * t, at * t + length);
        return { ids: [...tokens], score: (scores!.data as Float32Array)[at]! };
      }),
    );
  };
  const release = async () => {
    await whole.release();
    await session.release();
  };
  return { expected, continueAll, release };
}

const prompts = [
  [2, 5, 6],
  [2, 7, 8],
  [2, 4, 11],
];
const mixed = [[2], [2, 7, 8, 9], [2, 4]];

test.each([
  [{ beamSize: 1, lengthPenalty: 0, nBest: 1 }, prompts],
  [{ beamSize: 3, lengthPenalty: 0.6, nBest: 2 }, prompts],
  [{ beamSize: 2, lengthPenalty: 1, nBest: 2 }, [[2], [7]]],
  [{ beamSize: 3, lengthPenalty: 0.6, nBest: 2 }, mixed],
] as [Decode, number[][]][])('%j finds what the search over plain arrays finds', async (decode, given) => {
  const { expected, continueAll, release } = await openAll(decode);
  const found = await continueAll(given, 4);
  for (const [b, prompt] of given.entries()) {
    const wanted = await expected(prompt, 4);
    expect(found[b]!.map((h) => h.ids)).toEqual(wanted.map((h) => h.ids));
    for (const [k, { score }] of found[b]!.entries())
      expect(Math.abs(score - wanted[k]!.score)).toBeLessThan(1e-4);
  }
  await release();
});

test('prompt and continuation together fit the model, whatever limit is asked for', async () => {
  const { continueAll, release } = await openAll({ beamSize: 2, lengthPenalty: 0, nBest: 1 });
  const [[hypothesis]] = (await continueAll([[2, 5, 6, 7, 8, 9, 10]], 1000)) as [[ReferenceHypothesis]];
  expect(hypothesis.ids.length).toBeLessThanOrEqual(MAX_LENGTH - 6);
  await release();
});
