import { expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { loop } from '../../src/graph/ops/control.ts';
import { add, exp } from '../../src/graph/ops/elementwise.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { concat, reshape } from '../../src/graph/ops/shape.ts';

/** What onnxruntime takes for a byte. */
const TAKEN = 1.2;

function peak(sizes: Record<string, number>, build: (graph: Graph) => Value): number {
  const graph = new Graph();
  return exportModel(graph, { outputs: { y: build(graph) } }).peakBytes(sizes) / TAKEN;
}

test('inputs, and the values that are needed at one time', () => {
  const [matrix, axes] = [4 * 10 * 10, 16];
  const bytes = peak({}, (graph) => {
    const x = graph.input('x', 'float32', [10, 10]);
    // Of a, b and c the product needs two beside its own place, and then a is no more.
    const a = matMul(x, x);
    const b = matMul(a, a);
    const c = matMul(b, b);
    return reduceSum(c, [0, 1], false);
  });
  expect(bytes).toBeCloseTo(matrix + 2 * matrix + axes);
});

test('a view takes no memory and keeps that of its source; a sum takes the place of what ends with it', () => {
  const matrix = 4 * 10 * 10;
  const bytes = peak({}, (graph) => {
    const x = graph.input('x', 'float32', [10, 10]);
    const a = reshape(matMul(x, x), [100]);
    return add(exp(a), 1);
  });
  // x, the product, which exp and the sum overwrite; and the constants 1 and [100].
  expect(bytes).toBeCloseTo(2 * matrix + 4 + 8);
});

test('a loop takes what one iteration does, its state before and after', () => {
  const bytes = peak({ B: 10, S: 50 }, (graph) => {
    const x = graph.input('x', 'float32', ['B', 1]);
    const [grown] = loop(
      graph,
      graph.scalar(50, 'int64'),
      [{ name: 'rows', initial: x, shape: ['B', 'P'] }],
      [['B', 'T']],
      (inner, _, [rows]) => ({
        condition: inner.inputs[1]!,
        carried: [concat([rows!, x], 1)],
      }),
    );
    return grown!;
  });
  const [state, grown, scalars] = [4 * 10 * 50, 4 * 10 * 51, 8 + 1];
  expect(bytes - (4 * 10 + 8 + 1)).toBeCloseTo(state + (state + scalars) + grown, -2);
});
