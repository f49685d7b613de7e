// Plain array arithmetic that the operator cases state their expected values in. Slow and obvious on purpose.
import type { NdArray } from '../graph/evaluate.ts';

export type { NdArray };

const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** The array whose element at each index is f(index). */
export function build(dims: readonly number[], f: (index: number[]) => number): NdArray {
  const data = Array.from({ length: sizeOf(dims) }, (_, flat) => f(unravel(flat, dims)));
  return { dims, data };
}

function unravel(flat: number, dims: readonly number[]): number[] {
  const index = dims.map(() => 0);
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    index[axis] = flat % dims[axis]!;
    flat = Math.floor(flat / dims[axis]!);
  }
  return index;
}

/** x at an index; leading indices too many are dropped and axes of size 1 repeat, as NumPy broadcasts. */
export function at(x: NdArray, index: readonly number[]): number {
  const own = index.slice(index.length - x.dims.length);
  return x.data[x.dims.reduce((flat, dim, axis) => flat * dim + (dim === 1 ? 0 : own[axis]!), 0)]!;
}

export const map = (x: NdArray, f: (x: number) => number): NdArray => ({ dims: x.dims, data: x.data.map(f) });

export function broadcast(f: (...values: number[]) => number, ...arrays: NdArray[]): NdArray {
  const rank = Math.max(...arrays.map((a) => a.dims.length));
  const dims = Array.from({ length: rank }, (_, i) =>
    Math.max(...arrays.map((a) => a.dims[a.dims.length - rank + i] ?? 1)),
  );
  return build(dims, (index) => f(...arrays.map((a) => at(a, index))));
}

/** f over the entries along `axes`, which stay as axes of size 1. */
export function reduce(x: NdArray, axes: readonly number[], f: (values: number[]) => number): NdArray {
  const reduced = axes.map((axis) => (axis < 0 ? axis + x.dims.length : axis));
  const dims = x.dims.map((dim, i) => (reduced.includes(i) ? 1 : dim));
  const groups = Array.from({ length: sizeOf(dims) }, (): number[] => []);
  x.data.forEach((value, flat) => {
    const index = unravel(flat, x.dims);
    const group = dims.reduce((g, dim, i) => g * dim + (dim === 1 ? 0 : index[i]!), 0);
    groups[group]!.push(value);
  });
  return { dims, data: groups.map(f) };
}

export const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (values: readonly number[]): number => total(values) / values.length;

export const reshaped = (x: NdArray, dims: readonly number[]): NdArray => ({ dims, data: x.data });

export const transposed = (x: NdArray, perm: readonly number[]): NdArray =>
  build(
    perm.map((axis) => x.dims[axis]!),
    (index) => {
      const source = [...index];
      perm.forEach((axis, i) => {
        source[axis] = index[i]!;
      });
      return at(x, source);
    },
  );

/** Transposition of the last two axes. */
export const flipped = (x: NdArray): NdArray => {
  const axes = x.dims.map((_, i) => i);
  return transposed(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
};

/** Matrix product over the last two axes; batch axes broadcast. */
export function product(a: NdArray, b: NdArray): NdArray {
  const [m, k, n] = [a.dims.at(-2)!, a.dims.at(-1)!, b.dims.at(-1)!];
  const batch = (x: NdArray) => build(x.dims.slice(0, -2), () => 0);
  const { dims } = broadcast(() => 0, batch(a), batch(b));
  return build([...dims, m, n], (index) => {
    const [i, j] = index.slice(-2) as [number, number];
    const outer = index.slice(0, -2);
    return total(Array.from({ length: k }, (_, l) => at(a, [...outer, i, l]) * at(b, [...outer, l, j])));
  });
}

/** exp(x) / Σ exp(x) along `axis`. */
export function softmaxOf(x: NdArray, axis: number): NdArray {
  const exps = map(x, Math.exp);
  return broadcast((a, b) => a / b, exps, reduce(exps, [axis], total));
}

/** Entries [start, end) of `axis`. */
export const sliceOf = (x: NdArray, axis: number, start: number, end: number): NdArray =>
  build(
    x.dims.map((dim, i) => (i === axis ? end - start : dim)),
    (index) =>
      at(
        x,
        index.map((place, i) => (i === axis ? place + start : place)),
      ),
  );

export function joined(arrays: readonly NdArray[], axis: number): NdArray {
  const sizes = arrays.map((a) => a.dims[axis]!);
  return build(
    arrays[0]!.dims.map((dim, i) => (i === axis ? total(sizes) : dim)),
    (index) => {
      let place = index[axis]!;
      let which = 0;
      while (place >= sizes[which]!) place -= sizes[which++]!;
      return at(
        arrays[which]!,
        index.map((own, i) => (i === axis ? place : own)),
      );
    },
  );
}
