// Sharing of equal nodes, and export: what is left out, and what everything is called.
import { describe, expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add, exp, mul, neg, sub } from '../../src/graph/ops/elementwise.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { full, shapeVector } from '../../src/graph/ops/shape.ts';
import { evaluate } from './evaluate.ts';

const nodeTypes = (graph: Graph, outputs: Record<string, Value>): string[] =>
  exportModel(graph, { outputs }).model.graph.node.map((node) => node.op_type);

describe('sharing', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B', 2]);

  test('equal expressions are one value', () => {
    expect(exp(add(x, 1))).toBe(exp(add(x, 1)));
    expect(full(graph, ['B'], 2, 'float32')).toBe(full(graph, ['B'], 2, 'float32'));
    expect(shapeVector(graph, ['B', 'B'])).toBe(shapeVector(graph, ['B', 'B']));
    expect(reduceSum(x, [0])).toBe(reduceSum(x, [0]));
  });

  test('different inputs, orders, attributes and element types are not', () => {
    expect(sub(x, 1)).not.toBe(sub(1, x));
    expect(add(x, 1)).not.toBe(add(x, 2));
    expect(reduceSum(x, [0])).not.toBe(reduceSum(x, [0], false));
    expect(reduceSum(x, [0])).not.toBe(reduceSum(x, [1]));
    expect(full(graph, [2], 0, 'float32')).not.toBe(full(graph, [2], 0, 'int64'));
    expect(full(graph, [2], 0, 'float32')).not.toBe(full(graph, [2], 1, 'float32'));
    const y = graph.input('y', 'float32', [2, 2]);
    expect(matMul(y, y, { alpha: 0.5 })).not.toBe(matMul(y, y, { alpha: 0.25 }));
    expect(matMul(y, y, { transA: true })).not.toBe(matMul(y, y, { transB: true }));
  });

  test('equal literals are one value, of one type and shape', () => {
    expect(graph.constant([1, 2], [2], 'float32')).toBe(graph.constant([1, 2], [2], 'float32'));
    expect(graph.constant([1, 2], [2], 'float32')).not.toBe(graph.constant([1, 2], [2], 'float64'));
    expect(graph.constant([1, 2], [2], 'float32')).not.toBe(graph.constant([1, 2], [1, 2], 'float32'));
    expect(graph.scalar(1, 'float32')).not.toBe(graph.constant([1], [1], 'float32'));
  });

  test('the exported graph computes an expression once', () => {
    const outputs = { a: mul(exp(x), exp(x)), b: neg(exp(x)) };
    expect(nodeTypes(graph, outputs).sort()).toEqual(['Exp', 'Mul', 'Neg']);
  });
});

describe('export', () => {
  test('leaves out nodes, inputs, parameters and literals that no output needs', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const unused = graph.input('unused', 'float32', [2]);
    const weight = graph.parameter('weight', [2]);
    exp(add(unused, graph.parameter('lost', [2])));
    const { model, inputs } = exportModel(graph, { outputs: { y: mul(x, weight) } });
    expect(model.graph.node.map((node) => node.op_type)).toEqual(['Mul']);
    expect(model.graph.input.map(({ name }) => name)).toEqual(['x', 'weight']);
    expect(inputs.map(({ name }) => name)).toEqual(['x', 'weight']);
    expect(model.graph.initializer).toEqual([]);
  });

  test('keeps an input that only its size is needed of', async () => {
    const graph = new Graph();
    graph.input('ids', 'int32', ['B', 'T']);
    const result = await evaluate(
      graph,
      { y: full(graph, ['B*T'], 3, 'float32') },
      { ids: { dims: [1, 2], data: [0, 0] } },
    );
    expect(result.y).toEqual({ dims: [2], data: [3, 3] });
  });

  test('stores weights under the names of their parameters', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const outputs = {
      y: mul(x, add(graph.parameter('layer.weight', [2]), graph.parameter('layer.bias', [2]))),
    };
    const weights = new Map([
      ['layer.weight', { dtype: 'float32' as const, dims: [2], data: Float32Array.of(1, 2) }],
      ['other', { dtype: 'float32' as const, dims: [2], data: Float32Array.of(7, 7) }],
    ]);
    const { model } = exportModel(graph, { outputs, weights, metadata: { source: 'a test' } });
    expect(model.graph.initializer.map(({ name }) => name)).toEqual(['layer.weight']);
    expect(model.graph.input.map(({ name }) => name)).toEqual(['x', 'layer.bias']);
    expect(model.metadata_props).toEqual([{ key: 'source', value: 'a test' }]);
  });

  test('refuses weights of another size', () => {
    const graph = new Graph();
    const weights = new Map([['w', { dtype: 'float32' as const, dims: [2], data: Float32Array.of(1) }]]);
    const outputs = { y: neg(graph.parameter('w', [2])) };
    expect(() => exportModel(graph, { outputs, weights })).toThrow('tensor w: 1 elements for shape [2]');
  });

  test('names outputs as asked, also where values are shared, inputs, literals or parameters', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const y = exp(x);
    const outputs = {
      first: y,
      second: y,
      third: neg(y),
      same: x,
      weight: graph.parameter('w', [1]),
      literal: graph.scalar(5, 'float32'),
    };
    const feeds = { x: { dims: [2], data: [0, 0] }, w: { dims: [1], data: [4] } };
    const result = await evaluate(graph, outputs, feeds);
    expect(Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, data]))).toEqual({
      first: [1, 1],
      second: [1, 1],
      third: [-1, -1],
      same: [0, 0],
      weight: [4],
      literal: [5],
    });
  });

  test('nodes come after what they read, under names of their own', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['B']);
    const { model } = exportModel(graph, { outputs: { y: sub(exp(add(x, 1)), neg(x)) } });
    const known = new Set(['x', ...model.graph.initializer.map(({ name }) => name)]);
    for (const node of model.graph.node) {
      expect(node.input.filter((name) => !known.has(name))).toEqual([]);
      for (const name of node.output) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
    expect(new Set(model.graph.node.map(({ name }) => name)).size).toBe(model.graph.node.length);
    expect(model.graph.output[0]!.type.tensor_type.shape.dim).toEqual([{ dim_param: 'B' }]);
  });

  test('facts for the rules stay out of the model', () => {
    const graph = new Graph();
    graph.input('x', 'float32', ['B']);
    const { model } = exportModel(graph, { outputs: { y: full(graph, ['B'], 1, 'float32') } });
    const names = model.graph.node.flatMap((node) => node.attribute.map(({ name }) => name));
    expect(names).not.toContain('target');
  });
});
