// The min-degree interpolator of Abbe et al. 2023 (arXiv 2301.13105): of all functions of n bits that are right on the
// training points, the one with the least degree profile. Zhou et al. 2023 (appendix D) have a task that it gets wrong.
// It ignores coordinates that are the same at all points, so where the points are all that is left beside such
// coordinates it looks the answer up. Of other points it is found degree by degree, by linear algebra on the points alone.
import { UserError } from '../../util/errors.ts';
import { degreeProfile, fourier } from './fourier.ts';
import { dot, extendBasis, type Matrix, multiply, solve } from './linear.ts';
import { gather, MAX_BITS, popCount } from './points.ts';

export interface Interpolator {
  /** Its value at a point. */
  at(point: number): number;
  /** Σ f̂(T)² over the sets of each size, from 0 to n. */
  readonly profile: readonly number[];
}

export interface TrainingPoint {
  readonly point: number;
  readonly label: number;
}

/** Most training points that are not a whole subcube: their matrices have so many rows and columns. */
const MAX_POINTS = 600;

/** A UserError for too many bits or points, for none, and for a point with two labels. */
export function minDegreeInterpolator(bits: number, training: readonly TrainingPoint[]): Interpolator {
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= MAX_BITS)) {
    throw new UserError(`the interpolator is of 1 to ${MAX_BITS} bits, not ${bits}`);
  }
  const labels = new Map<number, number>();
  for (const { point, label } of training) {
    if (!(Number.isInteger(point) && point >= 0 && point < 2 ** bits)) {
      throw new UserError(`${point} is no point of ${bits} bits`);
    }
    const other = labels.get(point);
    if (other !== undefined && other !== label) throw new UserError(`the point ${point} has two labels`);
    labels.set(point, label);
  }
  if (labels.size === 0) throw new UserError('the interpolator needs a training point');
  const [first] = labels.keys();
  let varying = 0;
  for (const point of labels.keys()) varying |= point ^ first!;
  if (labels.size === 2 ** popCount(varying)) return lookUp(bits, varying, labels);
  if (labels.size > MAX_POINTS) {
    throw new UserError(`${labels.size} training points are more than ${MAX_POINTS}, and no whole subcube`);
  }
  return interpolate(bits, [...labels.keys()], [...labels.values()]);
}

/** Where all coordinates but those of `varying` are constant, and the points are all that there are. */
function lookUp(bits: number, varying: number, labels: ReadonlyMap<number, number>): Interpolator {
  const table = new Float64Array(labels.size);
  for (const [point, label] of labels) table[gather(point, varying)] = label;
  const profile = degreeProfile(fourier(table));
  return {
    at: (point) => table[gather(point, varying)]!,
    profile: [...profile, ...Array<number>(1 + bits - profile.length).fill(0)],
  };
}

/**
 * Parities of degree k on the points make the matrix A_k; A_k·A_kᵀ is the Krawtchouk polynomial of the points' distances.
 * What degrees below k cannot give of the labels, degree k gives with the least Σ f̂(T)²: with Q_k a basis of what degree
 * k adds, f̂ = A_kᵀ β_k where β_k = Q_k (Q_kᵀ A_k A_kᵀ Q_k)⁻¹ Q_kᵀ y; its values leave the lower degrees the rest of y.
 */
function interpolate(bits: number, points: readonly number[], labels: readonly number[]): Interpolator {
  const kernels = Array.from({ length: bits + 1 }, (_, k) => krawtchouk(bits, k));
  const gramOf = (k: number): Matrix =>
    points.map((a) => Float64Array.from(points, (b) => kernels[k]![popCount(a ^ b)]!));
  const basis: Float64Array[] = [];
  const levels: { gram: Matrix; added: Float64Array[] }[] = [];
  for (let k = 0; basis.length < points.length; k++) {
    const gram = gramOf(k);
    levels.push({ gram, added: extendBasis(basis, gram) });
  }
  let rest = Float64Array.from(labels);
  const weights: Float64Array[] = [];
  const profile = Array<number>(bits + 1).fill(0);
  for (let k = levels.length - 1; k >= 0; k--) {
    const { gram, added } = levels[k]!;
    const images = added.map((q) => multiply(gram, q));
    const square = added.map((q) => Float64Array.from(images, (image) => dot(q, image)));
    const solved = solve(
      square,
      Float64Array.from(added, (q) => dot(q, rest)),
    );
    const beta = new Float64Array(points.length);
    added.forEach((q, j) => {
      for (let i = 0; i < beta.length; i++) beta[i]! += solved[j]! * q[i]!;
    });
    const values = multiply(gram, beta);
    profile[k] = Math.max(0, dot(beta, values));
    rest = rest.map((label, i) => label - values[i]!);
    weights[k] = beta;
  }
  return {
    at: (point) =>
      points.reduce((sum, one, i) => {
        const distance = popCount(point ^ one);
        return weights.reduce((inner, beta, k) => inner + beta[i]! * kernels[k]![distance]!, sum);
      }, 0),
    profile,
  };
}

/** Σ over the sets T of size k of χ_T(x) χ_T(y), by the distance of x and y: Σ_j (−1)^j C(d, j) C(n − d, k − j). */
function krawtchouk(bits: number, k: number): Float64Array {
  return Float64Array.from({ length: bits + 1 }, (_, distance) => {
    let sum = 0;
    for (let j = 0; j <= k; j++) {
      sum += (j % 2 === 0 ? 1 : -1) * choose(distance, j) * choose(bits - distance, k - j);
    }
    return sum;
  });
}

function choose(n: number, k: number): number {
  if (k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - i + 1)) / i;
  return ways;
}
