// The significance tests of `tx eval-bleu`: which one the options ask for, and its results for every metric.
import type { Argv } from 'yargs';
import type { Seed } from '../metrics/numpy-random.ts';
import { type SegmentStatistics, sumSegments } from '../metrics/segment-statistics.ts';
import {
  DEFAULT_SAMPLES,
  DEFAULT_SEED,
  estimateConfidence,
  pairedBootstrap,
  pairedRandomization,
  parseSeed,
} from '../metrics/significance.ts';
import { addSampling, type SystemResult } from '../metrics/significance-results.ts';
import type { MetricInfo, ReportMetric } from '../report/scores.ts';
import { UsageError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';

export function significanceOptions<T>(yargs: Argv<T>) {
  const group = 'Significance:';
  return yargs
    .option('confidence', {
      group,
      type: 'boolean',
      describe: 'For one system: mean and 95% interval by bootstrap resampling',
    })
    .option('confidence-n', {
      group,
      type: 'number',
      requiresArg: true,
      describe: `Its resamples [default: ${DEFAULT_SAMPLES.bs}]`,
    })
    .option('paired-bs', {
      group,
      type: 'boolean',
      describe: 'For several: test each against the first by paired bootstrap resampling',
    })
    .option('paired-bs-n', {
      group,
      type: 'number',
      requiresArg: true,
      describe: `Its resamples [default: ${DEFAULT_SAMPLES.bs}]`,
    })
    .option('paired-ar', {
      group,
      type: 'boolean',
      describe: 'For several: test each against the first by paired approximate randomization',
    })
    .option('paired-ar-n', {
      group,
      type: 'number',
      requiresArg: true,
      describe: `Its trials [default: ${DEFAULT_SAMPLES.ar}]`,
    })
    .option('seed', {
      group,
      type: 'string',
      requiresArg: true,
      describe: `Of these tests: a number, or none for another each time [default: ${DEFAULT_SEED}]`,
    });
}

type TestName = 'confidence' | 'paired-bs' | 'paired-ar';

export interface Test {
  name: TestName;
  samples: number;
  seed: Seed;
}

interface Arguments {
  confidence?: boolean | undefined;
  confidenceN?: number | undefined;
  pairedBs?: boolean | undefined;
  pairedBsN?: number | undefined;
  pairedAr?: boolean | undefined;
  pairedArN?: number | undefined;
  seed?: string | undefined;
}

/** The test that was asked for; a UsageError where it does not suit the number of systems, which `remedy` mends. */
export function parseTest(
  args: Arguments,
  numSystems: number,
  remedy = 'give two or more runs, or files to --hyp',
): Test | undefined {
  const rows: [TestName, boolean | undefined, number | undefined][] = [
    ['confidence', args.confidence, args.confidenceN],
    ['paired-bs', args.pairedBs, args.pairedBsN],
    ['paired-ar', args.pairedAr, args.pairedArN],
  ];
  const asked = rows.filter(([, wanted]) => wanted);
  const [first, second] = asked;
  if (first && second) throw new UsageError(`--${first[0]} and --${second[0]} exclude each other`);
  for (const [name, wanted, count] of rows) {
    if (count === undefined) continue;
    if (!wanted) throw new UsageError(`--${name}-n is for --${name}`);
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new UsageError(`--${name}-n ${count}: give a whole number above 0`);
    }
  }
  if (!first) {
    if (args.seed === undefined) return undefined;
    throw new UsageError('--seed is for --confidence, --paired-bs and --paired-ar');
  }
  const [name, , count] = first;
  if (name === 'confidence' && numSystems > 1) {
    throw new UsageError('--confidence is for one system; --paired-bs and --paired-ar compare several');
  }
  if (name !== 'confidence' && numSystems < 2) {
    throw new UsageError(`--${name} compares systems: ${remedy}`);
  }
  const samples = count ?? (name === 'paired-ar' ? DEFAULT_SAMPLES.ar : DEFAULT_SAMPLES.bs);
  return { name, samples, seed: args.seed === undefined ? DEFAULT_SEED : parseSeed(args.seed) };
}

/** What a test found about every system under one metric, the baseline first. */
export function runTest(
  { name, samples, seed }: Test,
  metric: Pick<ReportMetric, 'computeScore'>,
  systems: readonly { name: string; statistics: SegmentStatistics }[],
  onProgress: (done: number, total: number) => void,
): SystemResult[] {
  const computeScore = (sums: number[]): number => metric.computeScore(sums).score;
  const options = { samples, seed, onProgress };
  if (name === 'paired-bs') return pairedBootstrap(systems, computeScore, options);
  if (name === 'paired-ar') return pairedRandomization(systems, computeScore, options);
  return systems.map(({ name: system, statistics }) => ({
    system,
    score: computeScore(sumSegments(statistics)),
    ...estimateConfidence(statistics, computeScore, options),
    pValue: null,
  }));
}

/** Metrics whose signatures tell of the test as well, if there was one. */
export function signMetrics(metrics: readonly MetricInfo[], test: Test | undefined): readonly MetricInfo[] {
  if (test === undefined) return metrics;
  const { name, samples, seed } = test;
  const sampling = { [name === 'paired-ar' ? 'ar' : 'bs']: samples, seed };
  return metrics.map((metric) => ({ ...metric, signature: addSampling(metric.signature, sampling) }));
}

/** `Paired bootstrap resampling, 1,000 resamples, seed 12345`. */
export function describeTest({ name, samples, seed }: Test): string {
  const texts = {
    confidence: 'Bootstrap resampling, # resamples',
    'paired-bs': 'Paired bootstrap resampling, # resamples',
    'paired-ar': 'Paired approximate randomization, # trials',
  };
  const text = texts[name].replace('#', formatCount(samples));
  return `${text}, ${seed === 'none' ? 'no seed' : `seed ${seed}`}`;
}
