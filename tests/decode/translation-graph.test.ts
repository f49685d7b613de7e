import { describe, expect, test } from 'vitest';
import { decodeSchema } from '../../src/decode/config.ts';
import type { Constraint } from '../../src/decode/constraint.ts';
import { buildTranslationGraph } from '../../src/decode/translation-graph.ts';
import { mulDims } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { add, equal, greaterOrEqual, where } from '../../src/graph/ops/elementwise.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { logSoftmax } from '../../src/graph/ops/normalization.ts';
import { full, range } from '../../src/graph/ops/shape.ts';
import type { EncoderDecoder } from '../../src/models/encoder-decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { Rng } from '../../src/util/rng.ts';
import { buildSmallModel, ids, VOCAB_SIZE } from './small-model.ts';

interface Found {
  ids: number[];
  score: number;
}

const int32 = (rows: number[][]) => {
  const length = Math.max(...rows.map((row) => row.length));
  const data = rows.flatMap((row) => [...row, ...Array(length - row.length).fill(ids.padId)]);
  return new Tensor('int32', Int32Array.from(data), [rows.length, length]);
};

async function translate(session: Session, sources: number[][], weights: Feeds = {}): Promise<Found[][]> {
  const src = int32(sources.map((source) => [...source, ids.eosId]));
  const { sequences, scores, lengths } = await session.run({ ...weights, src });
  const [rows, nBest, steps] = sequences!.dims as [number, number, number];
  return Array.from({ length: rows }, (_, b) =>
    Array.from({ length: nBest }, (_, n) => {
      const at = b * nBest + n;
      const tokens = Array.from((sequences!.data as Int32Array).subarray(at * steps, (at + 1) * steps));
      return {
        ids: tokens.slice(0, (lengths!.data as Int32Array)[at]!),
        score: (scores!.data as Float32Array)[at]!,
      };
    }),
  );
}

function randomSources(count: number, maxLength: number): number[][] {
  const rng = Rng.fromSeed(11);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + rng.int(maxLength) }, () => 3 + rng.int(VOCAB_SIZE - 3)),
  );
}

/** log p of a whole target (bos first in `tgtIn`) by the decoder over all places at once. */
async function scoreTargets(
  model: EncoderDecoder,
  weights: ReadonlyMap<string, TensorData>,
  sources: number[][],
  targets: number[][],
) {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const memory = model.encode(scope, graph.input('src', 'int32', ['B', 'S']));
  const tgtIn = graph.input('tgtIn', 'int32', ['B', 'T']);
  const hidden = model.decode(scope, tgtIn, { ...causalContext(graph, 'T'), memory });
  const outputs = { logProbs: logSoftmax(matMul(hidden, model.outputEmbedding(scope), { transB: true })) };
  const session = await Session.create(exportModel(graph, { outputs, weights }).model, { threads: 1 });
  const shifted = int32(targets.map((target) => [ids.bosId, ...target.slice(0, -1)]));
  const { logProbs } = await session.run({
    src: int32(sources.map((s) => [...s, ids.eosId])),
    tgtIn: shifted,
  });
  await session.release();
  const data = logProbs!.data as Float32Array;
  const length = shifted.dims[1]!;
  return targets.map((target, b) =>
    target.reduce((sum, token, t) => sum + data[(b * length + t) * VOCAB_SIZE + token]!, 0),
  );
}

// Seeds with which some translations end soon and others not at all.
describe.each([
  { norm: 'post', positions: 'sinusoidal', tie: 'three', beamSize: 5, nBest: 3, seed: 7 },
  { norm: 'pre', positions: 'learned', tie: 'none', beamSize: 3, nBest: 1, seed: 4 },
  { norm: 'pre', positions: 'sinusoidal', tie: 'two', beamSize: 1, nBest: 1, seed: 6 },
])('$norm-norm, $positions positions, beam $beamSize', ({ beamSize, nBest, seed, ...settings }) => {
  const { model, weights } = buildSmallModel(settings, seed);
  const decode = decodeSchema.parse({ beamSize, nBest, maxExtraLength: 8 });
  const sources = randomSources(12, 14);
  const create = () =>
    Session.create(buildTranslationGraph(model, { decode, ids, weights }).model, { threads: 1 });

  test('a sentence gets the same translation alone and in any company', async () => {
    const session = await create();
    const together = await translate(session, sources);
    expect(new Set(together.map((h) => h[0]!.ids.length)).size).toBeGreaterThan(2);
    for (const size of [1, 5]) {
      for (let start = 0; start < sources.length; start += size) {
        const part = await translate(session, sources.slice(start, start + size));
        part.forEach((hypotheses, b) => {
          hypotheses.forEach((hypothesis, n) => {
            const other = together[start + b]![n]!;
            expect(hypothesis.ids).toEqual(other.ids);
            expect(hypothesis.score).toBeCloseTo(other.score, 5);
          });
        });
      }
    }
    await session.release();
  });

  test('scores are those of the decoder without caches', async () => {
    const session = await create();
    const found = await translate(session, sources);
    await session.release();
    const flat = found
      .flatMap((hypotheses, b) => hypotheses.map((h) => ({ ...h, source: sources[b]! })))
      .filter((h) => h.score > Number.NEGATIVE_INFINITY);
    const targets = flat.map((h) => (h.ids.length === h.source.length + 9 ? h.ids : [...h.ids, ids.eosId]));
    const expected = await scoreTargets(
      model,
      weights,
      flat.map((h) => h.source),
      targets,
    );
    flat.forEach((h, i) => {
      const penalty = ((5 + targets[i]!.length) / 6) ** decode.lengthPenalty;
      expect(Math.abs(h.score - expected[i]! / penalty)).toBeLessThan(1e-4);
    });
  });
});

test('parameters as inputs give what stored ones give', async () => {
  const { model, weights } = buildSmallModel();
  const decode = decodeSchema.parse({ beamSize: 2 });
  const stored = await Session.create(buildTranslationGraph(model, { decode, ids, weights }).model, {
    threads: 1,
  });
  const open = buildTranslationGraph(model, { decode, ids });
  const fed = await Session.create(open.model, { threads: 1 });
  expect(new Set(open.inputs.map((input) => input.name))).toEqual(new Set(['src', ...weights.keys()]));
  const feeds = Object.fromEntries(
    [...weights].map(([name, { dims, data }]) => [name, new Tensor('float32', data as Float32Array, dims)]),
  );
  const sources = randomSources(3, 9);
  expect(await translate(fed, sources, feeds)).toEqual(await translate(stored, sources));
  await fed.release();
  await stored.release();
});

test('a constraint adds to the logits, with a state of its own that follows each hypothesis', async () => {
  const { model, weights } = buildSmallModel();
  const decode = decodeSchema.parse({ beamSize: 2 });
  // 5, 6, 7 and the end, whatever the source is.
  const constraint: Constraint = (graph, src, hypotheses) => {
    const rows = mulDims(src.shape[0]!, hypotheses);
    const places = range(graph, VOCAB_SIZE);
    return {
      state: [{ name: 'count', initial: full(graph, [rows, 1], 0, 'int64'), shape: [rows, 1] }],
      step: (_tokens, _position, [count]) => {
        const next = where(greaterOrEqual(count!, 3), ids.eosId, add(count!, 5));
        const bias = where(equal(places, next), full(graph, [], 0, 'float32'), Number.NEGATIVE_INFINITY);
        return { bias, state: [add(count!, 1)] };
      },
    };
  };
  const graph = buildTranslationGraph(model, { decode, ids, weights, constraint });
  const session = await Session.create(graph.model, { threads: 1 });
  const found = await translate(session, [[9, 8, 7, 6], [5]]);
  await session.release();
  expect(found.map(([best]) => best!.ids)).toEqual([
    [5, 6, 7],
    [5, 6, 7],
  ]);
});

test("the model's maxLength limits translations", async () => {
  const { model, weights } = buildSmallModel({ maxLength: 6 }, 4);
  const decode = decodeSchema.parse({ beamSize: 1, maxExtraLength: 50 });
  const session = await Session.create(buildTranslationGraph(model, { decode, ids, weights }).model);
  const found = await translate(session, [[5, 6, 7, 8, 9], [5], [9, 8, 7]]);
  const lengths = found.map(([best]) => best!.ids.length);
  expect(Math.max(...lengths)).toBe(6);
  await session.release();
});

describe('an ensemble', () => {
  const [a, b] = [buildSmallModel({}, 7), buildSmallModel({ dFf: 16, norm: 'pre' }, 4)];
  const decode = decodeSchema.parse({ beamSize: 3, nBest: 2, maxExtraLength: 4, lengthPenalty: 0 });
  const sources = randomSources(4, 9);
  const found = async (...members: (typeof a)[]) => {
    const weights = new Map(
      members.flatMap((one, k) => [...one.weights].map(([name, data]) => [`${k}.${name}`, data] as const)),
    );
    const graph = buildTranslationGraph(
      members.map(({ model }) => model),
      { decode, ids, weights },
    );
    const session = await Session.create(graph.model, { threads: 1 });
    const result = await translate(session, sources);
    await session.release();
    return result.flat();
  };

  test('of a model and itself is that model', async () => {
    const session = await Session.create(
      buildTranslationGraph(a.model, { decode, ids, weights: a.weights }).model,
      { threads: 1 },
    );
    const alone = (await translate(session, sources)).flat();
    await session.release();
    const both = await found(a, a);
    expect(both.map((one) => one.ids)).toEqual(alone.map((one) => one.ids));
    for (const [i, { score }] of both.entries()) expect(score).toBeCloseTo(alone[i]!.score, 4);
  });

  test('has the mean of the distributions in log space, whatever the order', async () => {
    const [one, other] = [await found(a, b), await found(b, a)];
    expect(one.map((h) => h.ids)).toEqual(other.map((h) => h.ids));
    expect(one.map((h) => h.ids)).not.toEqual((await found(a, a)).map((h) => h.ids));
    // Of a source the mean of log p, made to sum to 1 in each step: never below the mean of both models' own.
    const targets = one.map((h, i) =>
      h.ids.length === sources[i >> 1]!.length + 5 ? h.ids : [...h.ids, ids.eosId],
    );
    const repeated = one.map((_, i) => sources[i >> 1]!);
    const [byA, byB] = [
      await scoreTargets(a.model, a.weights, repeated, targets),
      await scoreTargets(b.model, b.weights, repeated, targets),
    ];
    for (const [i, { score }] of one.entries())
      expect(score).toBeGreaterThanOrEqual((byA[i]! + byB[i]!) / 2 - 1e-3);
  });
});
