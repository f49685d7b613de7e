// Operators that read or write by index. Indices are int32 or int64.
import { formatShape } from '../dim.ts';
import type { Rule, Value } from '../graph.ts';
import { cast } from './elementwise.ts';
import { family, fromFront, mismatch, positiveAxis, requireSameType, requireType } from './family.ts';

export const indexingRules = {
  Gather: ([x, indices], { axis = 0 }) => {
    requireType(indices!, 'int32', 'int64');
    const at = positiveAxis(axis as number, x!.rank);
    return [
      { dtype: x!.dtype, shape: [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)] },
    ];
  },
  GatherElements: ([x, indices], { axis }) => {
    requireType(indices!, 'int32', 'int64');
    positiveAxis(axis as number, x!.rank);
    if (x!.rank !== indices!.rank) throw mismatch(x!, indices!, 'ranks');
    return [{ dtype: x!.dtype, shape: indices!.shape }];
  },
  ScatterElements: ([x, indices, updates], { axis }) => {
    requireType(indices!, 'int32', 'int64');
    positiveAxis(axis as number, x!.rank);
    if (x!.rank !== indices!.rank) throw mismatch(x!, indices!, 'ranks');
    if (formatShape(indices!.shape) !== formatShape(updates!.shape))
      throw mismatch(indices!, updates!, 'updates');
    return [{ dtype: requireSameType(x!, updates!), shape: x!.shape }];
  },
  OneHot: ([indices, , values], { depth }) => [
    { dtype: values!.dtype, shape: [...indices!.shape, depth as number] },
  ],
} as const satisfies Record<string, Rule>;

const emit = family(indexingRules);

/** Slices of x along `axis`: the axis is replaced by the shape of `indices`. */
export const gather = (x: Value, indices: Value, axis = 0): Value =>
  emit('Gather', [x, indices], { axis: fromFront(axis, x.rank) })[0]!;

/** x at `indices` along `axis`, element by element: the result has the shape of `indices`. */
export const gatherElements = (x: Value, indices: Value, axis: number): Value =>
  emit('GatherElements', [x, indices], { axis: fromFront(axis, x.rank) })[0]!;

/** x with `updates` added at `indices` along `axis`; equal indices add up. */
export const scatterAdd = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  emit('ScatterElements', [x, indices, updates], { axis: fromFront(axis, x.rank), reduction: 'add' })[0]!;

/** x with `updates` put in at `indices` along `axis`; no index may occur twice along it. */
export const scatter = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  emit('ScatterElements', [x, indices, updates], { axis: fromFront(axis, x.rank) })[0]!;

/** Rows of zeros with a one (in `dtype`) at each index: [..., depth]. */
export function oneHot(indices: Value, depth: number, dtype: 'float32' | 'int64'): Value {
  const graph = indices.graph;
  return emit(
    'OneHot',
    [cast(indices, 'int64'), graph.constant([depth], [1], 'int64'), graph.constant([0, 1], [2], dtype)],
    {
      axis: -1,
      depth,
    },
  )[0]!;
}
