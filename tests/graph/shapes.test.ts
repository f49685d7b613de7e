// Shapes that operators infer, and what a mistake in a graph says. Values are tested in tests/autograd.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/graph/dim.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { GraphError } from '../../src/graph/graph-error.ts';
import { add, and, cast, equal, exp, mod, where } from '../../src/graph/ops/elementwise.ts';
import { gather, gatherElements, scatterAdd } from '../../src/graph/ops/indexing.ts';
import { gemm, matMul } from '../../src/graph/ops/matmul.ts';
import { layerNorm, softmax } from '../../src/graph/ops/normalization.ts';
import { argMax, reduceSum, topK } from '../../src/graph/ops/reduce.ts';
import * as s from '../../src/graph/ops/shape.ts';
import type { DType } from '../../src/tensor/tensor.ts';
import { evaluate } from './evaluate.ts';

const graph = new Graph();
let inputs = 0;
const x = (shape: Shape, dtype: DType = 'float32'): Value => graph.input(`x${inputs++}`, dtype, shape);

describe('inferred shapes', () => {
  const rows: [string, () => Value, Shape, DType?][] = [
    ['add', () => add(x(['B', 1, 4]), x(['T', 1])), ['B', 'T', 4]],
    ['equal', () => equal(x(['B'], 'int32'), 3), ['B'], 'bool'],
    ['where', () => where(x(['B', 1], 'bool'), x([4]), 0), ['B', 4]],
    ['cast', () => cast(x(['B']), 'int64'), ['B'], 'int64'],
    ['matMul', () => matMul(x(['B', 1, 'T', 8]), x([2, 'S', 8]), { transB: true }), ['B', 2, 'T', 'S']],
    ['gemm', () => gemm(x(['K', 'M']), x(['K', 3]), x([3]), { transA: true }), ['M', 3]],
    ['reduceSum', () => reduceSum(x(['B', 'T', 4]), [0, -1]), [1, 'T', 1]],
    ['reduceSum, dropped', () => reduceSum(x(['B', 'T', 4]), [0, -1], false), ['T']],
    ['argMax', () => argMax(x(['B', 'V']), -1, false), ['B'], 'int64'],
    ['topK', () => topK(x(['B', 'V']), 5).indices, ['B', 5], 'int64'],
    ['reshape', () => s.reshape(x(['B', 'T', 6]), ['B*T', 2, 3]), ['B*T', 2, 3]],
    ['transpose', () => s.transpose(x(['B', 'T', 6]), [2, 0, 1]), [6, 'B', 'T']],
    ['concat', () => s.concat([x(['B', 'P', 2]), x(['B', 1, 2])], -2), ['B', '(P+1)', 2]],
    ['pad', () => s.pad(x(['B', 2]), [1, 0], [0, 3]), ['(B+1)', 5]],
    ['slice', () => s.slice(x(['B', 5]), -1, -2), ['B', 2]],
    ['slice of a named axis', () => s.slice(x(['B', 'T']), 1, -1), ['B', 1]],
    ['split', () => s.split(x(['B', 6]), [2, 4], -1)[1]!, ['B', 4]],
    ['gather', () => gather(x([7, 'D']), x(['B', 'T'], 'int32')), ['B', 'T', 'D']],
    ['gatherElements', () => gatherElements(x(['B', 'V']), x(['B', 1], 'int64'), 1), ['B', 1]],
    ['range', () => s.range(x(['T']).graph, 'T'), ['T'], 'int64'],
  ];
  test.each(rows)('%s', (_, build, shape, dtype = 'float32') => {
    const value = build();
    expect(value.shape).toEqual(shape);
    expect(value.dtype).toBe(dtype);
  });

  test('what changes nothing makes no node', () => {
    const value = x(['B', 'T']);
    expect(s.reshape(value, ['B', 'T'])).toBe(value);
    expect(s.expand(value, ['B', 'T'])).toBe(value);
    expect(s.transpose(value, [0, 1])).toBe(value);
    expect(s.concat([value], 0)).toBe(value);
    expect(cast(value, 'float32')).toBe(value);
    expect(reduceSum(value, [])).toBe(value);
  });

  test('a count known at run time', async () => {
    const own = new Graph();
    const scores = own.input('scores', 'float32', ['B', 4]);
    const { values, indices } = topK(scores, own.input('k', 'int64', [1]));
    const feeds = { scores: { dims: [1, 4], data: [3, 9, 1, 5] }, k: { dims: [1], data: [3] } };
    const result = await evaluate(own, { values, indices }, feeds);
    expect(result.values!.data).toEqual([9, 5, 3]);
    expect(result.indices!.data).toEqual([1, 3, 0]);
  });
});

describe('mistakes', () => {
  /** What the build throws; every one of these lambdas is on the line that must be named. */
  const rows: [string, () => unknown, RegExp][] = [
    [
      'add',
      () => add(x([2, 3]), x([4, 3])),
      /^Add\(float32\[2, 3\], float32\[4, 3\]\): .*\[2, 3\] and \[4, 3\]/,
    ],
    ['named sizes', () => add(x(['B', 3]), x(['T', 3])), /^Add\(float32\[B, 3\], float32\[T, 3\]\)/],
    ['types', () => add(x([2]), x([2], 'int64')), /^Add\(float32\[2\], int64\[2\]\): element types differ/],
    ['and', () => and(x([2], 'bool'), x([2])), /^And\(.*expected bool, got float32/],
    ['exp', () => exp(x([2], 'int32')), /^Exp\(int32\[2\]\): expected float32 or float64, got int32/],
    ['mod', () => mod(x([2]), 2), /^Mod\(float32\[2\], float32\[\]\): expected int32 or int64/],
    [
      'matMul',
      () => matMul(x([2, 'B', 4]), x([2, 5, 6])),
      /^MatMul\(.*inner dimensions: \[2, B, 4\] and \[2, 5, 6\]/,
    ],
    ['batches', () => matMul(x([2, 3, 4]), x([3, 4, 5])), /^MatMul\(.*batch dimensions/],
    [
      'gemm',
      () => gemm(x([2, 4]), x([4, 3]), x([5, 3])),
      /^Gemm\(.*summand \[5, 3\] does not broadcast to \[2, 3\]/,
    ],
    ['gemm, a row', () => gemm(x([1, 4]), x([4, 3]), x([5, 3])), /^Gemm\(.*summand \[5, 3\]/],
    ['gemm, types', () => gemm(x([1, 4]), x([4, 3]), x([3], 'float64')), /^Gemm\(.*element types differ/],
    ['softmax', () => softmax(x([2, 3]), 2), /^Softmax\(float32\[2, 3\]\): axis 2 is outside of rank 2/],
    [
      'layerNorm',
      () => layerNorm(x([2, 3]), x([3]), x([4]), 1e-5),
      /^LayerNormalization\(.*\[2, 3\] and \[4\]/,
    ],
    ['reduceSum', () => reduceSum(x([2]), [1]), /^ReduceSum\(.*axis 1 is outside of rank 1/],
    ['reshape', () => s.reshape(x(['B', 6]), ['B', 4]), /^Reshape\(float32\[B, 6\].*not that of \[B, 4\]/],
    ['transpose', () => s.transpose(x([2, 3]), [2, 1, 0]), /^Transpose\(.*does not fit rank 2/],
    ['squeeze', () => s.squeeze(x([2, 3]), [0]), /^Squeeze\(.*axis 0 of \[2, 3\] is not 1/],
    [
      'concat',
      () => s.concat([x([2, 3]), x([2, 4])], 0),
      /^Concat\(.*\[2, 3\] and \[2, 4\] do not join at 0/,
    ],
    [
      'split',
      () => s.split(x([2, 6]), [2, 3], 1),
      /^Split\(float32\[2, 6\].*sizes \[2,3\] do not add up to 6/,
    ],
    [
      'slice',
      () => s.slice(x(['B', 'T']), 1, 1),
      /^Slice\(float32\[B, T\].*the extent of axis 1 is not known/,
    ],
    ['slice, axis', () => s.slice(x([2, 3]), 2, 1), /^Slice\(float32\[2, 3\].*axis 2 is outside of rank 2/],
    ['gather', () => gather(x([2, 3]), x([4])), /^Gather\(.*expected int32 or int64, got float32/],
    ['gather, axis', () => gather(x([2, 3]), x([4], 'int32'), 2), /^Gather\(.*axis 2 is outside of rank 2/],
    [
      'scatterAdd',
      () => scatterAdd(x([2, 3]), x([2, 1], 'int64'), x([2, 2]), 1),
      /^ScatterElements\(.*\[2, 1\] and \[2, 2\]/,
    ],
  ];
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n');
  const named = new Set<number>();

  test.each(rows)('%s names the operator, the shapes and the line', (_, build, message) => {
    const error = caught(build);
    expect(error).toBeInstanceOf(GraphError);
    expect(error.message).toMatch(message);
    const place = Number(/shapes\.test\.ts:(\d+):\d+\)+$/.exec(error.message)?.[1]);
    const builder = error.message
      .replace('ScatterElements', 'scatterAdd')
      .replace('LayerNormalization', 'layerNorm')
      .replace(/^(\w)(\w+).*/, (_all, a, b) => a.toLowerCase() + b);
    expect(lines[place - 1], error.message).toMatch(new RegExp(`=> (s\\.)?${builder}\\(`));
    expect(named, error.message).not.toContain(place);
    named.add(place);
  });

  test('sizes that nothing tells', () => {
    expect(() => s.full(new Graph(), ['B'], 0, 'float32')).toThrow('no input tells the size B');
  });

  test('names declared twice', () => {
    const own = new Graph();
    own.input('ids', 'int32', ['B']);
    expect(() => own.input('ids', 'int32', ['B'])).toThrow('input ids declared twice');
    own.parameter('weight', [2, 3]);
    expect(() => own.parameter('weight', [3, 2])).toThrow('parameter weight has shape [2, 3], not [3, 2]');
  });

  function caught(build: () => unknown): Error {
    try {
      build();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  }
});
