// The little linear algebra that the interpolator needs, on rows of float64.

export type Matrix = Float64Array[];

/** What is shorter than this share of the longest column is rounding. */
const TOLERANCE = 1e-9;

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const multiply = (matrix: Matrix, x: Float64Array): Float64Array =>
  Float64Array.from(matrix, (row) => dot(row, x));

/**
 * Adds to an orthonormal basis what a symmetric matrix's columns have beside it, and gives what it added: Gram and
 * Schmidt's method, the longest column first, each made orthogonal twice.
 */
export function extendBasis(basis: Float64Array[], matrix: Matrix): Float64Array[] {
  const added: Float64Array[] = [];
  const longest = Math.sqrt(Math.max(...matrix.map((row) => dot(row, row))));
  const columns = matrix.map((row) => Float64Array.from(row));
  for (const column of columns) for (const q of basis) subtract(column, q);
  for (;;) {
    const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
    const next = lengths.indexOf(Math.max(...lengths));
    if (basis.length === matrix.length || lengths[next]! <= TOLERANCE * longest) return added;
    const q = columns[next]!.map((value) => value / lengths[next]!);
    for (const other of basis) subtract(q, other);
    const length = Math.sqrt(dot(q, q));
    const unit = q.map((value) => value / length);
    basis.push(unit);
    added.push(unit);
    for (const column of columns) subtract(column, unit);
  }
}

/** Takes from `x` what it has of the unit vector `q`. */
function subtract(x: Float64Array, q: Float64Array): void {
  const share = dot(x, q);
  for (let i = 0; i < x.length; i++) x[i]! -= share * q[i]!;
}

/** The solution of a positive definite system, by Cholesky's factors. */
export function solve(matrix: Matrix, right: Float64Array): Float64Array {
  const n = right.length;
  const factor = matrix.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= factor[i]![k]! * factor[j]![k]!;
      factor[i]![j] = i === j ? Math.sqrt(sum) : sum / factor[j]![j]!;
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i]![k]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}
