import { describe, expect, test } from 'vitest';
import { type BeamSearchOptions, beamSearch, PRODUCED } from '../../src/decode/beam-search.ts';
import { decodeSchema } from '../../src/decode/config.ts';
import { mulDims } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add, cast, mul } from '../../src/graph/ops/elementwise.ts';
import { gather } from '../../src/graph/ops/indexing.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { concat, expand, full, unsqueeze } from '../../src/graph/ops/shape.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { Rng } from '../../src/util/rng.ts';
import { logSoftmax, type ReferenceHypothesis, searchReference } from './reference-search.ts';

const ids = { padId: 0, bosId: 1, eosId: 2 };
const MAX_LIMIT = 12;

/**
 * Logits of the next token from the last one, the one before, the sum of all and the position, so that state which
 * does not follow its hypothesis gives other results. `eosBias` tells how readily sentences end.
 */
class Toy {
  readonly vocabSize: number;
  readonly #last: number[];
  readonly #previous: number[];
  readonly #sum: number[];
  readonly #position: number[];

  constructor(vocabSize: number, rng: Rng, eosBias: number) {
    this.vocabSize = vocabSize;
    const table = (rows: number, scale: number, bias = 0) =>
      Array.from({ length: rows * vocabSize }, (_, i) =>
        Math.fround(scale * rng.normal() + (i % vocabSize === ids.eosId ? bias : 0)),
      );
    this.#last = table(vocabSize, 1.5, eosBias);
    this.#previous = table(vocabSize, 1);
    this.#sum = table(1, 0.1);
    this.#position = table(MAX_LIMIT, 0.5);
  }

  logits(prefix: readonly number[]): number[] {
    const row = (table: number[], i: number) => table.slice(i * this.vocabSize, (i + 1) * this.vocabSize);
    const sum = prefix.reduce((a, b) => a + b, 0);
    const rows = [
      row(this.#last, prefix.at(-1)!),
      row(this.#previous, prefix.at(-2) ?? ids.padId),
      row(this.#sum, 0).map((x) => x * sum),
      row(this.#position, prefix.length - 1),
    ];
    return rows[0]!.map((_, v) => rows.reduce((total, values) => total + values[v]!, 0));
  }

  async search(limits: readonly number[], options: Omit<BeamSearchOptions, 'ids'>) {
    const graph = new Graph();
    const table = (data: number[]) =>
      graph.constant(data, [data.length / this.vocabSize, this.vocabSize], 'float32');
    const rows = options.beamSize === 1 ? 'B' : `${options.beamSize}*B`;
    const problem = {
      limits: graph.input('limits', 'int64', ['B']),
      maxLimit: MAX_LIMIT,
      state: [
        { name: 'previous', initial: full(graph, [rows], ids.padId, 'int64'), shape: [rows] },
        { name: 'trace', initial: full(graph, [rows, 0], 0, 'float32'), shape: [rows, PRODUCED] },
      ],
      step: (tokens: Value, position: Value, [previous, trace]: Value[]) => {
        const grown = concat([trace!, unsqueeze(cast(tokens, 'float32'), [1])], 1);
        const bySum = mul(reduceSum(grown, [1]), table(this.#sum));
        const byTokens = add(gather(table(this.#last), tokens), gather(table(this.#previous), previous!));
        const logits = add(add(byTokens, bySum), gather(table(this.#position), position));
        return { logits, state: [tokens, grown] };
      },
    };
    const outputs = { ...beamSearch(graph, problem, { ...options, ids }) };
    const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
    const feeds = { limits: new Tensor('int64', BigInt64Array.from(limits, BigInt), [limits.length]) };
    const { sequences, scores, lengths } = await session.run(feeds);
    await session.release();
    const [, nBest, steps] = sequences!.dims as [number, number, number];
    const results = limits.map((_, b) =>
      Array.from({ length: nBest }, (_, n): ReferenceHypothesis => {
        const at = b * nBest + n;
        const all = Array.from(sequences!.data as Int32Array).slice(at * steps, (at + 1) * steps);
        const length = (lengths!.data as Int32Array)[at]!;
        expect(all.slice(length).every((id) => id === ids.padId)).toBe(true);
        return { ids: all.slice(0, length), score: (scores!.data as Float32Array)[at]! };
      }),
    );
    return { results, steps };
  }
}

function expectSame(actual: ReferenceHypothesis[], expected: ReferenceHypothesis[], what: string) {
  const found = actual.filter(({ score }) => score > Number.NEGATIVE_INFINITY);
  expect(
    found.map((h) => h.ids),
    what,
  ).toEqual(expected.map((h) => h.ids));
  found.forEach((h, n) => {
    expect(h.score, what).toBeCloseTo(expected[n]!.score, 4);
  });
  for (const h of actual.slice(found.length)) expect(h.ids).toEqual([]);
}

describe('equal to a search over plain arrays that never stops early', () => {
  const cases = [1, 2, 3, 4, 5].flatMap((beamSize) =>
    [0, 0.6, 1].map((lengthPenalty) => ({ beamSize, lengthPenalty })),
  );
  test.each(cases)('beam $beamSize, length penalty $lengthPenalty', async ({ beamSize, lengthPenalty }) => {
    for (let seed = 0; seed < 6; seed++) {
      const rng = Rng.fromSeed(seed).split(`${beamSize} ${lengthPenalty}`);
      const nBest = 1 + rng.int(beamSize);
      const toy = new Toy(4 + rng.int(20), rng, [-20, -2, 0, 1, 3, 6][seed]!);
      const limits = Array.from({ length: 4 }, () => 1 + rng.int(MAX_LIMIT));
      const options = { beamSize, lengthPenalty, nBest };
      const { results } = await toy.search(limits, options);
      limits.forEach((limit, b) => {
        const expected = searchReference((prefix) => toy.logits(prefix), { ...options, limit, ids });
        expectSame(results[b]!, expected, `seed ${seed}, sentence ${b}, limit ${limit}`);
      });
    }
  });
});

test('a beam that holds every prefix finds the best of all sequences', async () => {
  const rng = Rng.fromSeed(7);
  const toy = new Toy(6, rng, 1);
  const [limit, lengthPenalty] = [3, 0.6];
  const all: ReferenceHypothesis[] = [];
  const visit = (prefix: number[], logProb: number) => {
    const scores = logSoftmax(toy.logits([ids.bosId, ...prefix]));
    const length = prefix.length + 1;
    all.push({ ids: prefix, score: (logProb + scores[ids.eosId]!) / ((5 + length) / 6) ** lengthPenalty });
    if (length === limit) return;
    for (const token of [3, 4, 5]) visit([...prefix, token], logProb + scores[token]!);
  };
  visit([], 0);
  all.sort((a, b) => b.score - a.score);
  expect(all).toHaveLength(13);
  const { results } = await toy.search([limit], { beamSize: 30, lengthPenalty, nBest: 13 });
  expectSame(results[0]!, all, 'exhaustive');
});

test('stops when no alive hypothesis can become better; a longer neighbour changes nothing', async () => {
  const toy = new Toy(10, Rng.fromSeed(3), 6);
  const options = { beamSize: 4, lengthPenalty: 0.6, nBest: 1 };
  const { results, steps } = await toy.search([MAX_LIMIT], options);
  expect(steps).toBeLessThan(MAX_LIMIT);
  const short = await toy.search([2], options);
  const together = await toy.search([2, MAX_LIMIT, 1, 2], options);
  expect(together.results[1]).toEqual(results[0]);
  expect(together.results[0]).toEqual(short.results[0]);
  expect(together.results[3]).toEqual(short.results[0]);
});

describe('ends exactly when the score that an alive hypothesis could reach at its limit says so', () => {
  /**
   * Search up to 2 tokens in a vocabulary of one word, which comes first with probability 1 − p, and then the
   * end: against the end at once, with probability p.
   */
  const search = async (p: number, lengthPenalty: number, beamSize = 2) => {
    const graph = new Graph();
    const impossible = -60;
    const logits = [
      [impossible, impossible, Math.log(p), Math.log(1 - p)],
      [impossible, impossible, 0, impossible],
    ];
    const table = graph.constant(logits.flat(), [2, 4], 'float32');
    const problem = {
      limits: graph.input('limits', 'int64', ['B']),
      maxLimit: 4,
      state: [],
      step: (_: Value, position: Value) => ({
        logits: expand(gather(table, position), [mulDims('B', beamSize), 4]),
        state: [],
      }),
    };
    const outputs = { ...beamSearch(graph, problem, { beamSize, nBest: 1, lengthPenalty, ids }) };
    const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
    const { sequences, lengths } = await session.run({ limits: new Tensor('int64', [2n], [1]) });
    await session.release();
    return { steps: sequences!.dims[2], length: (lengths!.data as Int32Array)[0] };
  };

  // With α = 1 a hypothesis of 2 tokens ends better than one of 1 where log(1 − p) / (7/6) > log p: p < 0.5197. The
  // penalties of 1 and of 3 tokens would put the place at 0.5 and at 0.5347.
  test.each([
    { p: 0.49, lengthPenalty: 1, steps: 2, length: 1 },
    { p: 0.51, lengthPenalty: 1, steps: 2, length: 1 },
    { p: 0.53, lengthPenalty: 1, steps: 1, length: 0 },
    { p: 0.55, lengthPenalty: 1, steps: 1, length: 0 },
    { p: 0.49, lengthPenalty: 0, steps: 2, length: 1 },
    { p: 0.51, lengthPenalty: 0, steps: 1, length: 0 },
  ])(
    'end at once with probability $p, length penalty $lengthPenalty',
    async ({ p, lengthPenalty, ...end }) => {
      expect(await search(p, lengthPenalty)).toEqual(end);
    },
  );

  // The likeliest token decides, whatever could come of the other.
  test.each([
    { p: 0.49, steps: 2, length: 1 },
    { p: 0.51, steps: 1, length: 0 },
  ])('greedy search ends with probability $p or not', async ({ p, ...end }) => {
    for (const lengthPenalty of [0, 1, 10]) expect(await search(p, lengthPenalty, 1)).toEqual(end);
  });
});

test('without any end, the best alive hypothesis is cut at the limit', async () => {
  const toy = new Toy(16, Rng.fromSeed(5), -60);
  const { results } = await toy.search([5, 9], { beamSize: 3, lengthPenalty: 1, nBest: 3 });
  expect(results.map((hypotheses) => hypotheses.map((h) => h.ids.length))).toEqual([
    [5, 5, 5],
    [9, 9, 9],
  ]);
});

test('the same input gives the same bits', async () => {
  const toy = new Toy(12, Rng.fromSeed(9), 0);
  const options = { beamSize: 5, lengthPenalty: 0.6, nBest: 5 };
  expect(await toy.search([6, 8], options)).toEqual(await toy.search([6, 8], options));
});

test('the results are declared in the shapes that they have', () => {
  const graph = new Graph();
  const problem = {
    limits: graph.input('limits', 'int64', ['B']),
    maxLimit: 4,
    state: [],
    step: () => ({ logits: full(graph, ['3*B', 5], 0, 'float32'), state: [] }),
  };
  const found = beamSearch(graph, problem, { beamSize: 3, nBest: 2, lengthPenalty: 0, ids });
  expect(found.sequences.shape).toEqual(['B', 2, 'T']);
  expect(found.scores.shape).toEqual(['B', 2]);
  expect(found.lengths.shape).toEqual(['B', 2]);
});

test('the config section has defaults and refuses more translations than hypotheses', () => {
  expect(decodeSchema.parse({})).toEqual({
    beamSize: 5,
    lengthPenalty: 0.6,
    maxExtraLength: 50,
    batchTokens: 4096,
    nBest: 1,
  });
  expect(decodeSchema.safeParse({ nBest: 6 }).error!.issues[0]!.message).toBe(
    'nBest must not be larger than beamSize',
  );
});
