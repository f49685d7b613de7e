import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTrees } from '../../src/trees/read.ts';
import { spansOf, treeOfSpans } from '../../src/trees/spans.ts';
import { isPreterminal, tags, words } from '../../src/trees/tree.ts';
import { treeArb } from './random-trees.ts';

it('are told from the outermost to the innermost, chains as one', () => {
  const [tree] = readTrees('(S (NP (DT the) (NN dog)) (S (VP (VBZ barks))) (. .))');
  expect(spansOf(tree!)).toEqual([
    { start: 0, end: 4, label: 'S' },
    { start: 0, end: 2, label: 'NP' },
    { start: 2, end: 3, label: 'S+VP' },
  ]);
  expect(spansOf(readTrees('(NN dog)')[0]!)).toEqual([{ start: 0, end: 1, label: 'TOP' }]);
});

it('are the tree again, for any tree', () => {
  fc.assert(
    fc.property(treeArb, (tree) => {
      fc.pre(!isPreterminal(tree));
      const spans = spansOf(tree);
      expect(treeOfSpans(spans, words(tree), tags(tree))).toEqual(tree);
      const keys = spans.map(({ start, end }) => `${start} ${end}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

it('tell what has become of each', () => {
  const [tree] = readTrees('(S (VP (VB Go) (ADVP (RB away))))');
  const told: string[] = [];
  const made = treeOfSpans(spansOf(tree!), words(tree!), tags(tree!), (span, chain) =>
    told.push(`${span.label} ${chain.map(({ label }) => label)}`),
  );
  expect(told).toEqual(['ADVP ADVP', 'S+VP S,VP']);
  expect(made).toEqual(tree);
});

it('that leave words out are refused', () => {
  expect(() => treeOfSpans([{ start: 0, end: 3, label: 'S' }], ['a', 'b'], ['X', 'X'])).toThrow(RangeError);
});
