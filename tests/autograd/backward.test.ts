// The walk: what it visits, and that it emits the graph that is fast. That the numbers are right is the operators'
// and the composites' tests; here are the ways to the same numbers that cost less.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backward, sumTo } from '../../src/autograd/backward.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { loop } from '../../src/graph/ops/control.ts';
import { add, cos, div, exp, mul, sign, sin } from '../../src/graph/ops/elementwise.ts';
import { gather, scatter } from '../../src/graph/ops/indexing.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { layerNorm } from '../../src/graph/ops/normalization.ts';
import { reduceMean, reduceSum } from '../../src/graph/ops/reduce.ts';
import { concat, pad, reshape } from '../../src/graph/ops/shape.ts';
import { evaluate } from '../graph/evaluate.ts';

const total = (x: Value): Value => reduceSum(x, [...x.shape.keys()], false);
const square = (x: Value): Value => mul(x, x);

/** The nodes of the gradients of Σ y² by `wrt`, as a runtime gets them, and nothing that only y needs. */
function gradientNodes(y: Value, wrt: readonly Value[]) {
  const { graph } = y;
  const named = (values: readonly Value[]) => Object.fromEntries(values.map((value, i) => [`v${i}`, value]));
  const before = new Set(exportModel(graph, { outputs: { y } }).model.graph.node.map(({ name }) => name));
  const { node } = exportModel(graph, { outputs: named(backward(total(square(y)), wrt)) }).model.graph;
  return node.filter(({ name }) => !before.has(name));
}
/** The operators that compute a value. */
const typesUnder = (y: Value): string[] =>
  exportModel(y.graph, { outputs: { y } }).model.graph.node.map(({ op_type }) => op_type);
const types = (y: Value, wrt: readonly Value[]) => gradientNodes(y, wrt).map(({ op_type }) => op_type);

describe('what is visited', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float64', [2]);
  const other = graph.input('other', 'float64', [2]);
  /** An operator that must not be differentiated. */
  const looped = (initial: Value) =>
    loop(graph, graph.scalar(2, 'int64'), [{ name: 'y', initial, shape: [2] }], [[2]], (inner, _, [y]) => ({
      condition: inner.scalar(1, 'bool'),
      carried: [mul(y!, 2)],
    }))[0]!;

  test('a loss must be one number', () => {
    expect(() => backward(square(x), [x])).toThrow('the loss must be a scalar, not [2]');
  });

  test('nothing that does not depend on what is asked for', () => {
    const loss = total(mul(x, looped(other)));
    expect(backward(loss, [x])).toHaveLength(1);
    expect(() => backward(loss, [other])).toThrow('Loop cannot be differentiated');
    expect(() => backward(loss, [x, other])).toThrow('Loop cannot be differentiated');
  });

  test('not the loss itself where it depends on nothing of it', () => {
    const count = graph.scalar(2, 'int64');
    const [loss] = loop(
      graph,
      count,
      [{ name: 'y', initial: total(other), shape: [] }],
      [[]],
      (inner, _, [y]) => ({
        condition: inner.scalar(1, 'bool'),
        carried: [mul(y!, 2)],
      }),
    );
    expect(backward(loss!, [x])[0]!.node!.type).toBe('ConstantOfShape');
    expect(() => backward(loss!, [other])).toThrow('Loop cannot be differentiated');
  });

  test('nothing beyond an operator that is constant almost everywhere', () => {
    expect(backward(total(mul(x, sign(looped(other)))), [x, other])).toHaveLength(2);
  });

  test('a value that the loss does not depend on has zeros', async () => {
    const unused = graph.input('unused', 'float64', [2]);
    const [dx, du] = backward(total(square(x)), [x, unused]);
    const feeds = { x: { dims: [2], data: [1, 2] }, unused: { dims: [2], data: [3, 4] } };
    const result = await evaluate(graph, { dx: dx!, du: du! }, feeds);
    expect([result.dx!.data, result.du!.data]).toEqual([
      [2, 4],
      [0, 0],
    ]);
  });
});

test('the gradient of a loss by itself is 1', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float64', []);
  const result = await evaluate(graph, { dx: backward(x, [x])[0]! }, { x: { dims: [], data: [5] } });
  expect(result.dx!.data).toEqual([1]);
});

describe('sums of gradients', () => {
  test('begin with what was made last, whatever the order in the loss', () => {
    for (const swapped of [false, true]) {
      const graph = new Graph();
      const x = graph.input('x', 'float64', [2]);
      const parts = [total(sin(x)), total(exp(x)), total(cos(x))];
      const [a, b, c] = swapped ? parts.toReversed() : parts;
      const dx = backward(add(add(a!, b!), c!), [x])[0]!;
      // ((−sin x + eˣ) + cos x) dy
      const [first, last] = dx.node!.inputs;
      const order = [...first!.node!.inputs, last].map((term) => typesUnder(term!));
      expect(order.map((found) => ['Sin', 'Exp', 'Cos'].find((type) => found.includes(type)))).toEqual([
        'Sin',
        'Exp',
        'Cos',
      ]);
    }
  });

  const X = [0.5, -1, 2, 0.25];
  const terms = {
    all: (x: Value) => total(x),
    squares: (x: Value) => total(square(x)),
    gathered: (x: Value) => total(square(gather(x, x.graph.constant([0, 3, 3], [3], 'int64')))),
    picked: (x: Value) => total(sin(gather(x, x.graph.constant([3, 1], [2], 'int64')))),
    overwritten: (x: Value) =>
      total(
        square(scatter(x, x.graph.constant([2], [1], 'int64'), x.graph.constant([7], [1], 'float64'), 0)),
      ),
  };
  const slopes: Record<keyof typeof terms, number[]> = {
    all: [1, 1, 1, 1],
    squares: X.map((x) => 2 * x),
    gathered: [2 * X[0]!, 0, 0, 4 * X[3]!],
    picked: [0, Math.cos(X[1]!), 0, Math.cos(X[3]!)],
    overwritten: [2 * X[0]!, 2 * X[1]!, 0, 2 * X[3]!],
  };
  const names = Object.keys(terms) as (keyof typeof terms)[];

  test('are right in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        async (chosen) => {
          const graph = new Graph();
          const x = graph.input('x', 'float64', [4]);
          // Factors, so that equal terms are different values.
          const loss = chosen.map((name, i) => mul(terms[name](x), i + 1)).reduce((a, b) => add(a, b));
          const result = await evaluate(
            graph,
            { dx: backward(loss, [x])[0]! },
            { x: { dims: [4], data: X } },
          );
          const expected = X.map((_, k) =>
            chosen.reduce((sum, name, i) => sum + (i + 1) * slopes[name][k]!, 0),
          );
          result.dx!.data.forEach((value, k) => {
            expect(value, chosen.join()).toBeCloseTo(expected[k]!, 9);
          });
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  test('a scatter into zeros goes into the other summand', () => {
    const graph = new Graph();
    const table = graph.input('table', 'float64', [5, 3]);
    const rows = (data: number[]) => gather(table, graph.constant(data, [data.length], 'int64'));
    const nodes = gradientNodes(
      matMul(rows([0, 1, 1]), add(table, rows([4, 3, 2, 1, 0])), { transB: true }),
      [table],
    );
    const scatters = nodes.filter(({ op_type }) => op_type === 'ScatterElements');
    expect(scatters).toHaveLength(2);
    const zeros = nodes.filter(({ op_type }) => op_type === 'ConstantOfShape').map(({ output }) => output[0]);
    for (const { input } of scatters) expect(zeros).not.toContain(input[0]);
    expect(scatters.some(({ input }) => scatters.some(({ output }) => output[0] === input[0]))).toBe(true);
  });
});

describe('sumTo', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B', 'T', 1, 3]);
  const nodesOf = (y: Value) =>
    exportModel(graph, { outputs: { y } }).model.graph.node.map(({ op_type }) => op_type);

  test('leaves what has the shape already', () => {
    expect(sumTo(x, ['B', 'T', 1, 3])).toBe(x);
    const vector = graph.input('vector', 'float32', [3]);
    expect(sumTo(vector, [3])).toBe(vector);
  });

  test('sums rows by a product with ones', () => {
    expect(nodesOf(sumTo(x, [3]))).toEqual(expect.arrayContaining(['ConstantOfShape', 'Gemm']));
    expect(nodesOf(sumTo(x, [3]))).not.toContain('ReduceSum');
  });

  test.each([[['T', 1, 3]], [['B', 1, 1, 3]], [[1, 1]], [[]]])('sums other axes: to [%j]', async (shape) => {
    const y = sumTo(x, shape);
    expect(y.shape).toEqual(shape);
    expect(nodesOf(y)).toContain('ReduceSum');
    const data = Array.from({ length: 12 }, (_, i) => i + 1);
    const result = await evaluate(graph, { y }, { x: { dims: [2, 2, 1, 3], data } });
    expect(result.y!.data.reduce((a, b) => a + b)).toBe(78);
  });
});

describe('the gradients of products', () => {
  const graph = new Graph();
  const batch = graph.input('batch', 'float32', ['B', 'T', 4]);
  const rows = graph.input('rows', 'float32', ['N', 4]);
  const weight = (n: number) => graph.parameter(`weight${n}`, [4, n]);

  test('a batch times one matrix: one product over all rows', () => {
    expect(types(matMul(batch, weight(6)), [weight(6)]).filter((type) => /Gemm|MatMul/.test(type))).toEqual([
      'Gemm',
    ]);
    const flipped = graph.parameter('flipped', [6, 4]);
    const nodes = types(matMul(batch, flipped, { transB: true }), [flipped]);
    expect(nodes.filter((type) => /Gemm|MatMul/.test(type))).toEqual(['Gemm']);
  });

  test.each([
    [3, 'dy'],
    [4, 'a'],
    [6, 'a'],
  ])('rows [N, 4] times [4, %i]: %s is transposed, not read by columns', (n, which) => {
    const y = matMul(rows, weight(n));
    const nodes = gradientNodes(y, [weight(n)]);
    const product = nodes.find(({ op_type }) => op_type === 'Gemm')!;
    expect(product.attribute.filter(({ name }) => name.startsWith('trans'))).toEqual([]);
    const transposed = nodes.find(
      ({ op_type, output }) => op_type === 'Transpose' && output[0] === product.input[0],
    )!;
    expect(transposed.input[0] === 'rows').toBe(which === 'a');
  });

  test.each([
    [3, 'rows'],
    [6, 'dy'],
  ])('rows [N, 4] times [%i, 4]ᵀ: the narrower is transposed', (n, right) => {
    const flipped = graph.parameter(`flipped${n}`, [n, 4]);
    const nodes = gradientNodes(matMul(rows, flipped, { transB: true }), [flipped]);
    const product = nodes.find(({ op_type }) => op_type === 'Gemm')!;
    expect(product.input[1] === 'rows').toBe(right === 'rows');
  });

  test('a matrix of unknown width counts as the wider', () => {
    const wide = graph.input('wide', 'float32', [4, 'M']);
    const nodes = gradientNodes(matMul(rows, wide), [wide]);
    const product = nodes.find(({ op_type }) => op_type === 'Gemm')!;
    expect(nodes.find(({ output }) => output[0] === product.input[0])!.input[0]).toBe('rows');
  });
});

test('a division by a literal needs no select', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B']);
  const places = graph.constant([2, 0.5], [2], 'float32');
  const y = graph.input('y', 'float32', ['B', 2]);
  for (const nodes of [types(div(x, 3), [x]), types(div(y, places), [y])]) {
    expect(nodes).toContain('Div');
    expect(nodes).not.toContain('Where');
  }
  expect(types(div(3, x), [x])).toContain('Where');
  expect(types(div(y, graph.constant([0, 1], [2], 'float32')), [y])).toContain('Where');
});

describe('known sizes', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B', 3]);
  const y = graph.input('y', 'float32', ['B', 2]);

  test('are taken apart by one Split', () => {
    expect(types(concat([x, y], 1), [x, y])).toContain('Split');
    expect(types(concat([x, y], 1), [x, y])).not.toContain('Slice');
  });

  test('are no sizes to compute', () => {
    expect(types(reduceMean(x, [1]), [x]).filter((type) => type === 'Cast')).toEqual([]);
    expect(types(reduceMean(x, [0]), [x])).toContain('Cast');
  });

  test('are cut off only where something was added', () => {
    expect(types(pad(x, [0, 1], [0, 2]), [x]).filter((type) => type === 'Slice')).toHaveLength(1);
    expect(types(reshape(x, ['3*B']), [x])).not.toContain('Slice');
  });
});

test('a scatter that multiplies is refused', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [3]);
  const places = graph.constant([0], [1], 'int64');
  const updates = graph.constant([2], [1], 'float32');
  const attributes = { axis: 0, reduction: 'mul' };
  const rule = () => [{ dtype: x.dtype, shape: x.shape }];
  const [y] = graph.emit('ScatterElements', rule, [x, places, updates], attributes);
  expect(() => backward(total(y!), [x])).toThrow('reduction mul has no gradient');
});

test("layer normalization's statistics are refused", () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2, 3]);
  const [scale, bias] = [graph.parameter('scale', [3]), graph.parameter('bias', [3])];
  const [y, mean] = layerNorm(x, scale, bias, 1e-5).node!.outputs as [Value, Value];
  expect(backward(total(y), [x])).toHaveLength(1);
  expect(() => backward(total(mul(y, mean)), [x])).toThrow('statistics of LayerNormalization');
});
