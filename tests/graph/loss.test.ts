// Cross-entropy against its definition in double precision, from ordinary logits to those of a diverged model.
import { describe, expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { crossEntropy } from '../../src/graph/ops/loss.ts';
import { Rng } from '../../src/util/rng.ts';
import { evaluate } from './evaluate.ts';

const [N, V, D] = [6, 9, 4];
const TARGETS = [0, 8, 3, 3, 5, 7];

interface Rows {
  h: Float32Array;
  E: Float32Array;
}

/** Rows and embeddings whose logits reach about `scale`. */
function draw(scale: number, seed: number): Rows {
  const rng = Rng.fromSeed(seed);
  const values = (length: number, size: number) =>
    Float32Array.from({ length }, () => size * (2 * rng.float() - 1));
  return { h: values(N * D, scale), E: values(V * D, 1) };
}

/** Per row: the loss, the negative log-likelihood, and the loss' gradient by h; by definition. */
function define({ h, E }: Rows, epsilon: number) {
  return TARGETS.map((target, n) => {
    const row = h.subarray(n * D, (n + 1) * D);
    const logits = Array.from({ length: V }, (_, v) => row.reduce((sum, x, d) => sum + x * E[v * D + d]!, 0));
    const largest = Math.max(...logits);
    const lse = largest + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    const nll = lse - logits[target]!;
    const mean = logits.reduce((a, b) => a + b) / V;
    const dh = Array.from({ length: D }, (_, d) =>
      logits.reduce((sum, logit, v) => {
        const label = (v === target ? 1 - epsilon : 0) + epsilon / V;
        return sum + (Math.exp(logit - lse) - label) * E[v * D + d]!;
      }, 0),
    );
    return { smoothed: (1 - epsilon) * nll + epsilon * (lse - mean), nll, dh };
  });
}

/** Sums over the rows, weighted, and the gradient of `smoothed` by h, as the graph computes them. */
async function compute({ h, E }: Rows, epsilon: number, weights: readonly number[]) {
  const graph = new Graph();
  const rows = graph.input('h', 'float32', [N, D]);
  const embedding = graph.input('E', 'float32', [V, D]);
  const targets = graph.constant(TARGETS, [N], 'int32');
  const { smoothed, nll } = crossEntropy(rows, embedding, targets, graph.input('w', 'float32', [N]), epsilon);
  const [dh] = backward(smoothed, [rows]);
  const feeds = {
    h: { dims: [N, D], data: [...h] },
    E: { dims: [V, D], data: [...E] },
    w: { dims: [N], data: weights },
  };
  const result = await evaluate(graph, { smoothed, nll, dh: dh! }, feeds);
  return { smoothed: result.smoothed!.data[0]!, nll: result.nll!.data[0]!, dh: result.dh!.data };
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe.each([0, 0.1])('smoothing %f', (epsilon) => {
  test.each([1, 30, 100, 300, 1e3, 1e4, 1e6])('logits up to %d', async (scale) => {
    for (const seed of [1, 2, 3]) {
      const rows = draw(scale, seed);
      const weights = [1, 0.5, 2, 1, 0, 1];
      const expected = define(rows, epsilon);
      const actual = await compute(rows, epsilon, weights);
      // Products of float32 err by a share of the logits; what is lost there cannot come back.
      const slack = 1e-6 * scale;
      for (const name of ['smoothed', 'nll'] as const) {
        const value = total(expected.map((row, n) => weights[n]! * row[name]));
        expect(Math.abs(actual[name] - value), name).toBeLessThan(3e-6 * value + slack);
      }
      expected
        .flatMap(({ dh }, n) => dh.map((x) => weights[n]! * x))
        .forEach((x, i) => {
          expect(Math.abs(actual.dh[i]! - x)).toBeLessThan(1e-5 + 3e-6 * scale);
        });
    }
  });

  test.each([1e8, 1e20, 1e30])('logits up to %d: finite and not negative', async (scale) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { smoothed, nll, dh } = await compute(draw(scale, seed), epsilon, [1, 1, 1, 1, 1, 1]);
      for (const loss of [smoothed, nll]) {
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(loss).toBeLessThan(Number.POSITIVE_INFINITY);
      }
      expect(dh.every(Number.isFinite)).toBe(true);
    }
  });

  test('rows that underflow leave the others as they are', async () => {
    const calm = draw(1, 1);
    const wild = draw(1, 1);
    wild.h.subarray(0, D).forEach((x, d, row) => {
      row[d] = 1e4 * x;
    });
    const others = [0, 1, 1, 1, 1, 1];
    expect(define(wild, epsilon)[0]!.nll).toBeGreaterThan(100);
    expect(await compute(wild, epsilon, others)).toMatchObject({
      smoothed: (await compute(calm, epsilon, others)).smoothed,
      nll: (await compute(calm, epsilon, others)).nll,
    });
  });

  test.each([1, 1000])('what is not a number stays so, logits up to %d', async (scale) => {
    const rows = draw(scale, 1);
    rows.h[2 * D] = Number.NaN;
    const { smoothed, nll } = await compute(rows, epsilon, [1, 1, 1, 1, 1, 1]);
    expect([smoothed, nll]).toEqual([Number.NaN, Number.NaN]);
  });
});

test('a loss with smoothing: the sample of a diverged run', async () => {
  // Logits 0, 700 and −2000 against the first: lse is 700, their mean −433.3.
  const graph = new Graph();
  const constant = (data: number[], dims: number[]) => graph.constant(data, dims, 'float32');
  const E = constant([0, 700, -2000], [3, 1]);
  const { smoothed, nll } = crossEntropy(
    constant([1], [1, 1]),
    E,
    graph.constant([0], [1], 'int32'),
    constant([1], [1]),
    0.1,
  );
  const result = await evaluate(graph, { smoothed, nll });
  expect(result.nll!.data[0]).toBeCloseTo(700, 3);
  expect(result.smoothed!.data[0]).toBeCloseTo(0.9 * 700 + 0.1 * (700 + 1300 / 3), 3);
});

test('a bias tells the loss where the probability of a target underflows', async () => {
  // Logits 0, 700 and −2000 against the first, by the bias alone.
  const graph = new Graph();
  const constant = (data: number[], dims: number[]) => graph.constant(data, dims, 'float32');
  const [row, table] = [constant([1], [1, 1]), constant([0, 0, 0], [3, 1])];
  const targets = graph.constant([0], [1], 'int32');
  const bias = constant([0, 700, -2000], [3]);
  const { smoothed, nll } = crossEntropy(row, table, targets, constant([1], [1]), 0.1, { bias });
  const result = await evaluate(graph, { smoothed, nll });
  expect(result.nll!.data[0]).toBeCloseTo(700, 3);
  expect(result.smoothed!.data[0]).toBeCloseTo(0.9 * 700 + 0.1 * (700 + 1300 / 3), 3);
});

test('hits are the weights of the rows whose target is the likeliest', async () => {
  const rows = draw(1, 1);
  const likeliest = define(rows, 0).map(({ nll }, n) => {
    const logits = Array.from({ length: V }, (_, v) =>
      rows.h.subarray(n * D, (n + 1) * D).reduce((sum, x, d) => sum + x * rows.E[v * D + d]!, 0),
    );
    return { best: logits.indexOf(Math.max(...logits)), nll };
  });
  const graph = new Graph();
  const h = graph.constant([...rows.h], [N, D], 'float32');
  const E = graph.constant([...rows.E], [V, D], 'float32');
  const weights = [1, 2, 4, 8, 16, 32];
  // Every other row has its likeliest word for a target.
  const targets = likeliest.map(({ best }, n) => (n % 2 === 0 ? best : (best + 1) % V));
  const w = graph.constant(weights, [N], 'float32');
  const { hits } = crossEntropy(h, E, graph.constant(targets, [N], 'int32'), w, 0, { hits: true });
  expect((await evaluate(graph, { hits: hits! })).hits!.data).toEqual([1 + 4 + 16]);
});

test.each([false, true])('the gradient writes over what nothing reads any more; hits: %s', (counted) => {
  const graph = new Graph();
  const h = graph.input('h', 'float32', ['N', D]);
  const E = graph.parameter('E', [V, D]);
  const targets = graph.input('targets', 'int32', ['N']);
  const w = graph.input('w', 'float32', ['N']);
  const { smoothed, nll, hits = nll } = crossEntropy(h, E, targets, w, 0.1, { hits: counted });
  const gradients = backward(smoothed, [h, E]);
  const outputs: Record<string, Value> = { smoothed, nll, hits, dh: gradients[0]!, dE: gradients[1]! };
  const { node } = exportModel(graph, { outputs }).model.graph;
  const branch = node.find(({ op_type }) => op_type === 'If')!;
  const scatter = node.find(
    ({ op_type, input }) => op_type === 'ScatterElements' && /Softmax/.test(input[0]!),
  )!;
  // Its updates come from the branch: a runtime that reorders nodes cannot put it before.
  const updates = node.find(({ output }) => output[0] === scatter.input[2])!;
  expect(branch.output).toContain(updates.input[0]);
  // All that reads p beside it passes through the branch.
  const readers = node.filter((one) => one !== scatter && one.input.includes(scatter.input[0]!));
  const captured = JSON.stringify(branch.attribute);
  for (const { output } of readers) expect(captured).toContain(JSON.stringify(output[0]));
  expect(readers.length).toBe(counted ? 2 : 1);
});
