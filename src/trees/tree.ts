// Constituency trees as plain values, and walks over them without recursion: a tree may be as deep as memory.

/** A constituent over its children, or, with one string as its only child, a word under its tag. */
export interface Tree {
  readonly label: string;
  readonly children: readonly (Tree | string)[];
}

/** A word under its tag. */
export interface Preterminal extends Tree {
  readonly children: readonly [string];
}

/** The tag of a word whose tag is not known. */
export const NO_TAG = 'XX';

/** Whether the tree is one word under its tag. */
export function isPreterminal(tree: Tree): tree is Preterminal {
  return tree.children.length === 1 && typeof tree.children[0] === 'string';
}

/** What a walk calls: `depth` is 0 at the root, `parent` is undefined there. */
export type Visit = (node: Tree, depth: number, parent: Tree | undefined) => void;

/** Visits every constituent and every tagged word depth first: `enter` before its children, `leave` after. */
export function walkTree(tree: Tree, enter: Visit, leave: Visit = () => {}): void {
  const path: Tree[] = [tree];
  const next = [0];
  enter(tree, 0, undefined);
  while (path.length > 0) {
    const depth = path.length - 1;
    const node = path[depth]!;
    const child = node.children[next[depth]!++];
    if (child === undefined) {
      path.pop();
      next.pop();
      leave(node, depth, path[depth - 1]);
    } else if (typeof child !== 'string') {
      enter(child, depth + 1, node);
      path.push(child);
      next.push(0);
    }
  }
}

/**
 * The tree made anew from the leaves up: `build` sees each node with its children as already rebuilt (a word's
 * children are as they were) and returns what stands in its place: nothing, one node, or several.
 */
export function rebuildTree(
  tree: Tree,
  build: (node: Tree, children: readonly (Tree | string)[]) => readonly Tree[],
): readonly Tree[] {
  const lists: (Tree | string)[][] = [[]];
  walkTree(
    tree,
    () => lists.push([]),
    (node) => {
      const children = lists.pop()!;
      const parent = lists.at(-1)!;
      for (const made of build(node, isPreterminal(node) ? node.children : children)) parent.push(made);
    },
  );
  return lists[0] as Tree[];
}

/** The tree with `change` applied to every node from the leaves up. */
export function mapTree(tree: Tree, change: (node: Tree) => Tree): Tree {
  return rebuildTree(tree, ({ label }, children) => [change({ label, children })])[0]!;
}

/** The tagged words from left to right. */
export function preterminals(tree: Tree): Preterminal[] {
  const found: Preterminal[] = [];
  walkTree(tree, (node) => {
    if (isPreterminal(node)) found.push(node);
  });
  return found;
}

/** The words from left to right. */
export function words(tree: Tree): string[] {
  return preterminals(tree).map(({ children }) => children[0]);
}

/** The words' tags from left to right. */
export function tags(tree: Tree): string[] {
  return preterminals(tree).map(({ label }) => label);
}
