// One token a word: the t-th token speaks of the t-th word, so that attention has only to look straight ahead, and a
// sequence is over when the words are. The tree is collapsed (normalize.ts) and made binary to the right, every node
// this adds called `*`; a walk in order then meets words and gaps between words in turn, and a gap belongs to the node
// that splits there. A token is a word and the gap after it:
//   l or r      the word is the left or the right child of its parent, followed by the unary chain above it, if any;
//   ( or )      the gap's node is a left child (or the root), or a right child, followed by its label; none at the end.
// (S (NP (DT the) (NN dog)) (VP (VBZ barks)) (. .)) is  l(NP r(S lVP)* r
// Sides in place of depths are the idea of tetra-tagging (Kitaev and Klein 2020), which has two tokens for this one;
// one token a word is that of constituent parsing as sequence labelling (Gómez-Rodríguez and Vilares 2018), whose
// labels tell a difference of depths. On the 3,396 training trees of the Treebank's sample, after the default steps:
//   vinyals 61.6 tokens a sentence of 51 types; tagged 61.6 of 95; with the two parts of `compact` apart 47.2 of 109;
//   compact 24.1 of 275, of which all but 3 of the development set's 6,327 tokens occur in training.
// Telling differences of depths takes 666 types. Every sequence with consistent sides is a tree: no label can break it.
import type { Linearization } from './linearize-contract.ts';
import { END, type Grammar } from './linearize-grammar.ts';
import { addTop, buildChain, collapseUnary, stripTop, TOP } from './normalize.ts';
import { attachRest, noRepairs, type Repairs } from './repair.ts';
import { isPreterminal, NO_TAG, type Tree, walkTree } from './tree.ts';

/** The label of a node that only makes its parent binary; a constituent that is really called so is written `\*`. */
const SPLIT = '*';
const TOKEN = /^([lr])([^()]*)(?:([()])([^()]+))?$/;

/**
 * Depth is the number of subtrees that wait for their right child. A word that is a left child begins one more and one
 * that is a right child completes one; a gap `(` makes what is complete wait, a gap `)` hangs it into the one before.
 * Each word to come can reduce them by one, and with the last word none may be left.
 */
const grammar: Grammar = [
  { class: 'l(', depth: 1, left: -1, when: { maxExcess: -2 } },
  { class: 'l)', depth: 0, left: -1, when: { minDepth: 1, maxExcess: -1 } },
  { class: 'r(', depth: 0, left: -1, when: { minDepth: 1, maxExcess: -1 } },
  { class: 'r)', depth: -1, left: -1, when: { minDepth: 2 } },
  { class: 'l', depth: 0, left: -1, when: { minLeft: 1, maxLeft: 1, maxDepth: 0 } },
  { class: 'r', depth: -1, left: -1, when: { minLeft: 1, maxLeft: 1, minDepth: 1 } },
  { class: END, depth: 0, left: 0, when: { maxLeft: 0 } },
];

export const compact: Linearization = {
  linearize,
  delinearize: (tokens, words, { tags = [] } = {}) => delinearize(tokens, words, tags),
  classOf(token) {
    const parts = TOKEN.exec(token);
    return parts ? `${parts[1]}${parts[3] ?? ''}` : undefined;
  },
  grammar,
};

function linearize(tree: Tree): string[] {
  const stripped = stripTop(tree);
  const tokens: string[] = [];
  // What is still to be written, the next on top: subtrees with their side, and gaps.
  const todo: ([Tree, 'l' | 'r'] | string)[] = [
    [collapseUnary(isPreterminal(stripped) ? addTop(stripped) : stripped), 'l'],
  ];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === 'string') {
      tokens[tokens.length - 1] += next;
      continue;
    }
    const [node, side] = next;
    const children = node.children as readonly Tree[];
    if (isPreterminal(node)) tokens.push(side);
    else if (children.length === 1) tokens.push(side + escapeSplit(node.label));
    else {
      // Right-binary: every child but the last is a left child, and the gaps after the first belong to `*`.
      for (let i = children.length - 1; i > 0; i--) {
        todo.push([children[i]!, i === children.length - 1 ? 'r' : 'l']);
        todo.push(i > 1 ? `)${SPLIT}` : `${side === 'l' ? '(' : ')'}${escapeSplit(node.label)}`);
      }
      todo.push([children[0]!, 'l']);
    }
  }
  return tokens;
}

function escapeSplit(label: string): string {
  return label === SPLIT ? `\\${SPLIT}` : label;
}

interface Node {
  label: string;
  children: (Node | string)[];
}

/** A subtree that waits: its root, and the node in it that has no right child yet. */
interface Waiting {
  root: Node;
  node: Node;
}

/**
 * Beyond the rule of repair.ts: a token that is none keeps its place, its word one more child of the innermost open
 * constituent; a side that nothing waits for is turned round; a gap after the last word is dropped, and one that is
 * missing is `*`.
 */
function delinearize(tokens: readonly string[], words: readonly string[], tags: readonly string[]) {
  const repairs = noRepairs();
  const used = Math.min(tokens.length, words.length);
  repairs.extra = tokens.length - used;
  const waiting: Waiting[] = [];
  let done: Node | undefined;
  const complete = (child: Node) => {
    const { root, node } = waiting.pop()!;
    node.children.push(child);
    return root;
  };
  for (let i = 0; i < used; i++) {
    const { side, chain, gap, label } = readToken(tokens[i]!, i === used - 1, repairs);
    const tagged: Node = { label: tags[i] ?? NO_TAG, children: [words[i]!] };
    const word = chain === '' ? tagged : { label: chain, children: [tagged] };
    if (side === 'r' && waiting.length === 0) repairs.stray++;
    done = side === 'r' && waiting.length > 0 ? complete(word) : word;
    if (gap === undefined) break;
    const above = waiting.at(-1);
    if (gap === ')' && !above && side !== undefined) repairs.stray++;
    if (gap === ')' && above && label === SPLIT) above.node.children.push(done);
    else {
      const node = { label, children: [done] };
      if (gap === ')' && above) {
        above.node.children.push(node);
        above.node = node;
      } else waiting.push({ root: node, node });
    }
  }
  while (waiting.length > 0) {
    done = complete(done!);
    repairs.unclosed++;
  }
  return attachRest(done && restore(done), used, words, tags, repairs);
}

/** A token's parts; the last has no gap, every other one. */
function readToken(token: string, isLast: boolean, repairs: Repairs) {
  const parts = TOKEN.exec(token);
  const [, side, chain = '', gap, label = SPLIT] = parts ?? [];
  if (!parts) repairs.unknown++;
  else if (isLast && gap) repairs.unclosed++;
  else if (!isLast && !gap) repairs.stray++;
  return { side, chain, gap: isLast ? undefined : (gap ?? ')'), label };
}

/** Takes joined labels apart and dissolves the nodes `*`; a root that is one is TOP. */
function restore(root: Node): Tree {
  const lists: (Tree | string)[][] = [[]];
  const isSplit = (node: Tree) => node.label === SPLIT && node !== root && !isPreterminal(node);
  walkTree(
    root,
    (node) => {
      if (!isSplit(node) && !isPreterminal(node)) lists.push([]);
    },
    (node) => {
      if (isPreterminal(node)) lists.at(-1)!.push(node);
      else if (!isSplit(node)) {
        const children = lists.pop()!;
        lists.at(-1)!.push(buildChain(node === root && node.label === SPLIT ? TOP : node.label, children));
      }
    },
  );
  return lists[0]![0] as Tree;
}
