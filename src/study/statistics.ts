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
  const average = mean(values);
  const squares = values.reduce((sum, x) => sum + (x - average) ** 2, 0);
  const [low, high] =
    spread === 'quartiles' ? [quantile(sorted, 0.25), quantile(sorted, 0.75)] : bootstrapInterval(values);
  return {
    count: values.length,
    mean: average,
    median: quantile(sorted, 0.5),
    deviation: Math.sqrt(squares / (values.length - 1)),
    low,
    high,
  };
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
