import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stripTop } from '../../src/trees/normalize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { bestSides, sidesOf, treeOfSides } from '../../src/trees/sides.ts';
import { tags, words } from '../../src/trees/tree.ts';
import { treeArb } from './random-trees.ts';

it('a word tells its side and chain, a gap the side and label of the node that splits there', () => {
  const [tree] = readTrees('(S (NP (DT the) (NN dog)) (VP (VBZ barks)) (. .))');
  expect(sidesOf(tree!)).toEqual({ leaves: ['l', 'r', 'lVP', 'r'], gaps: ['(NP', '(S', ')*'] });
});

it('labels are the tree again, for any tree, and the best labels where they score most', () => {
  fc.assert(
    fc.property(treeArb.map(stripTop), (tree) => {
      const own = sidesOf(tree);
      const restored = treeOfSides(own, words(tree), tags(tree));
      expect(restored.tree).toEqual(tree);
      const names = { leaves: [...new Set(own.leaves)], gaps: [...new Set(own.gaps)] };
      const onehot = (labels: string[], all: string[]) =>
        Float32Array.from(labels.flatMap((label) => all.map((name) => (name === label ? 0 : -5))));
      const scores = {
        words: own.leaves.length,
        leaves: onehot(own.leaves, names.leaves),
        gaps: onehot(own.gaps, names.gaps),
      };
      expect(bestSides(scores, names)).toMatchObject({ labels: own, score: 0 });
    }),
  );
});

/** All sequences of labels, and whether they are a tree. */
function allSides(n: number, names: { leaves: string[]; gaps: string[] }) {
  const choices = Array.from({ length: 2 * n - 1 }, (_, k) => (k % 2 === 0 ? names.leaves : names.gaps));
  let sequences: string[][] = [[]];
  for (const choice of choices) sequences = sequences.flatMap((one) => choice.map((name) => [...one, name]));
  return sequences
    .map((one) => ({ leaves: one.filter((_, k) => k % 2 === 0), gaps: one.filter((_, k) => k % 2 === 1) }))
    .filter((labels) => {
      const given = labels.leaves.map((_, t) => `w${t}`);
      const { repairs } = treeOfSides(labels, given, given);
      return Object.values(repairs).every((count) => count === 0);
    });
}

it.each([1, 2, 3, 4])('of all trees over %d words the best is found, and their sum', (n) => {
  const names = { leaves: ['l', 'lX', 'r'], gaps: ['(S', ')*', ')Y'] };
  const all = allSides(n, names);
  const values = (count: number) =>
    fc.array(fc.integer({ min: -20, max: 20 }), { minLength: count, maxLength: count });
  fc.assert(
    fc.property(values(3 * n), values(3 * (n - 1)), (one, other) => {
      const [leaves, gaps] = [one, other].map((list) => Float32Array.from(list, (x) => x / 4));
      const scoreOf = (labels: (typeof all)[number]) =>
        labels.leaves.reduce((sum, name, t) => sum + leaves![3 * t + names.leaves.indexOf(name)]!, 0) +
        labels.gaps.reduce((sum, name, t) => sum + gaps![3 * t + names.gaps.indexOf(name)]!, 0);
      const found = bestSides({ words: n, leaves: leaves!, gaps: gaps! }, names)!;
      const sums = all.map(scoreOf);
      expect(found.score).toBeCloseTo(Math.max(...sums), 9);
      expect(scoreOf(found.labels)).toBeCloseTo(found.score, 9);
      expect(found.logTotal).toBeCloseTo(Math.log(sums.reduce((sum, x) => sum + Math.exp(x), 0)), 6);
    }),
    { numRuns: 30 },
  );
});

it('labels that make no tree have none', () => {
  const names = { leaves: ['r'], gaps: [')*'] };
  expect(
    bestSides({ words: 2, leaves: Float32Array.of(0, 0), gaps: Float32Array.of(0) }, names),
  ).toBeUndefined();
});
