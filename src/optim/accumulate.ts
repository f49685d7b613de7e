// Sums of gradients over several batches.

/** target ← target + scale · source, for arrays of one length. */
export function accumulate(target: Float32Array, source: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * source[i]!;
}
