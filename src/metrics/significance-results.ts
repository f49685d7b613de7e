// What tests of significance find, and how sacreBLEU prints it.
import { formatFixed } from '../util/format-number.ts';
import type { Seed } from './numpy-random.ts';

/** Up to this p-value a difference is marked as significant. */
const LEVEL = 0.05;

export interface Confidence {
  /** The mean score of the resamples. */
  readonly mean: number;
  /** Half the width of the interval that holds 95% of them. */
  readonly interval: number;
}

/** Null where the test did not estimate it; the p-value of the baseline is always null. */
export interface SystemResult {
  readonly system: string;
  readonly score: number;
  readonly mean: number | null;
  readonly interval: number | null;
  /** Of no difference between the system and the baseline. */
  readonly pValue: number | null;
}

/** A cell of sacreBLEU's table in one or two parts: `29.43 (29.41 ± 1.25)`, and `(p = 0.0010)*` if p was estimated. */
export function formatCell(result: SystemResult, digits = 2): string[] {
  const { score, mean, interval, pValue } = result;
  const figure = formatFixed(score, digits);
  const spread =
    mean === null ? '' : ` (${formatFixed(mean, digits)} ± ${formatFixed(interval ?? 0, digits)})`;
  if (pValue === null) return [figure + spread];
  return [figure + spread, `(p = ${formatFixed(pValue, 4)})${pValue <= LEVEL ? '*' : ''}`];
}

/** What sacreBLEU puts after a single score: `(μ = 29.41 ± 1.25)`. */
export function formatConfidence({ mean, interval }: Confidence, digits = 2): string {
  return `(μ = ${formatFixed(mean, digits)} ± ${formatFixed(interval, digits)})`;
}

/** The fields of a result under the names that sacreBLEU's JSON gives them. */
export function toSacrebleuJson({ score, pValue, mean, interval }: SystemResult) {
  return { score, p_value: pValue, mean, ci: interval };
}

/** A metric's signature with the counts of resamples and trials and the seed after its first field, as sacreBLEU has it. */
export function addSampling(
  signature: string,
  sampling: { readonly bs?: number; readonly ar?: number; readonly seed: Seed },
): string {
  const [references, ...rest] = signature.split('|');
  const fields = (['bs', 'ar', 'seed'] as const).flatMap((key) =>
    sampling[key] === undefined ? [] : [`${key}:${sampling[key]}`],
  );
  return [references, ...fields, ...rest].join('|');
}
