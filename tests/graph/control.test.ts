// Loops and branches: values, what is computed outside of a body, and bodies within bodies.
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { ifElse, loop } from '../../src/graph/ops/control.ts';
import { add, cast, exp, greater, less, mul, neg, sub } from '../../src/graph/ops/elementwise.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { concat, dimension, reshape } from '../../src/graph/ops/shape.ts';
import type { GraphProto } from '../../src/onnx/schema.ts';
import { evaluate } from './evaluate.ts';

const always = (graph: Graph): Value => graph.scalar(1, 'bool');
const times = (graph: Graph, count: number): Value => graph.scalar(count, 'int64');

/** Node types of a graph, and of the bodies under its nodes. */
function typesOf(graph: Graph, outputs: Record<string, Value>) {
  const proto = exportModel(graph, { outputs }).model.graph;
  const bodies = proto.node.flatMap((node) =>
    node.attribute.flatMap(({ g }) => (g === undefined ? [] : [g])),
  );
  const types = ({ node }: GraphProto) => node.map(({ op_type }) => op_type);
  return { main: types(proto), bodies: bodies.map(types) };
}

describe('loop', () => {
  test('cumulates over its iterations', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['B']);
    const [sum] = loop(
      graph,
      times(graph, 4),
      [{ name: 'sum', initial: x, shape: ['B'] }],
      [['B']],
      (inner, iteration, [sum]) => ({
        condition: always(inner),
        carried: [add(sum!, mul(x, cast(iteration, 'float32')))],
      }),
    );
    const result = await evaluate(graph, { y: sum! }, { x: { dims: [2], data: [1, -2] } });
    expect(result.y).toEqual({ dims: [2], data: [7, -14] });
  });

  test('ends when its condition does', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', []);
    const [doubled, count] = loop(
      graph,
      times(graph, 100),
      [
        { name: 'x', initial: x, shape: [] },
        { name: 'count', initial: times(graph, 0), shape: [] },
      ],
      [[], []],
      (_, iteration, [x]) => {
        const next = mul(x!, 2);
        return { condition: less(next, 50), carried: [next, add(iteration, 1)] };
      },
    );
    const result = await evaluate(graph, { y: doubled!, n: count! }, { x: { dims: [], data: [3] } });
    expect([result.y!.data, result.n!.data]).toEqual([[96], [5]]);
  });

  test('carries a tensor that grows', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['B', 1]);
    const [grown] = loop(
      graph,
      times(graph, 3),
      [{ name: 'rows', initial: x, shape: ['B', 'P'] }],
      [['B', 'Q']],
      (inner, _, [rows]) => {
        const length = cast(reshape(dimension(inner, 'P'), []), 'float32');
        return { condition: always(inner), carried: [concat([rows!, mul(x, length)], 1)] };
      },
    );
    const result = await evaluate(graph, { y: grown! }, { x: { dims: [2, 1], data: [1, 5] } });
    expect(result.y).toEqual({ dims: [2, 4], data: [1, 1, 2, 3, 5, 5, 10, 15] });
  });

  test('computes once what does not change', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const [y] = loop(
      graph,
      times(graph, 3),
      [{ name: 'y', initial: x, shape: [2] }],
      [[2]],
      (inner, _, [y]) => ({
        condition: always(inner),
        carried: [add(y!, neg(exp(graph.parameter('w', [2]))))],
      }),
    );
    const { main, bodies } = typesOf(graph, { y: y! });
    expect(main).toEqual(['Exp', 'Neg', 'Loop']);
    expect(bodies).toEqual([['Add', 'Identity']]);
  });

  test('returns values from around it and swapped values', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', []);
    const carried = ['a', 'b', 'c', 'd'].map((name) => ({ name, initial: x, shape: [] }));
    const outside = neg(x);
    const results = loop(graph, times(graph, 2), carried, [[], [], [], []], (inner, _, [a, b]) => {
      const next = add(a!, 1);
      return { condition: always(inner), carried: [next, next, outside, b!] };
    });
    const outputs = Object.fromEntries(results.map((value, i) => [`y${i}`, value]));
    const result = await evaluate(graph, outputs, { x: { dims: [], data: [1] } });
    expect(Object.values(result).map(({ data }) => data[0])).toEqual([3, 3, -1, 2]);
  });

  test('within a loop sees the values of both graphs around it', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', []);
    const [y] = loop(
      graph,
      times(graph, 3),
      [{ name: 'y', initial: x, shape: [] }],
      [[]],
      (inner, i, [y]) => {
        // Everything that the inner loop is given comes from outside; only its body reads i and y.
        const [z] = loop(
          inner,
          times(inner, 2),
          [{ name: 'z', initial: x, shape: [] }],
          [[]],
          (body, _, [z]) => ({
            condition: always(body),
            carried: [add(mul(z!, x), mul(cast(i, 'float32'), y!))],
          }),
        );
        return { condition: always(inner), carried: [z!] };
      },
    );
    // z ← 2z + i·y twice from 2: 8 + 3·i·y.  y: 2, 8, 8 + 3·8, 8 + 3·2·32.
    const result = await evaluate(graph, { y: y! }, { x: { dims: [], data: [2] } });
    expect(result.y!.data).toEqual([200]);
  });

  test('checks the types that its body hands on', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', []);
    const carried = [{ name: 'y', initial: x, shape: [] }];
    const run = (condition: Value, value: Value) =>
      loop(graph, times(graph, 1), carried, [[]], () => ({ condition, carried: [value] }));
    expect(() => run(always(graph), times(graph, 1))).toThrow('y: expected float32, got int64');
    expect(() => run(x, x)).toThrow('condition: expected bool, got float32');
  });
});

describe('a loop checks', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B']);
  const run = (
    count: Value,
    shape: Shape,
    step: (inner: Graph, y: Value) => { condition: Value; carried: Value[] },
  ) => loop(graph, count, [{ name: 'y', initial: x, shape }], [['B']], (inner, _, [y]) => step(inner, y!));
  const same = (inner: Graph, y: Value) => ({ condition: always(inner), carried: [y] });

  test.each<[string, () => unknown, string]>([
    ['the count', () => run(x, ['B'], same), 'iterations: expected int64, got float32'],
    [
      "the count's rank",
      () => run(graph.constant([1], [1], 'int64'), ['B'], same),
      'iterations: expected rank 0, got [1]',
    ],
    ['what goes in', () => run(times(graph, 1), [2, 'B'], same), 'y: expected rank 2, got [B]'],
    [
      'what comes out',
      () =>
        run(times(graph, 1), ['B'], (inner, y) => ({
          ...same(inner, y),
          carried: [reduceSum(y, [0], false)],
        })),
      'y: expected rank 1, got []',
    ],
    [
      'that it comes out',
      () => run(times(graph, 1), ['B'], (inner, y) => ({ ...same(inner, y), carried: [] })),
      'y: expected float32, got nothing',
    ],
    [
      'the condition',
      () => run(times(graph, 1), ['B'], (inner, y) => ({ ...same(inner, y), condition: greater(y, 0) })),
      'condition: expected rank 0, got [B]',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('ifElse', () => {
  const build = () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['B']);
    const condition = greater(reduceSum(x, [0], false), 0);
    return { graph, x, condition };
  };

  test('gives the values of one branch', async () => {
    const { graph, x, condition } = build();
    const [y, z] = ifElse(
      condition,
      () => [mul(x, 2), x],
      () => [neg(x), sub(x, 1)],
    );
    for (const [data, expected] of [
      [
        [1, 2],
        [
          [2, 4],
          [1, 2],
        ],
      ],
      [
        [-1, -2],
        [
          [1, 2],
          [-2, -3],
        ],
      ],
    ]) {
      const result = await evaluate(graph, { y: y!, z: z! }, { x: { dims: [2], data: data as number[] } });
      expect([result.y!.data, result.z!.data]).toEqual(expected);
    }
  });

  test('within a loop reads what its condition does not', async () => {
    const { graph, x, condition } = build();
    const [y] = loop(
      graph,
      times(graph, 2),
      [{ name: 'y', initial: x, shape: ['B'] }],
      [['B']],
      (inner, _, [y]) => ({
        condition: always(inner),
        carried: ifElse(
          condition,
          () => [mul(y!, 3)],
          () => [y!],
        ),
      }),
    );
    const result = await evaluate(graph, { y: y! }, { x: { dims: [2], data: [1, 2] } });
    expect(result.y!.data).toEqual([9, 18]);
  });

  test('computes only the branch that is taken', () => {
    const { graph, x, condition } = build();
    const shared = exp(x);
    const [y] = ifElse(
      condition,
      () => [mul(neg(x), exp(x))],
      () => [sub(x, 1)],
    );
    const { main, bodies } = typesOf(graph, { y: y!, shared });
    expect(main).toEqual(['ReduceSum', 'Greater', 'Exp', 'If']);
    expect(bodies).toEqual([['Neg', 'Mul'], ['Sub']]);
  });

  test('checks that the condition is one number, and that the branches agree', () => {
    const { graph, x, condition } = build();
    const both = [() => [x], () => [x]] as const;
    expect(() => ifElse(x, ...both)).toThrow('condition: expected bool, got float32');
    expect(() => ifElse(greater(x, 0), ...both)).toThrow('condition: expected rank 0, got [B]');
    expect(() =>
      ifElse(
        condition,
        () => [x],
        () => [reduceSum(x, [0], false)],
      ),
    ).toThrow('output 0 of If: expected rank 1, got []');
    expect(() =>
      ifElse(
        condition,
        () => [x],
        () => [times(graph, 1)],
      ),
    ).toThrow('output 0 of If: expected float32, got int64');
  });
});
