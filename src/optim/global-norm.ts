// Clipping by the norm of all gradients together (Pascanu et al. 2013), with PyTorch's 1e-6 against division by zero.

/** √(Σ g²) over all arrays, summed in double precision; not finite where a gradient is not. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) sum += squaredNorm(gradient);
  return Math.sqrt(sum);
}

/** What gradients of norm `norm` are to be multiplied by, so that it is at most `maxNorm`. */
export const clipScale = (norm: number, maxNorm: number): number => Math.min(1, maxNorm / (norm + 1e-6));

/** Four sums at a time: one alone would wait for each addition. */
function squaredNorm(x: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = x.length - (x.length % 4);
  for (let i = 0; i < end; i += 4) {
    a += x[i]! * x[i]!;
    b += x[i + 1]! * x[i + 1]!;
    c += x[i + 2]! * x[i + 2]!;
    d += x[i + 3]! * x[i + 3]!;
  }
  for (let i = end; i < x.length; i++) a += x[i]! * x[i]!;
  return a + b + (c + d);
}
