// Operators that rearrange elements, and the shape vectors they take.
import { addDims, type Dim, factorsOf, formatShape, type Shape, sameShape, sizeOf, termsOf } from '../dim.ts';
import type { Graph, Rule, Value } from '../graph.ts';
import { GraphError } from '../graph-error.ts';
import { add, mul } from './elementwise.ts';
import { family, fromFront, positiveAxis, requireSameType } from './family.ts';
import { constantInts } from './reduce.ts';

const END = 2147483647;

export const shapeRules = {
  Reshape: ([x], { target }) => {
    const shape = target as unknown as Shape;
    if (sizeOf(x!.shape) !== sizeOf(shape)) throw new Error(`the size is not that of ${formatShape(shape)}`);
    return [{ dtype: x!.dtype, shape }];
  },
  Expand: ([x], { target }) => [{ dtype: x!.dtype, shape: target as unknown as Shape }],
  ConstantOfShape: (_, { target, value }) => [
    { dtype: (value as { dtype: 'float32' }).dtype, shape: target as unknown as Shape },
  ],
  Transpose: ([x], { perm }) => {
    const order = perm as readonly number[];
    if (order.length !== x!.rank) throw new Error(`perm [${order}] does not fit rank ${x!.rank}`);
    return [{ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }];
  },
  Unsqueeze: ([x, axes]) => {
    const rank = x!.rank + constantInts(axes!).length;
    const added = new Set(constantInts(axes!).map((axis) => positiveAxis(axis, rank)));
    const rest = [...x!.shape];
    return [
      { dtype: x!.dtype, shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!)) },
    ];
  },
  Squeeze: ([x, axes]) => {
    const removed = new Set(constantInts(axes!).map((axis) => positiveAxis(axis, x!.rank)));
    for (const axis of removed) {
      if (x!.shape[axis] !== 1) throw new Error(`axis ${axis} of ${formatShape(x!.shape)} is not 1`);
    }
    return [{ dtype: x!.dtype, shape: x!.shape.filter((_, i) => !removed.has(i)) }];
  },
  Concat: (inputs, { axis }) => {
    const at = positiveAxis(axis as number, inputs[0]!.rank);
    for (const input of inputs) {
      const fits =
        input.rank === inputs[0]!.rank && input.shape.every((d, i) => i === at || d === inputs[0]!.shape[i]);
      if (!fits)
        throw new Error(
          `${formatShape(inputs[0]!.shape)} and ${formatShape(input.shape)} do not join at ${at}`,
        );
    }
    const joined = addDims(...inputs.map((input) => input.shape[at]!));
    return [
      { dtype: requireSameType(...inputs), shape: inputs[0]!.shape.map((d, i) => (i === at ? joined : d)) },
    ];
  },
  Split: ([x, sizes], { axis }) => {
    const at = positiveAxis(axis as number, x!.rank);
    const parts = constantInts(sizes!);
    const total = parts.reduce((a, b) => a + b, 0);
    if (x!.shape[at] !== total) throw new Error(`sizes [${parts}] do not add up to ${x!.shape[at]}`);
    return parts.map((size) => ({
      dtype: x!.dtype,
      shape: x!.shape.map((d, i) => (i === at ? size : d)),
    }));
  },
  Slice: ([x, , , axes], { extent }) => {
    const at = positiveAxis(constantInts(axes!)[0]!, x!.rank);
    if (extent === undefined) throw new Error(`the extent of axis ${at} is not known`);
    return [{ dtype: x!.dtype, shape: x!.shape.map((d, i) => (i === at ? (extent as unknown as Dim) : d)) }];
  },
  Pad: ([x, pads], { target }) => {
    if (target !== undefined) return [{ dtype: x!.dtype, shape: target as unknown as Shape }];
    const amounts = constantInts(pads!);
    const rank = x!.rank;
    return [{ dtype: x!.dtype, shape: x!.shape.map((d, i) => addDims(d, amounts[i]! + amounts[i + rank]!)) }];
  },
  Shape: ([x], { start = 0, end }) => [
    { dtype: 'int64', shape: [((end as number | undefined) ?? x!.rank) - (start as number)] },
  ],
  Range: ([, limit], { extent }) => [{ dtype: limit!.dtype, shape: [extent as unknown as Dim] }],
} as const satisfies Record<string, Rule>;

const emit = family(shapeRules);
const ints = (graph: Graph, values: readonly number[]): Value =>
  graph.constant(values, [values.length], 'int64');
// Attributes whose names the specification does not know carry symbolic facts for the rules; export drops them.
const fact = (shape: unknown) => shape as readonly number[];

/** Run-time size of a dimension, int64 [1]; it must be computable from the inputs that `graph` sees. */
export function dimension(graph: Graph, dim: Dim): Value {
  const { factor, names } = factorsOf(dim);
  const sizes = names.map((name) => {
    const source = graph.dimensionSource(name);
    const terms = source === undefined ? termsOf(name) : undefined;
    if (terms !== undefined) return terms.map((term) => dimension(graph, term)).reduce((a, b) => add(a, b));
    if (source === undefined) throw new GraphError(`no input tells the size ${name}`);
    return emit('Shape', [source.value], { start: source.axis, end: source.axis + 1 })[0]!;
  });
  if (factor !== 1 || sizes.length === 0) sizes.push(ints(graph, [factor]));
  return sizes.reduce((a, b) => mul(a, b));
}

/** Run-time shape vector, int64 [rank]; constant where all dimensions are. */
export function shapeVector(graph: Graph, shape: Shape): Value {
  if (shape.every((dim) => typeof dim === 'number')) return ints(graph, shape as number[]);
  return concat(
    shape.map((dim) => dimension(graph, dim)),
    0,
  );
}

/** The same elements in another shape; the sizes must agree for all values of the names. */
export function reshape(x: Value, target: Shape): Value {
  if (sameShape(x.shape, target)) return x;
  return emit('Reshape', [x, reshapeVector(x, target)], { target: fact(target) })[0]!;
}

/** Reshape's second input: copies dimensions (0) and infers one (-1) where that suffices, else computes sizes. */
function reshapeVector(x: Value, target: Shape): Value {
  const entries = target.map((dim, i) => (typeof dim === 'number' ? dim : dim === x.shape[i] ? 0 : -1));
  if (entries.filter((entry) => entry === -1).length <= 1) return ints(x.graph, entries);
  return shapeVector(x.graph, target);
}

/** x repeated to `target` by broadcasting. */
export function expand(x: Value, target: Shape): Value {
  return sameShape(x.shape, target)
    ? x
    : emit('Expand', [x, shapeVector(x.graph, target)], { target: fact(target) })[0]!;
}

/** A tensor filled with one number. */
export function full(
  graph: Graph,
  shape: Shape,
  value: number,
  dtype: 'float32' | 'float64' | 'int64' | 'bool',
): Value {
  const data = { dtype, dims: [1], data: graph.constant([value], [1], dtype).constant!.data };
  return emit('ConstantOfShape', [shapeVector(graph, shape)], { value: data, target: fact(shape) })[0]!;
}

/** Axes in the order of `perm`. */
export const transpose = (x: Value, perm: readonly number[]): Value =>
  perm.every((axis, i) => axis === i) ? x : emit('Transpose', [x], { perm })[0]!;

export const unsqueeze = (x: Value, axes: readonly number[]): Value =>
  emit('Unsqueeze', [x, ints(x.graph, axes)])[0]!;
export const squeeze = (x: Value, axes: readonly number[]): Value =>
  emit('Squeeze', [x, ints(x.graph, axes)])[0]!;

export const concat = (values: readonly Value[], axis: number): Value =>
  values.length === 1 ? values[0]! : emit('Concat', values, { axis })[0]!;

/** Parts of the given sizes along `axis`. */
export const split = (x: Value, sizes: readonly number[], axis: number): Value[] =>
  emit('Split', [x, ints(x.graph, sizes)], { axis: fromFront(axis, x.rank) });

/**
 * Entries [start, end) along `axis`. Bounds are numbers (end may be omitted: to the end) or int64 [1] values;
 * `extent` names the result's size where it cannot be known.
 */
export function slice(
  x: Value,
  axis: number,
  start: number | Value,
  end?: number | Value,
  extent?: Dim,
): Value {
  const at = fromFront(axis, x.rank);
  const size = x.shape[at]!;
  const bound = (b: number | Value) => (typeof b === 'number' ? ints(x.graph, [clamp(b, size)]) : b);
  const result = extent ?? staticExtent(size, start, end);
  return emit('Slice', [x, bound(start), bound(end ?? END), ints(x.graph, [at])], {
    extent: fact(result),
  })[0]!;
}

/** A bound within an axis of known size, counted from its front; otherwise as it is. */
function clamp(bound: number, size: Dim): number {
  return typeof size === 'number' ? Math.max(0, Math.min(size, bound < 0 ? bound + size : bound)) : bound;
}

function staticExtent(size: Dim, start: number | Value, end: number | Value | undefined): Dim | undefined {
  if (typeof start !== 'number' || typeof end === 'object') return undefined;
  if (start === 0 && end === undefined) return size;
  if (typeof size !== 'number') {
    if (end !== undefined && start >= 0 && end > start) return end - start;
    return start < 0 && end === undefined ? -start : undefined;
  }
  return Math.max(0, clamp(end ?? size, size) - clamp(start, size));
}

/** Zeros before and after each axis. */
export const pad = (x: Value, before: readonly number[], after: readonly number[]): Value =>
  emit('Pad', [x, ints(x.graph, [...before, ...after])])[0]!;

/** Zeros around x up to the shape `target`; `amounts` is Pad's int64 [2·rank] vector, known at run time. */
export const padTo = (x: Value, amounts: Value, target: Shape): Value =>
  emit('Pad', [x, amounts], { target: fact(target) })[0]!;

/** One int64 vector out of int64 [1] pieces. */
export const concatVector = (pieces: readonly Value[]): Value => concat(pieces, 0);

/** Run-time shape of x, int64 [rank]. */
export const shapeOf = (x: Value): Value => emit('Shape', [x])[0]!;

/** 0, 1, …, extent − 1 (int64). */
export function range(graph: Graph, extent: Dim): Value {
  const limit = reshape(dimension(graph, extent), []);
  return emit('Range', [graph.scalar(0, 'int64'), limit, graph.scalar(1, 'int64')], {
    extent: fact(extent),
  })[0]!;
}
