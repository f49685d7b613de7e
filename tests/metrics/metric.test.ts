import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildBleu } from '../../src/metrics/bleu.ts';
import { metricNames, metrics } from '../../src/metrics/index.ts';
import { formatJson, SCORER_VERSION } from '../../src/metrics/metric.ts';
import { sumSegments, sumStatistics } from '../../src/metrics/segment-statistics.ts';

const hyps = ['the cat sat', 'on the mat .', ''];
const refs = [
  ['the cat sat down', 'on a mat.', 'nothing'],
  ['a cat was sitting', undefined, ''],
];

test('the registry builds each metric from its defaults; the version is the package’s', () => {
  expect(metricNames).toEqual(['bleu', 'chrf', 'ter']);
  for (const name of metricNames) expect(metrics[name].build().name).toBe(name);
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(SCORER_VERSION).toBe(`tx-${manifest.version}`);
});

test('signatures', () => {
  const version = `version:${SCORER_VERSION}`;
  expect(metricNames.map((name) => metrics[name].build().signature(1))).toEqual([
    `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|${version}`,
    `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|${version}`,
    `nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|${version}`,
  ]);
  expect(metrics.chrf.build({ wordOrder: 2 }).score(hyps, refs).name).toBe('chrF2++');
});

test.each(metricNames)('%s: the corpus score is the score of the summed segments', (name) => {
  const metric = metrics[name].build();
  const prepared = metric.prepare(refs);
  expect(prepared).toMatchObject({ segments: 3, numRefs: 'var' });
  const statistics = prepared.computeSegments(hyps);
  expect(statistics).toMatchObject({ segments: 3, width: metric.width });
  const rows = hyps.map((hyp, i) =>
    metric.computeStatistics(
      hyp,
      refs.flatMap((lines) => lines[i] ?? []),
    ),
  );
  expect([...statistics.values]).toEqual(rows.flat());
  expect(sumSegments(statistics)).toEqual(sumStatistics(rows));
  const { score } = metric.score(hyps, refs);
  expect(metric.computeScore(sumSegments(statistics)).score).toBe(score);
  expect(metric.computeScore(Float64Array.from(sumStatistics(rows))).score).toBe(score);
});

test.each(metricNames)('%s: prepared references score one system after another', (name) => {
  const metric = metrics[name].build();
  const prepared = metric.prepare(refs);
  const first = prepared.computeSegments(hyps);
  const other = prepared.computeSegments(['x', 'on a mat.', 'y z']);
  expect(prepared.computeSegments(hyps)).toEqual(first);
  expect(other).not.toEqual(first);
});

test('unequal line counts, missing references and empty input are refused', () => {
  const metric = buildBleu();
  expect(() => metric.score(['a', 'b'], [['a']])).toThrow('2 hypotheses, but reference 1 has 1 lines');
  expect(() => metric.prepare([['a'], ['a', 'b']])).toThrow('reference 2 has 2 lines, but reference 1 has 1');
  expect(() => metric.prepare([['a', undefined]])).toThrow('line 2 has no reference');
  expect(() => metric.score([], [[]])).toThrow('no hypotheses');
  expect(() => metric.score(['a'], [])).toThrow('at least one reference');
});

test('a confidence interval follows the score', () => {
  const metric = buildBleu();
  const score = metric.computeScore([4, 4, 4, 3, 2, 1, 4, 3, 2, 1]);
  const confidence = { mean: 99.5, interval: 0.25 };
  expect(score.formatValue({ confidence })).toBe('100.00 (μ = 99.50 ± 0.25)');
  expect(score.format('nrefs:1', { width: 1, confidence })).toMatch(
    /^BLEU\|nrefs:1 = 100\.0 \(μ = 99\.5 ± 0\.2\) 100\.0\/100\.0\/100\.0\/100\.0 \(BP = 1\.000 /,
  );
  expect(JSON.parse(formatJson([{ score, signature: 'nrefs:1', confidence }]))).toMatchObject({
    score: 100,
    confidence_mean: 99.5,
    confidence_var: 0.2,
    nrefs: '1',
  });
});
