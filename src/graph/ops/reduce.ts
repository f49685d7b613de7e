// Reductions along axes.
import type { Dim } from '../dim.ts';
import type { Attributes, Rule, Value } from '../graph.ts';
import { family, positiveAxis } from './family.ts';

/** Axes as a constant second input (opset 18). */
const reduction: Rule = ([x, axes], { keepdims = 1 }) => {
  const reduced = new Set(constantInts(axes!).map((axis) => positiveAxis(axis, x!.rank)));
  const shape = x!.shape.flatMap((dim, i) => (reduced.has(i) ? (keepdims === 1 ? [1] : []) : [dim]));
  return [{ dtype: x!.dtype, shape }];
};

export const reduceRules = {
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ArgMax: ([x], { axis, keepdims = 1 }) => {
    const at = positiveAxis(axis as number, x!.rank);
    return [
      { dtype: 'int64', shape: x!.shape.flatMap((d, i) => (i === at ? (keepdims === 1 ? [1] : []) : [d])) },
    ];
  },
  TopK: ([x, k], { axis = -1 }) => {
    const at = positiveAxis(axis as number, x!.rank);
    const count: Dim = k!.constant === undefined ? `top${k!.id}` : constantInts(k!)[0]!;
    const shape = x!.shape.map((dim, i) => (i === at ? count : dim));
    return [
      { dtype: x!.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  CumSum: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
} as const satisfies Record<string, Rule>;

/** The integers of a constant value. */
export function constantInts(value: Value): number[] {
  if (value.constant === undefined) throw new Error('this input must be a constant');
  return Array.from(value.constant.data as ArrayLike<number | bigint>, Number);
}

const emit = family(reduceRules);
const ints = (x: Value, values: readonly number[]): Value =>
  x.graph.constant(values, [values.length], 'int64');

const reducer =
  (type: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin') =>
  (x: Value, axes: readonly number[], keepdims = true): Value =>
    axes.length === 0 ? x : emit(type, [x, ints(x, axes)], { keepdims: keepdims ? 1 : 0 })[0]!;

export const reduceSum = reducer('ReduceSum');
export const reduceMean = reducer('ReduceMean');
export const reduceMax = reducer('ReduceMax');
export const reduceMin = reducer('ReduceMin');

/** Index (int64) of the largest entry along `axis`; the first one where several are equal. */
export const argMax = (x: Value, axis: number, keepdims = true): Value =>
  emit('ArgMax', [x], { axis, keepdims: keepdims ? 1 : 0 })[0]!;

/** The k largest entries along the last axis, sorted, and their indices (int64). */
export function topK(x: Value, k: number | Value): { values: Value; indices: Value } {
  const count = typeof k === 'number' ? ints(x, [k]) : k;
  const [values, indices] = emit('TopK', [x, count], { axis: -1 });
  return { values: values!, indices: indices! };
}

/** Running sum along `axis`; `exclusive` leaves the own entry out, `reverse` runs from the end. */
export function cumSum(
  x: Value,
  axis: number,
  options: { exclusive?: boolean; reverse?: boolean } = {},
): Value {
  const attributes: Attributes = {
    ...(options.exclusive && { exclusive: 1 }),
    ...(options.reverse && { reverse: 1 }),
  };
  return emit('CumSum', [x, x.graph.constant([axis], [], 'int64')], attributes)[0]!;
}
