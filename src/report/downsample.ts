// Fewer points with the same look: largest-triangle-three-buckets, Steinarsson 2013, "Downsampling Time Series for
// Visual Representation".

/**
 * The first and the last point, and of each bucket between the one whose triangle with the point chosen before and the
 * mean of the next bucket is largest; all where there are no more than `count`, which is 3 or more.
 */
export function downsample<T>(points: readonly T[], count: number, at: (point: T) => [number, number]): T[] {
  const n = points.length;
  if (n <= count) return [...points];
  const chosen = [points[0]!];
  const edge = (bucket: number) => 1 + Math.floor((bucket * (n - 2)) / (count - 2));
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const [from, to] = [edge(bucket), edge(bucket + 1)];
    const [nextX, nextY] = meanOf(points, to, Math.min(n, Math.max(to + 1, edge(bucket + 2))), at);
    const [x, y] = at(chosen.at(-1)!);
    let best = points[from]!;
    let largest = -1;
    for (let i = from; i < to; i++) {
      const [ownX, ownY] = at(points[i]!);
      const area = Math.abs((x - nextX) * (ownY - y) - (x - ownX) * (nextY - y));
      if (area > largest) [largest, best] = [area, points[i]!];
    }
    chosen.push(best);
  }
  return [...chosen, points[n - 1]!];
}

function meanOf<T>(points: readonly T[], from: number, to: number, at: (point: T) => [number, number]) {
  let [sumX, sumY] = [0, 0];
  for (let i = from; i < to; i++) {
    const [x, y] = at(points[i]!);
    sumX += x;
    sumY += y;
  }
  return [sumX / (to - from), sumY / (to - from)] as const;
}
