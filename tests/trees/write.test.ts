import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrees } from '../../src/trees/read.ts';
import { escapeWord, prettyTree, unescapeWord, writeTree } from '../../src/trees/write.ts';
import { hasTreebank, treebankText, treebankTrees } from './data.ts';
import { treeArb } from './random-trees.ts';

describe('writing', () => {
  it('lays a tree out like the Penn Treebank', () => {
    const line =
      '( (S (NP-SBJ (NP (NNP Ann)) (, ,) (ADJP (NP (CD 61) (NNS years)) (JJ old)) (, ,)) (VP (MD will) (VP (VB go) (ADVP (RB home)))) (. .)))';
    const [tree] = readTrees(line);
    expect(writeTree(tree!)).toBe(line);
    expect(prettyTree(tree!)).toMatchInlineSnapshot(`
      "( (S
          (NP-SBJ
            (NP (NNP Ann))
            (, ,)
            (ADJP
              (NP (CD 61) (NNS years))
              (JJ old))
            (, ,))
          (VP (MD will)
            (VP (VB go)
              (ADVP (RB home))))
          (. .)))"
    `);
  });

  it('names brackets inside words', () => {
    const tree = {
      label: 'NP',
      children: [
        { label: 'NN', children: ['f(x)'] },
        { label: '-LRB-', children: ['('] },
      ],
    };
    expect(writeTree(tree)).toBe('(NP (NN f-LRB-x-RRB-) (-LRB- -LRB-))');
    expect(unescapeWord(escapeWord('f(x)'))).toBe('f(x)');
  });

  it.each([
    [{ label: 'NN', children: ['guide dog'] }, 'the word "guide dog" is empty or holds a space'],
    [{ label: 'NN', children: [''] }, 'the word "" is empty or holds a space'],
    [{ label: 'N(', children: ['dog'] }, 'the label "N(" holds a space or a bracket'],
  ])('refuses %j', (tree, message) => {
    expect(() => writeTree(tree)).toThrow(message);
  });

  it('is undone by reading', () => {
    fc.assert(
      fc.property(treeArb, (tree) => {
        expect(readTrees(writeTree(tree))).toEqual([tree]);
        expect(readTrees(prettyTree(tree))).toEqual([tree]);
      }),
    );
  });

  it.skipIf(!hasTreebank)("has nearly the Treebank's own lines (skipped: no TX_DATA)", () => {
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trimEnd().replaceAll(' )', ')'))
        .filter((line) => line !== '');
    const own = new Set(lines(treebankText('dev')));
    const ours = lines(treebankTrees('dev').map(prettyTree).join('\n'));
    expect(ours.filter((line) => own.has(line)).length / ours.length).toBeGreaterThan(0.97);
  });
});
