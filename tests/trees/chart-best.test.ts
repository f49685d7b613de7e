// The best trees against all trees over short sentences.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestSpans, countSpans, scoreOf } from '../../src/trees/chart.ts';
import { nBestSpans } from '../../src/trees/chart-best.ts';
import { Rng } from '../../src/util/rng.ts';
import { chartArb, keyOf, treesOf } from './all-trees.ts';

it('finds all trees, each once, in the order of their scores', () => {
  fc.assert(
    fc.property(chartArb, (chart) => {
      const all = treesOf(chart);
      const found = nBestSpans(chart, all.length + 1);
      expect(found.map(keyOf).sort()).toEqual(all.map(keyOf).sort());
      const scores = found.map((tree) => scoreOf(chart, tree));
      for (const [i, score] of scores.slice(1).entries())
        expect(score).toBeLessThanOrEqual(scores[i]! + 1e-9);
      expect(keyOf(found[0]!)).toBe(keyOf(bestSpans(chart)));
    }),
    { numRuns: 60 },
  );
});

it('finds some of the many of a long sentence', () => {
  const words = 300;
  const rng = Rng.fromSeed(3);
  const scores = new Float32Array(countSpans(words) * 3).map(() => rng.normal() - 2);
  const chart = { words, labels: 3, scores };
  const found = nBestSpans(chart, 20);
  expect(new Set(found.map(keyOf)).size).toBe(20);
  expect(keyOf(found[0]!)).toBe(keyOf(bestSpans(chart)));
});
