// Functions of n bits as sums of parities: f(x) = Σ_T f̂(T) χ_T(x), where χ_T is 1 or −1 as the bits of x in T have an
// even or odd number of ones. Sets and inputs are numbers, bit i of which is of coordinate i.
import { popCount } from './points.ts';

/** f̂ by set, of the values by input: f̂(T) = 2^−n Σ_x f(x) χ_T(x), by Hadamard's transform in n·2^n steps. */
export function fourier(values: ArrayLike<number>): Float64Array {
  const sums = Float64Array.from(values);
  for (let half = 1; half < sums.length; half *= 2) {
    for (let start = 0; start < sums.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const [even, odd] = [sums[i]!, sums[i + half]!];
        sums[i] = even + odd;
        sums[i + half] = even - odd;
      }
    }
  }
  return sums.map((sum) => sum / sums.length);
}

/** The degree profile: Σ f̂(T)² over the sets of each size, from 0 to n. */
export function degreeProfile(coefficients: ArrayLike<number>): number[] {
  const profile = Array<number>(1 + Math.log2(coefficients.length)).fill(0);
  for (let set = 0; set < coefficients.length; set++) {
    profile[popCount(set)]! += coefficients[set]! ** 2;
  }
  return profile;
}

/** Below 0 where `a` is the lower profile, looked at from the highest degree down; 0 where they are alike. */
export function compareProfiles(a: readonly number[], b: readonly number[], tolerance = 1e-9): number {
  for (let degree = Math.max(a.length, b.length) - 1; degree >= 0; degree--) {
    const difference = (a[degree] ?? 0) - (b[degree] ?? 0);
    if (Math.abs(difference) > tolerance) return difference;
  }
  return 0;
}
