import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type MetricName, metrics } from '../../src/metrics/index.ts';
import type { ComputeScore } from '../../src/metrics/resampling.ts';
import type { SegmentStatistics } from '../../src/metrics/segment-statistics.ts';
import {
  estimateConfidence,
  type NamedSystem,
  pairedBootstrap,
  pairedRandomization,
  parseSeed,
} from '../../src/metrics/significance.ts';
import {
  addSampling,
  formatCell,
  formatConfidence,
  type SystemResult,
  toSacrebleuJson,
} from '../../src/metrics/significance-results.ts';
import { UsageError } from '../../src/util/errors.ts';

interface Figures {
  score: number;
  p_value: number | null;
  mean: number | null;
  ci: number | null;
}
interface TestGolden {
  metric: MetricName;
  test: 'bs' | 'ar';
  seed: string;
  /** 0 is the default. */
  samples: number;
  /** Resamples for intervals of approximate randomization; -1 is none. */
  confidence: number;
  signature: string;
  results: Figures[];
  cells: string[];
}
interface Golden {
  corpora: {
    numRefs: number;
    statistics: Record<MetricName, number[][][]>;
    tests: TestGolden[];
    singles: {
      metric: MetricName;
      samples: number;
      mean: number;
      interval: number;
      text: string;
      signature: string;
    }[];
  }[];
  wmt21: TestGolden[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/goldens/significance.json', import.meta.url), 'utf8'),
);

const scoreBy = (name: MetricName): ComputeScore => {
  const metric = metrics[name].build();
  return (sums) => metric.computeScore(sums).score;
};
const toStatistics = (rows: number[][]): SegmentStatistics => ({
  width: rows[0]?.length ?? 0,
  segments: rows.length,
  values: Float64Array.from(rows.flat()),
});
const nameSystems = (all: SegmentStatistics[]): NamedSystem[] =>
  all.map((statistics, i) => ({ name: `system ${i}`, statistics }));

/** A signature without the fields that a test adds. */
const withoutSampling = (signature: string) => signature.replace(/\|(bs|ar|seed):\d+/g, '');

function runGolden(
  systems: NamedSystem[],
  { metric, test, seed, samples, confidence }: TestGolden,
): SystemResult[] {
  const options = { seed: BigInt(seed), ...(samples > 0 && { samples }) };
  if (test === 'bs') return pairedBootstrap(systems, scoreBy(metric), options);
  return pairedRandomization(systems, scoreBy(metric), {
    ...options,
    ...(confidence > 0 && { confidenceSamples: confidence }),
  });
}

function check(results: SystemResult[], expected: TestGolden) {
  expect(results.map((result) => formatCell(result).join(' '))).toEqual(expected.cells);
  results.map(toSacrebleuJson).forEach((result, s) => {
    const { score, p_value, mean, ci } = expected.results[s]!;
    expect(result.p_value).toBe(p_value);
    expect(result.score).toBeCloseTo(score, 9);
    if (mean === null || ci === null) expect(result).toMatchObject({ mean, ci });
    else {
      expect(result.mean).toBeCloseTo(mean, 4);
      expect(result.ci).toBeCloseTo(ci, 4);
    }
  });
}

describe.each(golden.corpora)('equal to sacreBLEU 2.6.0, references: $numRefs', (corpus) => {
  test.each(corpus.tests)('$metric, $test, seed $seed, samples $samples', (expected) => {
    const systems = nameSystems(corpus.statistics[expected.metric].map(toStatistics));
    check(runGolden(systems, expected), expected);
    const { test, seed, samples, confidence, signature } = expected;
    const trials = { [test]: samples, ...(confidence > 0 && { bs: confidence }) };
    expect(addSampling(withoutSampling(signature), { ...trials, seed: BigInt(seed) })).toBe(signature);
  });

  test.each(corpus.singles)('interval of $metric', ({ metric, samples, mean, interval, text, signature }) => {
    const statistics = toStatistics(corpus.statistics[metric][0]!);
    const confidence = estimateConfidence(statistics, scoreBy(metric));
    expect(confidence.mean).toBeCloseTo(mean, 4);
    expect(confidence.interval).toBeCloseTo(interval, 4);
    expect(formatConfidence(confidence)).toBe(text.slice(text.indexOf('(')));
    expect(addSampling(withoutSampling(signature), { bs: samples, seed: 12345 })).toBe(signature);
  });
});

const statistics = golden.corpora[0]!.statistics.bleu.map(toStatistics);

test('results do not depend on what other systems are tested', () => {
  const [base, close, better] = nameSystems(statistics) as [NamedSystem, NamedSystem, NamedSystem];
  for (const run of [pairedBootstrap, pairedRandomization]) {
    const options = { samples: 50 };
    const all = run([base, close, better], scoreBy('bleu'), options);
    const [first, second] = run([base, better], scoreBy('bleu'), options);
    expect([all[0], all[2]]).toEqual([first, second]);
  }
});

test('equal scores have p = 1, whatever the outputs', () => {
  const score = scoreBy('bleu');
  const segment = (...matches: number[]) => [8, 8, ...matches, 8, 7, 6, 5];
  const of = (...rows: number[][]) => toStatistics(rows);
  const pairs: [SegmentStatistics, SegmentStatistics][] = [
    [statistics[0]!, statistics[0]!],
    // The same figures in every resample.
    [of(segment(6, 4, 3, 2), segment(6, 4, 3, 2)), of(segment(6, 4, 3, 2), segment(6, 4, 3, 2))],
    // Better on one segment and worse on another.
    [of(segment(8, 7, 6, 5), segment(4, 2, 1, 1)), of(segment(4, 2, 1, 1), segment(8, 7, 6, 5))],
    // Equal but for rounding: precisions of 2/4 and 3/6 are one half.
    [of([4, 4, 2, 2, 2, 2, 4, 4, 4, 4]), of([6, 6, 3, 3, 3, 3, 6, 6, 6, 6])],
  ];
  for (const pair of pairs) {
    for (const run of [pairedBootstrap, pairedRandomization]) {
      const [, other] = run(nameSystems(pair), score, { samples: 99 });
      expect(other!.pValue).toBe(1);
      expect(formatCell(other!).at(-1)).toBe('(p = 1.0000)');
    }
  }
});

test('progress ends with the total and comes about a hundred times', () => {
  const record = () => {
    const calls: [number, number][] = [];
    return { calls, onProgress: (done: number, total: number) => calls.push([done, total]) };
  };
  const systems = nameSystems(statistics);
  const bootstrap = record();
  pairedBootstrap(systems, scoreBy('bleu'), { samples: 250, onProgress: bootstrap.onProgress });
  expect(bootstrap.calls).toHaveLength(84);
  expect(bootstrap.calls.at(-1)).toEqual([250, 250]);
  const randomization = record();
  pairedRandomization(systems, scoreBy('bleu'), {
    samples: 30,
    confidenceSamples: 20,
    onProgress: randomization.onProgress,
  });
  expect(randomization.calls).toHaveLength(70);
  expect(randomization.calls.at(-1)).toEqual([70, 70]);
});

test('an interval is not shown for a score alone; the mark is for p up to 0.05', () => {
  const bare = { system: 'a', score: 12.345, mean: null, interval: null, pValue: null };
  expect(formatCell(bare)).toEqual(['12.35']);
  expect(formatCell({ ...bare, mean: 12, interval: 1 }, 1)).toEqual(['12.3 (12.0 ± 1.0)']);
  expect(formatCell({ ...bare, pValue: 0.05 })).toEqual(['12.35', '(p = 0.0500)*']);
  expect(formatCell({ ...bare, pValue: 0.051 })).toEqual(['12.35', '(p = 0.0510)']);
});

test('seeds as text', () => {
  expect(parseSeed('12345')).toBe(12345n);
  expect(parseSeed(' None ')).toBe('none');
  for (const text of ['', '-1', '1.5', 'x']) expect(() => parseSeed(text)).toThrow(UsageError);
});

test('what cannot be compared is refused', () => {
  const [a, b] = nameSystems(statistics) as [NamedSystem, NamedSystem];
  const score = scoreBy('bleu');
  const shape = (width: number, segments: number) => ({
    name: 'odd',
    statistics: { width, segments, values: new Float64Array(width * segments) },
  });
  for (const run of [pairedBootstrap, pairedRandomization]) {
    expect(() => run([a], score)).toThrow('give a baseline and at least one other');
    expect(() => run([a, shape(10, 39)], score)).toThrow(
      'odd has 39 segments, but the baseline system 0 has 40',
    );
    expect(() => run([a, shape(2, 40)], score)).toThrow(
      'the statistics of odd and system 0 are not of one metric',
    );
    expect(() => run([shape(10, 0), shape(10, 0)], score)).toThrow('there are no segments');
    expect(() => run([a, b], score, { samples: 0 })).toThrow('0 is not a number of samples');
  }
  expect(() => estimateConfidence(toStatistics([]), score)).toThrow('there are no segments');
});

const data = `${process.env.TX_DATA ?? '../shared/data'}/wmt21-en-de`;
const readLines = (name: string) =>
  readFileSync(`${data}/newstest2021.en-de.${name}.de`, 'utf8').replace(/\n$/, '').split('\n');

describe.skipIf(!existsSync(data))('wmt21 en-de, BLEU (needs TX_DATA)', () => {
  test.each(golden.wmt21)('$test with the default count', (expected) => {
    const prepared = metrics.bleu.build().prepare([readLines('ref.A')]);
    const systems = ['Manifold', 'UEdin', 'Online-A', 'Facebook-AI'].map((name) => ({
      name,
      statistics: prepared.computeSegments(readLines(`hyp.${name}`)),
    }));
    check(runGolden(systems, expected), expected);
  });
});
