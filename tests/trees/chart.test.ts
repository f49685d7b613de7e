// The chart against all trees over short sentences.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  bestSpans,
  type ChartSpan,
  countSpans,
  scoreOf,
  spanIndex,
  treeDistribution,
} from '../../src/trees/chart.ts';
import { Rng } from '../../src/util/rng.ts';
import { allTrees, chartArb, keyOf, treesOf } from './all-trees.ts';

it('has each tree once', () => {
  const trees = allTrees(0, 4, 2);
  expect(new Set(trees.map(keyOf)).size).toBe(trees.length);
  // Schröder's numbers of trees over 1 to 4 leaves, where words have no labels and constituents one.
  expect([1, 2, 3, 4].map((n) => allTrees(0, n, 1).filter((t) => t.every(isBroad(n))).length)).toEqual([
    1, 1, 3, 11,
  ]);
});
const isBroad = (n: number) => (span: ChartSpan) => n === 1 || span.end - span.start > 1;

it('finds the best of all trees', () => {
  fc.assert(
    fc.property(chartArb, (chart) => {
      const scores = treesOf(chart).map((tree) => scoreOf(chart, tree));
      const found = bestSpans(chart);
      expect(scoreOf(chart, found)).toBe(Math.max(...scores));
      expect(treesOf(chart).map(keyOf)).toContain(keyOf(found));
    }),
    { numRuns: 100 },
  );
});

it('sums over all trees, and has the share of those with a constituent', () => {
  fc.assert(
    fc.property(chartArb, (chart) => {
      const trees = treesOf(chart);
      const weights = trees.map((tree) => Math.exp(scoreOf(chart, tree)));
      const total = weights.reduce((a, b) => a + b, 0);
      const { logTotal, probability } = treeDistribution(chart);
      expect(logTotal).toBeCloseTo(Math.log(total), 5);
      for (let j = 1; j <= chart.words; j++) {
        for (let i = 0; i < j; i++) {
          for (let label = 0; label < chart.labels; label++) {
            const span = { start: i, end: j, label };
            const has = (s: ChartSpan) => s.start === i && s.end === j && s.label === label;
            const share = weights.reduce((sum, weight, t) => sum + (trees[t]!.some(has) ? weight : 0), 0);
            expect(probability(span)).toBeCloseTo(share / total, 5);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('has a tree over all words of a long sentence', () => {
  const words = 300;
  const rng = Rng.fromSeed(3);
  const scores = new Float32Array(countSpans(words) * 3).map(() => rng.normal() - 2);
  const chart = { words, labels: 3, scores };
  const spans = bestSpans(chart);
  expect(spans[0]).toMatchObject({ start: 0, end: words });
  const crosses = (a: ChartSpan, b: ChartSpan) => a.start < b.start && b.start < a.end && a.end < b.end;
  expect(spans.filter((span) => spans.some((other) => crosses(span, other)))).toEqual([]);
  const { logTotal, probability } = treeDistribution(chart);
  expect(logTotal).toBeGreaterThan(scoreOf(chart, spans));
  expect(probability(spans[0]!)).toBeLessThanOrEqual(1);
});

it('numbers spans by their ends', () => {
  expect([spanIndex(0, 1), spanIndex(0, 2), spanIndex(1, 2), spanIndex(0, 3)]).toEqual([0, 1, 2, 3]);
  expect(spanIndex(0, 8)).toBe(countSpans(7));
});
