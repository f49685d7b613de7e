// Cosines, neighbours and principal components of vectors that are made up.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { umapPlane } from '../../src/inspect/umap.ts';
import { cosine, meanCosine, nearestRows, principalPlane, rowProducts } from '../../src/inspect/vectors.ts';
import { Rng } from '../../src/util/rng.ts';

const vectors = fc.array(
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
  { minLength: 2, maxLength: 8 },
);

test('the mean cosine is that of all pairs', () => {
  fc.assert(
    fc.property(vectors, (given) => {
      const rows = given.filter((row) => Math.hypot(...row) > 1e-3);
      if (rows.length < 2) return;
      const pairs = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => cosine(a, b)));
      const mean = pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
      expect(meanCosine(rows)).toBeCloseTo(mean, 9);
    }),
  );
  expect(meanCosine([[1, 0]])).toBeNaN();
  expect(cosine([0, 0], [1, 0])).toBe(0);
});

test('nearest rows come best first', () => {
  const table = Float32Array.of(1, 0, 0, 1, -1, 0, 3, 3);
  expect(nearestRows([2, 0], table, 3).map(({ row }) => row)).toEqual([0, 3, 1]);
});

test('rows are multiplied one by one', () => {
  expect(rowProducts(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8), 2)).toEqual([17, 53]);
});

test('principal components are those of points on known axes', () => {
  const rng = Rng.fromSeed(1);
  // Along (3, 4, 0)/5 with deviation 5, along z with deviation 1.
  const points = Array.from({ length: 200 }, () => [5 * rng.normal(), rng.normal()] as const);
  const rows = points.map(([a, b]) => [7 + 0.6 * a, -2 + 0.8 * a, b]);
  const { points: found, explained } = principalPlane(rows);
  const mean = points.reduce((sum, [a]) => sum + a / points.length, 0);
  const close = found.filter(({ x }, i) => Math.abs(x - (points[i]![0] - mean)) < 0.5);
  expect(close.length).toBe(200);
  expect(explained[0] + explained[1]).toBeCloseTo(1, 9);
  expect(explained[0]).toBeGreaterThan(0.9);
  // Axes are orthogonal: so are the coordinates.
  expect(found.reduce((sum, { x, y }) => sum + x * y, 0)).toBeCloseTo(0, 3);
});

test('points that are all alike have no spread', () => {
  const { points, explained } = principalPlane([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(points.map(({ x, y }) => [Math.abs(x), Math.abs(y)])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect(explained).toEqual([0, 0]);
});

test('UMAP keeps two groups apart, and draws the same each time', () => {
  const rng = Rng.fromSeed(2);
  const rows = Array.from({ length: 24 }, (_, i) =>
    Float32Array.from({ length: 6 }, (_, k) => (k % 2 === i % 2 ? 1 : 0) + 0.05 * rng.normal()),
  );
  const points = umapPlane(rows)!;
  const centre = (group: number) => {
    const own = points.filter((_, i) => i % 2 === group);
    const mean = (f: (p: { x: number; y: number }) => number) =>
      own.reduce((sum, p) => sum + f(p) / own.length, 0);
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  };
  const [a, b] = [centre(0), centre(1)];
  const nearOwn = points.filter((p, i) => {
    const [own, other] = i % 2 === 0 ? [a, b] : [b, a];
    return Math.hypot(p.x - own.x, p.y - own.y) < Math.hypot(p.x - other.x, p.y - other.y);
  });
  expect(nearOwn.length).toBe(24);
  expect(umapPlane(rows)).toEqual(points);
  expect(umapPlane(rows.slice(0, 4))).toBeUndefined();
});
