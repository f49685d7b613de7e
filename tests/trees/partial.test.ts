import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestSpans, scoreOf, treeDistribution } from '../../src/trees/chart.ts';
import { nBestSpans } from '../../src/trees/chart-best.ts';
import { hasGiven, withGiven } from '../../src/trees/chart-given.ts';
import { readPartial } from '../../src/trees/partial.ts';
import { UserError } from '../../src/util/errors.ts';
import { chartArb, treesOf } from './all-trees.ts';

it('reads words, brackets and what may be tags', () => {
  expect(readPartial('(NP the (JJ old)) man ( (NP the boats) ) .')).toEqual({
    words: ['the', 'old', 'man', 'the', 'boats', '.'],
    brackets: [
      { start: 1, end: 2, label: 'JJ', isInnermost: true },
      { start: 0, end: 2, label: 'NP', isInnermost: false },
      { start: 3, end: 5, label: 'NP', isInnermost: false },
      { start: 3, end: 5, label: undefined, isInnermost: false },
    ],
  });
  expect(readPartial(' (S (VP go)) ').brackets).toEqual([
    { start: 0, end: 1, label: 'VP', isInnermost: true },
    { start: 0, end: 1, label: 'S', isInnermost: false },
  ]);
  expect(readPartial('')).toEqual({ words: [], brackets: [] });
});

it.each([
  ['(NP the', 'a "(" has no ")"'],
  ['the )', 'a ")" has no "("'],
  ['the (NP ) dog', 'a bracket has no words'],
])('%s is refused', (line, message) => {
  expect(() => readPartial(line)).toThrow(message);
});

it('any line has brackets within its words, or is refused in a line', () => {
  const text = fc.string({ unit: fc.constantFrom('(', ')', ' ', 'N', 'é', '\\', '-', '\t') });
  fc.assert(
    fc.property(text, (line) => {
      try {
        const { words, brackets } = readPartial(line);
        for (const { start, end } of brackets)
          expect(0 <= start && start < end && end <= words.length).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});

it('what is given is in every tree, and the best of these and their sum are those of all such trees', () => {
  const charts = chartArb.chain((chart) =>
    fc.record({ chart: fc.constant(chart), tree: fc.nat(treesOf(chart).length - 1), keep: fc.nat() }),
  );
  fc.assert(
    fc.property(charts, ({ chart, tree, keep }) => {
      const given = treesOf(chart)
        [tree]!.filter((_, k) => (keep >> k) & 1)
        .map(({ label, ...span }, k) => ({ ...span, labels: new Set(k % 2 ? [label] : [0, 1]) }));
      const such = treesOf(chart).filter((spans) => hasGiven(spans, given));
      const constrained = withGiven(chart, given);
      const best = bestSpans(constrained);
      expect(hasGiven(best, given)).toBe(true);
      const scores = such.map((spans) => scoreOf(chart, spans));
      expect(scoreOf(chart, best)).toBe(Math.max(...scores));
      const found = nBestSpans(constrained, such.length);
      expect(found.every((spans) => hasGiven(spans, given))).toBe(true);
      const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
      const { logTotal, probability } = treeDistribution(constrained);
      expect(scoreOf(constrained, best) - logTotal).toBeCloseTo(Math.max(...scores) - total, 5);
      for (const span of best) {
        const has = such.map((spans) => hasGiven(spans, [{ ...span, labels: new Set([span.label]) }]));
        const share = scores.reduce((sum, score, i) => sum + (has[i] ? Math.exp(score - total) : 0), 0);
        expect(probability(span)).toBeCloseTo(share, 5);
      }
    }),
    { numRuns: 60 },
  );
});
