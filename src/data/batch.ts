// What a session is fed at once, whatever the task.
import type { TensorData } from '../tensor/tensor.ts';

export interface Batch {
  /** By the names of the graph's inputs. */
  inputs: Readonly<Record<string, TensorData>>;
  /** The named dimensions of the inputs: B rows, S and T places of each, M places chosen of all, P tokens, U words of C characters. */
  sizes: Readonly<Record<string, number>>;
  /** What means are taken over, counted in this batch: { tokens: 812 }. */
  weights: Readonly<Record<string, number>>;
  /** The examples in it, row by row, by their positions in the set. */
  rows: readonly number[];
}

/** The rows of a batch, and the places of each on every side. */
export function extentOf({ B = 1, M: _, P: __, U: ___, C: ____, ...lengths }: Batch['sizes']): {
  rows: number;
  lengths: number[];
} {
  return { rows: B, lengths: Object.values(lengths) };
}

/** How far rows are padded beyond the longest of them. */
export interface Padding {
  /** Lengths are rounded up to a multiple of this; 1 by default. */
  padToMultiple?: number;
  /** Places that the model has, beyond which nothing is padded; no limit by default. */
  maxLength?: number;
}

/** Places of a row of `length` tokens. */
export function paddedLength(
  length: number,
  { padToMultiple = 1, maxLength = Number.POSITIVE_INFINITY }: Padding,
): number {
  const padded = Math.ceil(length / padToMultiple) * padToMultiple;
  return Math.max(length, Math.min(padded, maxLength));
}

/** Rows as a matrix [rows, length] of int32, each `offset` places from the left, filled up with `fill`. */
export function padRows(
  rows: readonly ArrayLike<number>[],
  length: number,
  fill: number,
  offset = 0,
): TensorData {
  const data = new Int32Array(rows.length * length).fill(fill);
  rows.forEach((row, b) => {
    data.set(row, b * length + offset);
  });
  return { dtype: 'int32', dims: [rows.length, length], data };
}

/** Where the tokens of rows of so many places stand in a matrix [rows, length]: see graph/ops/packing.ts. */
export function packTokens(
  lengths: readonly number[],
  length: number,
): { inputs: Record<'tokens' | 'rowOf', TensorData>; size: number } {
  const size = lengths.reduce((sum, own) => sum + own, 0);
  const [tokens, rowOf] = [new Int32Array(size), new Int32Array(lengths.length * length)];
  let token = 0;
  for (const [b, own] of lengths.entries()) {
    for (let place = b * length; place < b * length + own; place++) {
      tokens[token] = place;
      rowOf[place] = ++token;
    }
  }
  return {
    inputs: {
      tokens: { dtype: 'int32', dims: [size], data: tokens },
      rowOf: { dtype: 'int32', dims: [rowOf.length], data: rowOf },
    },
    size,
  };
}
