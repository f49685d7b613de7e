import { expect, it } from 'vitest';
import { analyze } from '../../src/report/analysis.ts';
import type { Corpus } from '../../src/report/corpus.ts';
import { computeStatistics } from '../../src/report/scores.ts';
import { countWords } from '../../src/report/words.ts';
import { corpus, hits, misses } from './toy.ts';

const analysis = analyze(corpus, { metrics: [hits, misses], lengthBounds: [3], count: 1 });

it('scores systems and sentences', () => {
  expect(analysis).toMatchObject({ systems: ['A', 'B'], numSentences: 3, numRefs: 1 });
  expect(analysis.metrics.map(({ label, lowerIsBetter }) => [label, lowerIsBetter])).toEqual([
    ['Hits', false],
    ['Misses', true],
  ]);
  expect(analysis.metrics[0]!.signature).toMatch(/^nrefs:1\|place:same\|/);
  expect(analysis.scores.map(([score]) => score)).toEqual([500 / 7, 400 / 7]);
  expect(analysis.sentenceScores).toEqual([
    [100, 50, 50],
    [200 / 3, 100, 0],
  ]);
});

it('tells lengths apart', () => {
  const rows = analysis.byLength.map(({ label, count, scores }) => [label, count, scores.map(([s]) => s)]);
  expect(rows).toEqual([
    ['0–2', 2, [50, 50]],
    ['3+', 1, [100, 200 / 3]],
  ]);
  expect(analysis.lengthRatios.totals).toEqual([1, 6 / 7]);
  expect(analysis.lengthRatios.counts).toEqual([
    [0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0],
    [0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0],
  ]);
});

it('tells frequencies apart', () => {
  const rows = analysis.byFrequency.map(({ label, count, accuracies }) => [
    label,
    count,
    accuracies.map(({ f1 }) => f1),
  ]);
  // `the` occurs twice, each other word once
  expect(rows).toEqual([
    ['1', 5, [4 / 5, 8 / 9]],
    ['2', 2, [2 / 3, 1]],
  ]);
  const trained = analyze(corpus, { metrics: [hits], frequencies: countWords(['the cat']) });
  expect(trained.byFrequency.map(({ label, count }) => [label, count])).toEqual([
    ['0', 4],
    ['1', 3],
  ]);
  expect([analysis.frequencySource, trained.frequencySource]).toEqual(['references', 'training']);
});

it('compares systems', () => {
  expect(analysis.extremes).toEqual([
    { worst: [1], best: [0] },
    { worst: [2], best: [1] },
  ]);
  expect(analysis.comparisons).toEqual([
    {
      a: 0,
      b: 1,
      aWins: 2,
      bWins: 1,
      ties: 0,
      aBetter: [2],
      bBetter: [1],
      ngrams: { a: [{ ngram: 'the cat sat', a: 1, b: 0 }], b: [{ ngram: 'a dog', a: 0, b: 1 }] },
    },
  ]);
});

it('turns about for errors, takes other pairs, and statistics that were counted before', () => {
  const options = { metrics: [hits], sentenceMetric: misses, count: 1 };
  const turned = analyze(corpus, {
    ...options,
    statistics: computeStatistics(corpus, [hits]),
    pairs: [[1, 0]],
  });
  expect(turned.extremes).toEqual(analysis.extremes);
  expect(turned.sentenceScores[0]).toEqual([0, 50, 50]);
  expect(turned.comparisons).toMatchObject([{ a: 1, b: 0, aWins: 1, bWins: 2, aBetter: [1], bBetter: [2] }]);
});

it('admits sentences with fewer references', () => {
  const refs = [...corpus.refs, ['a cat sat', undefined, 'an end']];
  const several = analyze({ ...corpus, refs }, { metrics: [hits] });
  expect(several.numRefs).toBe('var');
  expect(several.byFrequency.reduce((sum, { count }) => sum + count, 0)).toBe(7 + 5);
});

const bad: [string, Partial<Corpus>][] = [
  ['give at least one reference', { refs: [] }],
  ['give at least one system', { systems: [] }],
  ['the reference has no lines', { refs: [[]] }],
  ['A has 3 lines, but the reference has 1', { refs: [['x']], src: undefined }],
  ['reference 2 has 1 line, but the reference has 3', { refs: [...corpus.refs, ['x']] }],
  ['line 2 has no reference', { refs: [['x', undefined, 'x']] }],
  ['the source has 0 lines', { src: [] }],
  ['two systems are called A', { systems: [corpus.systems[0]!, corpus.systems[0]!] }],
];
it.each(bad)('says: %s', (message, change) => {
  expect(() => analyze({ ...corpus, ...change }, { metrics: [hits] })).toThrow(message);
});
