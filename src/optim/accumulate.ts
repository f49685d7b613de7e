// Sums of gradients over several batches.

/** target ← target + source, for arrays of one length. */
export function accumulate(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += source[i]!;
}
