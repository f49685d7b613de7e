// Random trees for property tests: no label is also a tag, and the root is a constituent that stripTop leaves alone.
import fc from 'fast-check';
import { stripTop } from '../../src/trees/normalize.ts';
import type { Tree } from '../../src/trees/tree.ts';

const labels = fc.constantFrom(
  'S',
  'NP',
  'VP',
  'NP-SBJ-1',
  'A+B',
  '*',
  '\\',
  'C\\',
  '+',
  'ÄX',
  'X*',
  'TOP',
  'ROOT',
);
const tags = fc.constantFrom('NN', 'VB', '.', '-LRB-', '``', 'PRP$');
/** Characters that are white space elsewhere are part of a word here. */
export const wordArb = fc.constantFrom(
  'dog',
  "n't",
  '1\\/2',
  '#',
  '%',
  'a|b',
  '$',
  '日本',
  '\u0085',
  'a\u00a0b',
  '+',
  '*',
);

const { tree } = fc.letrec<{ tree: Tree; leaf: Tree; inner: Tree }>((tie) => ({
  leaf: fc.record({ label: tags, children: fc.tuple(wordArb) }),
  inner: fc.record({ label: labels, children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }) }),
  tree: fc.oneof({ maxDepth: 8, withCrossShrink: true }, tie('leaf'), tie('inner')),
}));

export const treeArb: fc.Arbitrary<Tree> = fc
  .record({ label: labels, children: fc.array(tree, { minLength: 1, maxLength: 4 }) })
  .map(stripTop);
