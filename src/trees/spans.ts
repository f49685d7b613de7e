// Trees as labelled spans of words, as chart parsers score them: no two spans of a tree are of the same words, since a
// chain of constituents with one child each is one label (collapseUnary), and a tree of any breadth needs no others.
import { addTop, buildChain, collapseUnary } from './normalize.ts';
import { isPreterminal, type Tree, walkTree } from './tree.ts';

/** A constituent over the words from `start` up to and without `end`; S over VP has the label S+VP. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** The constituents of a tree, each before those within it, from left to right; a lone tagged word is put under TOP. */
export function spansOf(tree: Tree): Span[] {
  const spans: { start: number; end: number; label: string }[] = [];
  const open: (typeof spans)[number][] = [];
  let word = 0;
  walkTree(
    collapseUnary(isPreterminal(tree) ? addTop(tree) : tree),
    (node) => {
      if (isPreterminal(node)) return;
      const span = { start: word, end: word, label: node.label };
      spans.push(span);
      open.push(span);
    },
    (node) => {
      if (isPreterminal(node)) word++;
      else open.pop()!.end = word;
    },
  );
  return spans;
}

/**
 * The tree of spans in the order of `spansOf`, the first of which has all words: the inverse of `spansOf`. `onSpan` hears
 * of each span once its constituents, the uppermost first, are made.
 */
export function treeOfSpans<S extends Span>(
  spans: readonly S[],
  words: readonly string[],
  tags: readonly string[],
  onSpan: (span: S, chain: readonly Tree[]) => void = () => {},
): Tree {
  const open: { span: S; children: Tree[] }[] = [];
  let next = 0;
  let root: Tree | undefined;
  for (let word = 0; word < words.length; word++) {
    for (; next < spans.length && spans[next]!.start === word; next++)
      open.push({ span: spans[next]!, children: [] });
    open.at(-1)!.children.push({ label: tags[word]!, children: [words[word]!] });
    while (open.at(-1)?.span.end === word + 1) {
      const { span, children } = open.pop()!;
      const tree = buildChain(span.label, children);
      onSpan(span, chainOf(tree, children));
      const parent = open.at(-1);
      if (parent === undefined) root = tree;
      else parent.children.push(tree);
    }
  }
  if (root === undefined) throw new RangeError('the first span has not all words');
  return root;
}

/** A chain from its top to the constituent that has `children`. */
function chainOf(top: Tree, children: readonly Tree[]): Tree[] {
  const chain = [top];
  while (chain.at(-1)!.children !== children) chain.push(chain.at(-1)!.children[0] as Tree);
  return chain;
}
