// What the values of a few seeds tell of an arm.
import { Rng } from '../util/rng.ts';
import type { Spread } from './schema.ts';

export interface Summary {
  count: number;
  mean: number;
  median: number;
  /** The standard deviation, with n − 1; NaN of one value. */
  deviation: number;
  /** The quartiles, or the bounds of an interval. */
  low: number;
  high: number;
}

/** Of at least one value. */
export function summarize(values: readonly number[], spread: Spread): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] =
    spread === 'quartiles' ? [quantile(sorted, 0.25), quantile(sorted, 0.75)] : bootstrapInterval(values);
  return {
    count: values.length,
    mean: mean(values),
    median: quantile(sorted, 0.5),
    deviation: deviation(values),
    low,
    high,
  };
}

/** With n − 1. */
function deviation(values: readonly number[]): number {
  const average = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - average) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The p-quantile of sorted values, straight between the two nearest (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

const RESAMPLES = 10_000;

/**
 * The 95% percentile interval of the mean, by the bootstrap (Efron 1979): means of resamples with replacement. Of three
 * values it is little more than their range. The same values give the same interval.
 */
export function bootstrapInterval(values: readonly number[]): [number, number] {
  const rng = Rng.fromSeed(values.length);
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(values.map(() => values[rng.int(values.length)]!)),
  ).sort((a, b) => a - b);
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

/**
 * The 95% interval of the mean by Student's t (Student 1908), for at least two values: mean ± t·s/√n, with the
 * deviation s and the 97.5% quantile t for n − 1 degrees of freedom. The values are taken as normally distributed.
 */
export function studentInterval(values: readonly number[]): { mean: number; low: number; high: number } {
  const average = mean(values);
  const reach = (studentQuantile(values.length - 1) * deviation(values)) / Math.sqrt(values.length);
  return { mean: average, low: average - reach, high: average + reach };
}

/** Halvings after which an angle is known to the last bit. */
const HALVINGS = 60;

/** The t with P(|T| ≤ t) = 0.95 for ν degrees of freedom, a whole number: 12.706 for 1, 4.303 for 2. */
export function studentQuantile(nu: number): number {
  let [low, high] = [0, Math.PI / 2];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (studentCoverage(middle, nu) < 0.95) low = middle;
    else high = middle;
  }
  return Math.sqrt(nu) * Math.tan(low);
}

/**
 * P(|T| ≤ √ν tan θ), a finite sum where ν is whole (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4):
 * (2/π)(θ + sin θ (cos θ + 2/3 cos³θ + …)) for odd ν, sin θ (1 + 1/2 cos²θ + 1·3/(2·4) cos⁴θ + …) for even ν.
 */
function studentCoverage(theta: number, nu: number): number {
  const [sin, cos] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = nu % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = nu === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k <= nu - 3; k += 2) sum += term *= (cos * cos * k) / (k + 1);
  return isOdd ? (2 / Math.PI) * (theta + sin * sum) : sin * sum;
}
