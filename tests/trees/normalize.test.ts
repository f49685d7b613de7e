import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addTop,
  buildNormalizer,
  collapseUnary,
  type NormalizationName,
  normalizationSteps,
  normalizeSchema,
  restoreUnary,
} from '../../src/trees/normalize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { hasTreebank, SPLITS, treebankTrees } from './data.ts';
import { treeArb } from './random-trees.ts';

const apply = (names: NormalizationName[], text: string) => {
  const tree = buildNormalizer(names)(readTrees(text)[0]!);
  return tree && writeTree(tree);
};

describe('normalization', () => {
  it.each<[NormalizationName, string, string | undefined]>([
    ['stripTop', '( (S (NN a)))', '(S (NN a))'],
    ['stripTop', '(ROOT (S1 (TOP (S (NN a)))))', '(S (NN a))'],
    ['stripTop', '( (S (NN a)) (. .))', '(TOP (S (NN a)) (. .))'],
    ['stripTop', '(ROOT (NN a))', '(TOP (NN a))'],
    ['stripTop', '(S (TOP (NN a)))', '(S (TOP (NN a)))'],
    ['stripTop', '(NN a)', '(NN a)'],
    ['addTop', '( (S (NN a)))', '(TOP (S (NN a)))'],
    ['addTop', '(S (NN a))', '(TOP (S (NN a)))'],
    ['addTop', '(NN a)', '(TOP (NN a))'],
    ['addTop', '( (S (NN a)) (. .))', '(TOP (S (NN a)) (. .))'],
    ['dropTraces', '(S (NP (-NONE- *)) (VP (VB go) (S (NP (-NONE- *T*)))))', '(S (VP (VB go)))'],
    ['dropTraces', '(S (NP (-NONE- *)))', undefined],
    ['dropTraces', '(-NONE- *)', undefined],
    [
      'stripFunctions',
      '(S-TPC-1 (NP=2 (-LRB- -LRB-) (PRP$ a-b)) (ADVP|PRT (JJ|VBG c)))',
      '(S (NP (-LRB- -LRB-) (PRP$ a-b)) (ADVP (JJ c)))',
    ],
    ['stripFunctions', '(S (NP*SUB ($*LRB* b)) (X* c))', '(S (NP ($*LRB* b)) (X* c))'],
    ['stripFunctions', '(S (= =) (| |) (-NONE- *-1))', '(S (= =) (| |) (-NONE- *-1))'],
    ['dropRepeats', '(NP (NP (NP (NN a))))', '(NP (NN a))'],
    ['dropRepeats', '(NP (NP (NN a)) (NP (NP (NN b) (NN c))))', '(NP (NP (NN a)) (NP (NN b) (NN c)))'],
    ['collapseUnary', '(S (VP (VB go) (S (NP (NN a)))))', '(S+VP (VB go) (S+NP (NN a)))'],
    ['collapseUnary', '(A+ (B\\ (NN+ a)))', '(A\\++B\\\\ (NN+ a))'],
    ['restoreUnary', '(S+VP (VB+ go) (S+NP (NN a)))', '(S (VP (VB+ go) (S (NP (NN a)))))'],
  ])('%s makes %s %s', (name, before, after) => {
    expect(apply([name], before)).toBe(after);
  });

  it('has a function for each name and reads lists of names', () => {
    expect(normalizeSchema.parse('none')).toEqual([]);
    expect(normalizeSchema.parse(Object.keys(normalizationSteps))).toHaveLength(7);
    expect(normalizeSchema.safeParse(['stripTop', 'stripTop']).success).toBe(false);
    expect(normalizeSchema.safeParse(['lemmatize']).success).toBe(false);
  });

  it('cleans by default and keeps nothing of what has no words', () => {
    const names = normalizeSchema.parse(undefined);
    expect(apply(names, '( (S-1 (NP-SBJ (NP (NN a)) (-NONE- *)) (VP (VB b))))')).toBe(
      '(S (NP (NN a)) (VP (VB b)))',
    );
    expect(apply(names, '( (S-1 (-NONE- *)))')).toBeUndefined();
  });

  it('restores what it collapsed, whatever the labels', () => {
    fc.assert(
      fc.property(treeArb, (tree) => {
        expect(restoreUnary(collapseUnary(tree))).toEqual(tree);
      }),
    );
  });

  it('works on a tree 100,000 deep', () => {
    const deep = 100_000;
    const text = `${'(A '.repeat(deep)}b${')'.repeat(deep)}`;
    expect(apply(['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats'], text)).toBe('(A (A b))');
    expect(apply(['collapseUnary', 'restoreUnary'], text)).toBe(writeTree(readTrees(text)[0]!));
  });

  it.skipIf(!hasTreebank).each(SPLITS)('leaves the words of %s alone (skipped: no TX_DATA)', (split) => {
    const clean = buildNormalizer(normalizeSchema.parse(undefined));
    for (const tree of treebankTrees(split)) {
      const cleaned = clean(tree)!;
      expect(writeTree(cleaned)).not.toMatch(/-NONE-|\([A-Z]+[-=|]|^\( /);
      expect(restoreUnary(collapseUnary(cleaned))).toEqual(cleaned);
      expect(words(addTop(cleaned))).toEqual(words(cleaned));
    }
  });
});
