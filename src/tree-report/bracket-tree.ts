// Trees of the brackets that EVALB compares, to be changed: no punctuation, no functions, no bracket that does not count.
import type { EvalbParameters } from '../trees/evalb-parameters.ts';
import { DELETED, type Sentence } from '../trees/evalb-sentence.ts';

/** A constituent, or a word, whose label is its tag. */
export interface BracketNode {
  label: string;
  isWord: boolean;
  children: BracketNode[];
  /** Words from `start` up to and without `end`; good until the tree is changed. */
  start: number;
  end: number;
}

export const makeNode = (label: string, children: BracketNode[], isWord = false): BracketNode => ({
  label,
  isWord,
  children,
  start: 0,
  end: 0,
});

/** Labels that EVALB takes for one another become one, all of them where it compares none. */
export function canonicalLabels({ labeled, equalLabels }: EvalbParameters): (label: string) => string {
  if (!labeled) return () => '';
  const names = new Map(equalLabels.map(([one, other]) => [other, one]));
  return (label) => names.get(label) ?? label;
}

/** The tree of a sentence that EVALB could compare, under a root that is no bracket. */
export function buildBracketTree(
  { terminals, brackets }: Sentence,
  canonical: (label: string) => string,
): BracketNode {
  const root = makeNode('', []);
  const open = [{ node: root, end: Number.POSITIVE_INFINITY }];
  const counted = brackets.filter(({ outcome }) => outcome !== DELETED);
  let next = 0;
  for (const [at, { label: tag }] of terminals.entries()) {
    for (; counted[next]?.start === at; next++) {
      const { label, end } = counted[next]!;
      const node = makeNode(canonical(label), []);
      open.at(-1)!.node.children.push(node);
      open.push({ node, end });
    }
    open.at(-1)!.node.children.push(makeNode(tag, [], true));
    while (open.at(-1)!.end === at + 1) open.pop();
  }
  measure(root);
  return root;
}

/** Tells all nodes where they are; visits each before its children, with its parent. */
export function measure(
  root: BracketNode,
  visit: (node: BracketNode, parent: BracketNode | undefined) => void = () => {},
): void {
  let word = 0;
  const go = (node: BracketNode, parent: BracketNode | undefined) => {
    visit(node, parent);
    node.start = word;
    if (node.isWord) word++;
    else for (const child of node.children) go(child, node);
    node.end = word;
  };
  go(root, undefined);
}

/** The constituents under the root, each before those within it. */
export function constituents(root: BracketNode): BracketNode[] {
  const found: BracketNode[] = [];
  measure(root, (node) => {
    if (node !== root && !node.isWord) found.push(node);
  });
  return found;
}
