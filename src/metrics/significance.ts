// Tests of the difference between systems, equal to sacreBLEU 2.6.0's: paired bootstrap resampling (Koehn, 2004) and
// paired approximate randomization (Riezler and Maxwell, 2005), each against the first system, and the confidence
// interval of a single one. They see statistics per segment and a function from sums to a score, no metric.
// sacreBLEU scores resamples in single precision, this in double: means and intervals agree to about 1e-4. Its
// randomization of TER with three references adds thirds, where rounding decides which trials count as ties: not here.
// And it counts only samples beyond the observed difference, which gives two systems with equal scores its smallest p;
// every difference is as large as none, so p is 1 here.
import { UsageError, UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { buildSums } from './column-sums.ts';
import { NumpyGenerator, type Seed } from './numpy-random.ts';
import { average, type ComputeScore, resample, summarize } from './resampling.ts';
import type { SegmentStatistics } from './segment-statistics.ts';
import type { Confidence, SystemResult } from './significance-results.ts';

export const DEFAULT_SEED = 12345;
/** Resamples of the bootstrap, trials of approximate randomization. */
export const DEFAULT_SAMPLES = { bs: 1000, ar: 10_000 } as const;
/** Scores that differ by less are equal, up to rounding. */
const EQUAL = 1e-9;

export interface NamedSystem {
  readonly name: string;
  readonly statistics: SegmentStatistics;
}

export interface SamplingOptions {
  /** Resamples or trials; by default DEFAULT_SAMPLES. */
  readonly samples?: number;
  /** By default DEFAULT_SEED. */
  readonly seed?: Seed;
  /** Called about a hundred times, and with `done` equal to `total` at the end. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface RandomizationOptions extends SamplingOptions {
  /** Bootstrap resamples for confidence intervals, which are left out by default. */
  readonly confidenceSamples?: number;
}

/** The value of the variable SACREBLEU_SEED as a seed; a UsageError unless it is a non-negative integer or `none`. */
export function parseSeed(text: string): Seed {
  const value = text.trim().toLowerCase();
  if (value === 'none') return 'none';
  if (/^\d+$/.test(value)) return BigInt(value);
  throw new UsageError(`the seed ${quote(text)} is neither a non-negative integer nor none`);
}

/** The mean and the 95% interval of one system's score over bootstrap resamples of its segments. */
export function estimateConfidence(
  statistics: SegmentStatistics,
  computeScore: ComputeScore,
  options: SamplingOptions = {},
): Confidence {
  const samples = checkSamples(options.samples ?? DEFAULT_SAMPLES.bs);
  if (statistics.segments === 0) throw new UserError('nothing to resample: there are no segments');
  const generator = new NumpyGenerator(options.seed ?? DEFAULT_SEED);
  const tick = countProgress(samples, options.onProgress);
  return summarize(resample([statistics], computeScore, samples, generator, tick)[0]!);
}

/**
 * Paired bootstrap resampling of each system against the first. A UsageError for fewer than two systems, a UserError
 * if their statistics differ in shape.
 */
export function pairedBootstrap(
  systems: readonly NamedSystem[],
  computeScore: ComputeScore,
  options: SamplingOptions = {},
): SystemResult[] {
  const samples = checkSamples(options.samples ?? DEFAULT_SAMPLES.bs);
  checkSystems(systems);
  const generator = new NumpyGenerator(options.seed ?? DEFAULT_SEED);
  const tick = countProgress(samples, options.onProgress);
  const statistics = systems.map((system) => system.statistics);
  const resampled = resample(statistics, computeScore, samples, generator, tick);
  const scores = statistics.map((own) => computeScore(sumColumns(own)));
  const baseline = resampled[0]!;
  return systems.map(({ name }, s) => {
    const own = resampled[s]!;
    // Under the null hypothesis the differences spread around 0 as they do here around their mean.
    const differences = own.map((score, i) => Math.abs(score - baseline[i]!));
    const observed = Math.abs(scores[s]! - scores[0]!);
    const mean = average(differences);
    const larger = differences.filter((difference) => difference - mean > observed).length;
    return {
      system: name,
      score: scores[s]!,
      ...summarize(own),
      pValue: s === 0 ? null : computePValue(observed, larger, samples),
    };
  });
}

/**
 * Paired approximate randomization of each system against the first: in each trial every segment's outputs change
 * places with probability 1/2. Errors as for pairedBootstrap.
 */
export function pairedRandomization(
  systems: readonly NamedSystem[],
  computeScore: ComputeScore,
  options: RandomizationOptions = {},
): SystemResult[] {
  const samples = checkSamples(options.samples ?? DEFAULT_SAMPLES.ar);
  const confidenceSamples =
    options.confidenceSamples === undefined ? 0 : checkSamples(options.confidenceSamples);
  checkSystems(systems);
  const seed = options.seed ?? DEFAULT_SEED;
  const generator = new NumpyGenerator(seed);
  const tick = countProgress(samples + 2 * confidenceSamples, options.onProgress);

  const [baseline, ...others] = systems.map((system) => system.statistics) as [
    SegmentStatistics,
    ...SegmentStatistics[],
  ];
  const { segments, width } = baseline;
  const total = sumColumns(baseline);
  const totals = others.map(sumColumns);
  const score = computeScore([...total]);
  const scores = totals.map((own) => computeScore([...own]));
  const observed = scores.map((own) => Math.abs(score - own));
  // With D the sum of (baseline - system) over the chosen segments, the shuffled systems are system + D and baseline - D.
  const chosen = buildSums(
    others.map((other) => subtract(baseline, other)),
    false,
  );
  const larger: number[] = others.map(() => 0);
  const difference: number[] = new Array(width).fill(0);
  const [a, b] = [[...difference], [...difference]];
  const nextBit = generator.bits();
  for (let trial = 0; trial < samples; trial++) {
    let count = 0;
    for (let i = 0; i < segments; i++) {
      chosen.rows[count] = i;
      count += nextBit();
    }
    for (let s = 0; s < others.length; s++) {
      chosen.sum(s, count, difference);
      for (let k = 0; k < width; k++) {
        a[k] = totals[s]![k]! + difference[k]!;
        b[k] = total[k]! - difference[k]!;
      }
      const shuffled = Math.abs(computeScore(a) - computeScore(b));
      if (shuffled > observed[s]!) larger[s]!++;
    }
    tick();
  }

  // Drawn as in sacreBLEU: the baseline's resamples from the seed, the others' after the trials.
  const estimate = (of: readonly SegmentStatistics[], from: NumpyGenerator) =>
    confidenceSamples === 0
      ? of.map(() => ({ mean: null, interval: null }))
      : resample(of, computeScore, confidenceSamples, from, tick).map(summarize);
  const [first] = estimate([baseline], new NumpyGenerator(seed));
  const rest = estimate(others, generator);
  return systems.map(({ name }, s) =>
    s === 0
      ? { system: name, score, ...first!, pValue: null }
      : {
          system: name,
          score: scores[s - 1]!,
          ...rest[s - 1]!,
          pValue: computePValue(observed[s - 1]!, larger[s - 1]!, samples),
        },
  );
}

function checkSamples(samples: number): number {
  if (Number.isSafeInteger(samples) && samples > 0) return samples;
  throw new UsageError(`${samples} is not a number of samples: give a positive integer`);
}

function checkSystems(systems: readonly NamedSystem[]): void {
  const [baseline, ...others] = systems;
  if (baseline === undefined || others.length === 0) {
    throw new UsageError('a paired test compares systems: give a baseline and at least one other');
  }
  const { segments, width } = baseline.statistics;
  if (segments === 0) throw new UserError('nothing to resample: there are no segments');
  for (const { name, statistics } of others) {
    if (statistics.segments !== segments) {
      throw new UserError(
        `${name} has ${statistics.segments} segments, but the baseline ${baseline.name} has ${segments}`,
      );
    }
    if (statistics.width !== width) {
      throw new UserError(`the statistics of ${name} and ${baseline.name} are not of one metric`);
    }
  }
}

function sumColumns({ values, width }: SegmentStatistics): number[] {
  const sums: number[] = new Array(width).fill(0);
  for (let i = 0; i < values.length; i++) sums[i % width]! += values[i]!;
  return sums;
}

function subtract(a: SegmentStatistics, b: SegmentStatistics): SegmentStatistics {
  return { ...a, values: a.values.map((value, i) => value - b.values[i]!) };
}

/** p = (c + 1) / (n + 1), with c of n samples beyond the observed difference, and 1 where that is none; never 0. */
function computePValue(observed: number, larger: number, samples: number): number {
  return observed < EQUAL ? 1 : (larger + 1) / (samples + 1);
}

function countProgress(total: number, onProgress: SamplingOptions['onProgress']): () => void {
  if (onProgress === undefined) return () => {};
  const every = Math.ceil(total / 100);
  let done = 0;
  return () => {
    done++;
    if (done % every === 0 || done === total) onProgress(done, total);
  };
}
