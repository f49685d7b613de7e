import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type bleuOptions, buildBleu } from '../../src/metrics/bleu.ts';
import { metricNames, metrics } from '../../src/metrics/index.ts';
import { computeSegments, SCORER_VERSION, sumStatistics } from '../../src/metrics/metric.ts';
import { tokenize13a } from '../../src/metrics/tokenize-13a.ts';

interface Golden {
  score: number;
  counts: number[];
  totals: number[];
  precisions: number[];
  bp: number;
  sysLen: number;
  refLen: number;
  text: string;
  signature: string;
}
interface Goldens {
  settings: Record<string, unknown>[];
  hyps: string[];
  refs: string[][];
  tokenized: [string, string][];
  sentences: [segment: number, setting: number, numRefs: number, golden: Golden][];
  corpora: [start: number, end: number, setting: number, numRefs: number, golden: Golden][];
}
const goldens: Goldens = JSON.parse(
  readFileSync(new URL('../reference/goldens/bleu.json', import.meta.url), 'utf8'),
);
const settings = goldens.settings.map((setting) => {
  const { smooth_method, smooth_value, effective_order, ...rest } = setting;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      smoothMethod: smooth_method,
      smoothValue: smooth_value,
      effectiveOrder: effective_order,
    }),
  ) as z.input<typeof bleuOptions>;
});

function check(setting: number, hyps: string[], refs: string[][], golden: Golden) {
  const metric = buildBleu(settings[setting]);
  const score = metric.score(hyps, refs);
  expect(score.format(), JSON.stringify({ hyps, refs })).toBe(golden.text);
  expect(score.score).toBeCloseTo(golden.score, 9);
  expect(score.bp).toBeCloseTo(golden.bp, 12);
  score.precisions.forEach((p, n) => {
    expect(p).toBeCloseTo(golden.precisions[n]!, 9);
  });
  expect(score).toMatchObject({
    counts: golden.counts,
    totals: golden.totals,
    sysLen: golden.sysLen,
    refLen: golden.refLen,
  });
  expect(metric.signature(refs.length)).toBe(golden.signature.replace('2.6.0', SCORER_VERSION));
}

describe('equal to sacreBLEU 2.6.0', () => {
  test.each(goldens.tokenized)('13a %j', (text, tokens) => {
    expect(tokenize13a(text)).toBe(tokens);
  });

  test(`${goldens.sentences.length} sentence scores`, () => {
    for (const [i, setting, numRefs, golden] of goldens.sentences) {
      check(
        setting,
        [goldens.hyps[i]!],
        goldens.refs.slice(0, numRefs).map((ref) => [ref[i]!]),
        golden,
      );
    }
  });

  test(`${goldens.corpora.length} corpus scores`, () => {
    for (const [start, end, setting, numRefs, golden] of goldens.corpora) {
      const refs = goldens.refs.slice(0, numRefs).map((ref) => ref.slice(start, end));
      check(setting, goldens.hyps.slice(start, end), refs, golden);
    }
  });
});

test('tokenizer and smoothing none is multi-bleu, written out from its definition', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'A', '.');
  const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  const metric = buildBleu({ tokenize: 'none', smoothMethod: 'none' });
  fc.assert(
    fc.property(fc.array(fc.tuple(line, line, line), { minLength: 1, maxLength: 4 }), (rows) => {
      const hyps = rows.map((row) => row[0]);
      const refs = [rows.map((row) => row[1]), rows.map((row) => row[2])];
      expect(metric.score(hyps, refs).score).toBeCloseTo(100 * computeMultiBleu(rows), 9);
    }),
  );
});

function computeMultiBleu(rows: readonly [hyp: string, ...refs: string[]][]): number {
  const words = (line: string) => line.split(' ').filter((word) => word !== '');
  const ngrams = (line: string, n: number) =>
    words(line).flatMap((_, i, all) => (i + n <= all.length ? [all.slice(i, i + n).join(' ')] : []));
  const count = (list: string[], item: string) => list.filter((other) => other === item).length;
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const precisions = [1, 2, 3, 4].map((n) => {
    const correct = rows.map(([hyp, ...refs]) => {
      const own = ngrams(hyp, n);
      return sum(
        [...new Set(own)].map((gram) =>
          Math.min(count(own, gram), Math.max(...refs.map((ref) => count(ngrams(ref, n), gram)))),
        ),
      );
    });
    const total = sum(rows.map(([hyp]) => ngrams(hyp, n).length));
    return total === 0 ? 0 : sum(correct) / total;
  });
  const c = sum(rows.map(([hyp]) => words(hyp).length));
  const r = sum(
    rows.map(([hyp, ...refs]) => {
      const length = words(hyp).length;
      return refs
        .map((ref) => words(ref).length)
        .sort((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b)[0]!;
    }),
  );
  if (precisions.includes(0)) return 0;
  return (c < r ? Math.exp(1 - r / c) : 1) * precisions.reduce((a, b) => a * b, 1) ** (1 / 4);
}

test('the corpus score is the score of the summed segments', () => {
  const metric = buildBleu();
  const segments = computeSegments(metric, goldens.hyps, goldens.refs);
  expect(segments).toHaveLength(goldens.hyps.length);
  expect(metric.computeScore(sumStatistics(segments)).score).toBe(
    metric.score(goldens.hyps, goldens.refs).score,
  );
});

test('unequal line counts and empty input are refused', () => {
  const metric = buildBleu();
  expect(() => metric.score(['a', 'b'], [['a']])).toThrow('2 hypotheses, but reference 1 has 1 lines');
  expect(() => metric.score([], [[]])).toThrow('no hypotheses');
  expect(() => metric.score(['a'], [])).toThrow('at least one reference');
});

test('the registry builds each metric from its defaults; the version is the package’s', () => {
  expect(metricNames).toEqual(['bleu']);
  for (const name of metricNames) expect(metrics[name].build().name).toBe(name);
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(SCORER_VERSION).toBe(`tx-${manifest.version}`);
});

const data = process.env.TX_DATA ?? '../shared/data';
const readLines = (path: string) => readFileSync(`${data}/${path}`, 'utf8').replace(/\n$/, '').split('\n');

// sacrebleu REF... -i HYP -w 14, version 2.6.0
describe.skipIf(!existsSync(`${data}/wmt21-en-de`))('wmt21 en-de (needs TX_DATA)', () => {
  test.each([
    ['Manifold', 'A', 29.42594747553097],
    ['Manifold', 'C', 37.183567690234014],
    ['Manifold', 'D', 34.967370074055275],
    ['Manifold', 'ACD', 56.029721009435185],
    ['UEdin', 'A', 29.901656376893754],
    ['UEdin', 'ACD', 57.025636711890165],
    ['Facebook-AI', 'A', 31.258143689269097],
    ['Online-A', 'A', 29.028022559028294],
  ])('%s against %s', (system, refs, expected) => {
    const folder = 'wmt21-en-de/newstest2021.en-de';
    const hyps = readLines(`${folder}.hyp.${system}.de`);
    const score = buildBleu().score(
      hyps,
      [...refs].map((ref) => readLines(`${folder}.ref.${ref}.de`)),
    );
    expect(score.score).toBeCloseTo(expected, 9);
  });
});

describe.skipIf(!existsSync(`${data}/newstest2014-system`))('newstest2014 en-de (needs TX_DATA)', () => {
  test('one system, 3,003 lines, in under 0.5 s', () => {
    const hyps = readLines('newstest2014-system/prediction.txt');
    const refs = [readLines('newstest/en-de/newstest2014.de')];
    const start = performance.now();
    const score = buildBleu().score(hyps, refs);
    const seconds = (performance.now() - start) / 1000;
    console.log(`BLEU of 3,003 lines in ${seconds.toFixed(3)} s`);
    expect(score.format()).toBe(
      'BLEU = 23.82 55.9/29.8/17.9/11.2 (BP = 0.991 ratio = 0.991 hyp_len = 62120 ref_len = 62688)',
    );
    expect(seconds).toBeLessThan(2); // four times the target, for a busy machine
  });
});
