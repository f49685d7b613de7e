// Composites under sharing: whatever is built on the same rows, and in which order, the gradient is that of the
// formula. The same losses without composites, in a graph of their own, say what it must be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add, log, mul, neg, sin, tanh } from '../../src/graph/ops/elementwise.ts';
import { gather, gatherElements } from '../../src/graph/ops/indexing.ts';
import { crossEntropy } from '../../src/graph/ops/loss.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { logSoftmax, softmax } from '../../src/graph/ops/normalization.ts';
import { reduceMean, reduceSum } from '../../src/graph/ops/reduce.ts';
import { full, split, squeeze, unsqueeze } from '../../src/graph/ops/shape.ts';
import { evaluate } from '../graph/evaluate.ts';

const [N, V, D] = [3, 4, 2];
const feeds = {
  h: { dims: [N, D], data: [0.3, -1.2, 0.8, 0.5, -0.4, 0.9] },
  E: { dims: [V, D], data: [1.1, -0.2, 0.4, 0.7, -0.9, 0.6, 0.2, -1.3] },
};

interface Inputs {
  h: Value;
  E: Value;
}
interface Losses {
  smoothed: Value;
  nll: Value;
  probabilities: Value;
}
type Loss = (h: Value, E: Value, targets: Value, weights: Value, epsilon: number) => Losses;

/** The definition, operator by operator. */
const formula: Loss = (h, E, targets, weights, epsilon) => {
  const logits = matMul(h, E, { transB: true });
  const logs = logSoftmax(logits);
  const nll = neg(squeeze(gatherElements(logs, unsqueeze(targets, [1]), 1), [1]));
  const uniform = neg(reduceMean(logs, [1], false));
  const smoothed = add(mul(nll, 1 - epsilon), mul(uniform, epsilon));
  const total = (x: Value) => reduceSum(mul(x, weights), [0], false);
  return { smoothed: total(smoothed), nll: total(nll), probabilities: softmax(logits) };
};

/** The loss that `build` makes, and its gradients by h and E. */
async function differentiate(build: (inputs: Inputs, loss: Loss) => Value, loss: Loss) {
  const graph = new Graph();
  const h = graph.input('h', 'float64', [N, D]);
  const E = graph.input('E', 'float64', [V, D]);
  const value = build({ h, E }, loss);
  const [dh, dE] = backward(value, [h, E]);
  return evaluate(graph, { value, dh: dh!, dE: dE! }, feeds);
}

async function expectGradientsOfFormula(build: (inputs: Inputs, loss: Loss) => Value): Promise<void> {
  const expected = await differentiate(build, formula);
  const actual = await differentiate(build, crossEntropy);
  for (const name of ['value', 'dh', 'dE']) {
    const [a, b] = [actual[name]!.data, expected[name]!.data];
    // Attributes are float32: a smoothing that is no sum of powers of two is not quite the same number.
    for (const [i, x] of a.entries()) expect(x, name).toBeCloseTo(b[i]!, 6);
  }
}

const ids = (graph: Graph, targets: readonly number[]) => graph.constant(targets, [N], 'int64');
const floats = (graph: Graph, values: readonly number[]) => graph.constant(values, [N], 'float64');

describe('two losses on the same rows', () => {
  const pair = (epsilons: readonly [number, number], between?: (first: Value) => Value) =>
    expectGradientsOfFormula(({ h, E }, loss) => {
      const targets = ids(h.graph, [1, 0, 3]);
      const first = loss(h, E, targets, floats(h.graph, [1, 1, 1]), epsilons[0]).smoothed;
      const used = between?.(first) ?? first;
      return add(used, loss(h, E, targets, floats(h.graph, [0.5, 0.25, 2]), epsilons[1]).smoothed);
    });

  test('with other weights', () => pair([0.125, 0.125]));
  test('with other smoothing', () => pair([0.125, 0.5]));
  test('with smoothing and without', () => pair([0, 0.5]));
  test('of which one was used before the other was built', () =>
    pair([0.125, 0.125], (x) => mul(x, tanh(x))));

  test('are one node, that appears once in the gradient', () => {
    const graph = new Graph();
    const h = graph.input('h', 'float32', [N, D]);
    const E = graph.input('E', 'float32', [V, D]);
    const targets = ids(graph, [1, 0, 3]);
    const weights = graph.constant([1, 1, 1], [N], 'float32');
    const build = () => crossEntropy(h, E, targets, weights, 0.1);
    const [first, second] = [build(), build()];
    expect(second.smoothed).toBe(first.smoothed);
    expect(second.nll).toBe(first.nll);
  });

  test('and a region that was there, with users, before it became a composite', () =>
    expectGradientsOfFormula(({ h, E }, loss) => {
      const { graph } = h;
      const targets = ids(graph, [1, 0, 3]);
      const probabilities = softmax(matMul(h, E, { transB: true }));
      const before = log(gatherElements(probabilities, unsqueeze(targets, [1]), 1));
      const used = reduceSum(mul(before, before), [0, 1], false);
      const { nll, smoothed } = loss(h, E, targets, floats(graph, [1, 2, 3]), 0.5);
      return add(add(used, mul(nll, smoothed)), smoothed);
    }));
});

test('any losses over shared rows, matrices, targets and weights', async () => {
  const epsilon = fc.constantFrom(0, 0.125, 0.5);
  const term = fc.record({
    rows: fc.constantFrom('h', 'tanh', 'double', 'picked'),
    matrix: fc.constantFrom('E', 'scaled'),
    targets: fc.constantFrom([1, 0, 3], [2, 2, 0]),
    weights: fc.constantFrom([1, 1, 1], [0.5, 0.25, 0], [-1, 2, 0.5]),
    epsilon,
    value: fc.constantFrom('smoothed', 'nll', 'probabilities', 'product'),
    // What is built for nothing may still be found again by sharing.
    kept: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 5 }), (terms) =>
      expectGradientsOfFormula(({ h, E }, loss) => {
        const { graph } = h;
        const rows = {
          h: () => h,
          tanh: () => tanh(h),
          double: () => mul(h, 2),
          picked: () => gather(E, ids(graph, [3, 0, 3])),
        };
        let sum: Value = reduceSum(mul(h, h), [0, 1], false);
        for (const { rows: which, matrix, targets, weights, epsilon, value, kept } of terms) {
          const from = loss(
            rows[which as keyof typeof rows](),
            matrix === 'E' ? E : mul(E, -0.5),
            ids(graph, targets),
            floats(graph, weights),
            epsilon,
          );
          const p = reduceSum(mul(from.probabilities, from.probabilities), [0, 1], false);
          const values = { ...from, probabilities: p, product: mul(from.smoothed, from.nll) };
          const next = mul(values[value as keyof typeof values], tanh(sum));
          if (kept) sum = add(sum, next);
        }
        return sum;
      }),
    ),
    { seed: 7, numRuns: 40 },
  );
});

describe('values inside of a composite', () => {
  const graph = new Graph();
  const h = graph.input('h', 'float64', [N, D]);
  const E = graph.input('E', 'float64', [V, D]);
  const logits = matMul(h, E, { transB: true });
  const { smoothed, probabilities } = crossEntropy(
    h,
    E,
    ids(graph, [0, 1, 2]),
    floats(graph, [1, 1, 1]),
    0.1,
  );

  test.each([
    ['logits', logits],
    ['probabilities', probabilities],
  ])('%s: no gradient, and no zeros in its place', (_, inside) => {
    expect(() => backward(smoothed, [h, inside])).toThrow('inside of CrossEntropy');
  });

  test('a loss that does not need the composite has their gradient', () => {
    const loss = reduceSum(mul(probabilities, probabilities), [0, 1], false);
    expect(backward(loss, [logits])[0]!.shape).toEqual([N, V]);
  });
});

test('a region may read the size of what it has no gradient for', () => {
  const graph = new Graph();
  const other = graph.input('other', 'float64', ['B']);
  const x = graph.input('x', 'float64', ['B']);
  const [y] = graph.composite('Neg', [x], {}, () => ({
    outputs: [add(neg(x), full(graph, ['B'], 0, 'float64'))],
    reads: [],
  })).outputs;
  expect(backward(reduceSum(y!, [0], false), [x, other])).toHaveLength(2);
});

test('an operator with several outputs leaves those that belong to a composite to it', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float64', [4]);
  const [first, second] = split(x, [2, 2], 0) as [Value, Value];
  const places = graph.constant([0, 1], [2], 'int64');
  graph.composite('Gather', [x, places], { axis: 0 }, () => ({ outputs: [first], reads: [] }));
  const loss = add(reduceSum(mul(first, first), [0], false), reduceSum(mul(second, second), [0], false));
  const dx = backward(loss, [x])[0]!;
  const result = await evaluate(graph, { dx }, { x: { dims: [4], data: [1, 2, 3, 4] } });
  expect(result.dx!.data).toEqual([2, 4, 6, 8]);
});

test('a composite cannot read what it makes', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float64', []);
  const y = tanh(x);
  graph.composite('Neg', [mul(y, 2)], {}, () => ({ outputs: [y], reads: [] }));
  for (const loss of [y, mul(y, 3), add(mul(y, 3), sin(x))]) {
    expect(() => backward(loss, [x])).toThrow('a composite reads what it makes');
  }
});
