// Vectors compared and laid out in the plane.

/** Σ aᵢ bᵢ / (|a| |b|); 0 where one of them is 0. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

/** The mean cosine of all pairs of different vectors; NaN where there is none. By the length of the sum of unit vectors. */
export function meanCosine(vectors: readonly ArrayLike<number>[]): number {
  const count = vectors.length;
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  let units = 0;
  for (const vector of vectors) {
    const length = Math.hypot(...Array.from(vector));
    if (length === 0) continue;
    units++;
    for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! / length;
  }
  const square = sum.reduce((all, x) => all + x * x, 0);
  return count < 2 ? Number.NaN : (square - units) / (count * (count - 1));
}

/** The `count` rows of a table [V, D] of largest cosine with a vector, best first. */
export function nearestRows(
  vector: ArrayLike<number>,
  table: Float32Array,
  count: number,
): { row: number; cosine: number }[] {
  const width = vector.length;
  const all = Array.from({ length: table.length / width }, (_, row) => ({
    row,
    cosine: cosine(vector, table.subarray(row * width, (row + 1) * width)),
  }));
  return all.sort((a, b) => b.cosine - a.cosine || a.row - b.row).slice(0, count);
}

/** The products of the rows of two arrays [T, width]. */
export const rowProducts = (a: Float32Array, b: Float32Array, width: number): number[] =>
  Array.from({ length: a.length / width }, (_, t) =>
    dot(a.subarray(t * width, (t + 1) * width), b.subarray(t * width, (t + 1) * width)),
  );

export interface Plane {
  points: { x: number; y: number }[];
  /** Of the variance, by each axis. */
  explained: [number, number];
}

const MOST_ROUNDS = 1000;
const CLOSE = 1e-12;

/**
 * The first two principal components of vectors, each axis with its largest loading above 0. By orthogonal iteration
 * over Xᵀ X of the centred rows X.
 */
export function principalPlane(vectors: readonly ArrayLike<number>[]): Plane {
  const width = vectors[0]?.length ?? 0;
  const mean = Float64Array.from({ length: width }, (_, i) =>
    vectors.reduce((sum, vector) => sum + vector[i]! / vectors.length, 0),
  );
  const rows = vectors.map((vector) => Float64Array.from(vector, (x, i) => x - mean[i]!));
  // No two of the first axes are alike, and none is orthogonal to all that there is.
  let axes: Float64Array[] = [1, 2].map((k) =>
    Float64Array.from({ length: width }, (_, i) => Math.sin(k * (i + 1)) + 1e-3 * k),
  );
  let spread = [0, 0];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = axes.map((axis) => multiply(rows, axis));
    const lengths = orthonormalize(next);
    const change = Math.max(...next.map((axis, k) => 1 - Math.abs(dot(axis, axes[k]!))));
    axes = next;
    spread = lengths;
    if (round > 0 && change < CLOSE) break;
  }
  for (const axis of axes) {
    const largest = axis.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    if (largest < 0) for (let i = 0; i < width; i++) axis[i]! *= -1;
  }
  const total = rows.reduce((sum, row) => sum + dot(row, row), 0) || 1;
  return {
    points: rows.map((row) => ({ x: dot(row, axes[0]!), y: dot(row, axes[1]!) })),
    explained: [spread[0]! / total, spread[1]! / total],
  };
}

/** Xᵀ X v. */
function multiply(rows: readonly Float64Array[], v: Float64Array): Float64Array {
  const product = new Float64Array(v.length);
  for (const row of rows) {
    const share = dot(row, v);
    for (let i = 0; i < v.length; i++) product[i]! += share * row[i]!;
  }
  return product;
}

/** Gram and Schmidt, in place; the lengths that there were. */
function orthonormalize(axes: readonly Float64Array[]): number[] {
  return axes.map((axis, k) => {
    for (const other of axes.slice(0, k)) {
      const share = dot(axis, other);
      for (let i = 0; i < axis.length; i++) axis[i]! -= share * other[i]!;
    }
    const length = Math.sqrt(dot(axis, axis));
    // What is left of nothing is rounding.
    if (length < 1e-150) axis.fill(0);
    else for (let i = 0; i < axis.length; i++) axis[i]! /= length;
    return length;
  });
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
