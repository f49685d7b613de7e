import { describe, expect, it } from 'vitest';
import { readTrees } from '../../src/trees/read.ts';
import { isPreterminal, mapTree, rebuildTree, tags, walkTree, words } from '../../src/trees/tree.ts';

const [tree] = readTrees('(S (NP (DT the) (NN dog)) (VP (VBZ barks)))') as [ReturnType<typeof readTrees>[0]];

describe('a tree', () => {
  it('has words and tags from left to right', () => {
    expect(words(tree)).toEqual(['the', 'dog', 'barks']);
    expect(tags(tree)).toEqual(['DT', 'NN', 'VBZ']);
    expect(words({ label: 'TOP', children: [] })).toEqual([]);
  });

  it('is a preterminal with one word alone', () => {
    expect(isPreterminal({ label: 'NN', children: ['dog'] })).toBe(true);
    expect(isPreterminal(tree)).toBe(false);
    expect(isPreterminal({ label: 'TOP', children: [] })).toBe(false);
  });

  it('is walked depth first, with depth and parent', () => {
    const seen: string[] = [];
    walkTree(
      tree,
      (node, depth, parent) => seen.push(`${parent?.label ?? ''}>${node.label}${depth}`),
      (node) => seen.push(`/${node.label}`),
    );
    expect(seen.join(' ')).toBe('>S0 S>NP1 NP>DT2 /DT NP>NN2 /NN /NP S>VP1 VP>VBZ2 /VBZ /VP /S');
  });

  it('is rebuilt from the leaves up, a node becoming none or several', () => {
    expect(mapTree(tree, ({ label, children }) => ({ label: label.toLowerCase(), children }))).toEqual(
      readTrees('(s (np (dt the) (nn dog)) (vp (vbz barks)))')[0],
    );
    const flat = rebuildTree(tree, (node, children) =>
      node.label === 'DT'
        ? []
        : node.label === 'S'
          ? [{ label: 'S', children }]
          : isPreterminal(node)
            ? [node]
            : (children as never),
    );
    expect(flat).toEqual(readTrees('(S (NN dog) (VBZ barks))'));
  });
});
