/** `count` positions spread evenly over [0, length). */
export function spread(length: number, count: number): number[] {
  const n = Math.min(length, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * length) / n));
}
