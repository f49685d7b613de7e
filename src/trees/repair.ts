// From brackets that a model printed, however malformed, to a tree over exactly the given words. Vinyals et al. (2015,
// section 3.2) add the brackets that are missing at the beginning or the end; here nothing is invented at the
// beginning, because a constituent that nobody opened would count as a wrong one. The rule, from left to right:
//   1. The first bracket is the root and stays open to the end: what follows its closer goes on inside it. A word
//      before any bracket opens a root TOP, which EVALB does not count.
//   2. A closer closes the innermost open constituent of its label and those inside it; without one it is dropped.
//   3. A constituent without words is dropped; one that is open at the end is closed there.
//   4. Leaves beyond the last word are dropped; words without a leaf become the root's last children.
import { TOP } from './normalize.ts';
import { isPreterminal, NO_TAG, type Tree } from './tree.ts';

/** What each count of repairs counts, in the words of a report. */
export const repairKinds = {
  unknown: 'tokens that mean nothing, passed over',
  extra: 'leaves beyond the last word, dropped',
  missing: 'words without a leaf, put under the root',
  stray: 'closings of nothing open, dropped',
  unclosed: 'constituents not closed where they should be',
  empty: 'constituents without words, dropped',
  roots: 'times that a sentence went on outside its root',
} as const;

export type RepairKind = keyof typeof repairKinds;
export type Repairs = Record<RepairKind, number>;

export interface Restored {
  tree: Tree;
  repairs: Repairs;
}

export function noRepairs(): Repairs {
  return { unknown: 0, extra: 0, missing: 0, stray: 0, unclosed: 0, empty: 0, roots: 0 };
}

/** The counts of several trees together. */
export function sumRepairs(all: Iterable<Repairs>): Repairs {
  const total = noRepairs();
  for (const one of all) for (const kind of Object.keys(total) as RepairKind[]) total[kind] += one[kind];
  return total;
}

/** The number of repairs of all kinds; 0 when the tokens were a tree over the words. */
export function countRepairs(repairs: Repairs): number {
  return Object.values(repairs).reduce((sum, count) => sum + count, 0);
}

/** What a token says; undefined when it says nothing. */
export type Piece = { open: string } | { close: string } | { tag: string | undefined } | undefined;

interface Node {
  label: string;
  children: (Tree | string)[];
}

/** The tree that the pieces describe, by the rule above; a leaf without a tag takes its word's of `tags`, or XX. */
export function repairBrackets(
  pieces: readonly Piece[],
  words: readonly string[],
  tags: readonly string[] = [],
): Restored {
  const builder = new Builder(words, tags);
  for (const piece of pieces) {
    if (piece === undefined) builder.repairs.unknown++;
    else if ('open' in piece) builder.open(piece.open);
    else if ('close' in piece) builder.close(piece.close);
    else builder.leaf(piece.tag);
  }
  return builder.finish();
}

class Builder {
  readonly repairs = noRepairs();
  readonly #words: readonly string[];
  readonly #tags: readonly string[];
  readonly #stack: Node[] = [];
  /** How many open constituents, the root's own among them, have a label. */
  readonly #openLabels = new Map<string, number>();
  #used = 0;
  /** The root's closer has come. */
  #ended = false;
  /** No token opened the root, so none will close it. */
  #implied = false;

  constructor(words: readonly string[], tags: readonly string[]) {
    this.#words = words;
    this.#tags = tags;
  }

  open(label: string): void {
    this.#continueRoot();
    const node: Node = { label, children: [] };
    this.#stack.at(-1)?.children.push(node);
    this.#stack.push(node);
    this.#count(label, 1);
  }

  leaf(tag: string | undefined): void {
    const word = this.#words[this.#used];
    if (word === undefined) {
      this.repairs.extra++;
      return;
    }
    this.#continueRoot();
    if (this.#stack.length === 0) {
      this.#stack.push({ label: TOP, children: [] });
      this.#implied = true;
      this.repairs.roots++;
    }
    this.#stack.at(-1)!.children.push({ label: tag ?? this.#tags[this.#used] ?? NO_TAG, children: [word] });
    this.#used++;
  }

  close(label: string): void {
    if (!this.#openLabels.get(label)) {
      this.repairs.stray++;
      return;
    }
    while (this.#stack.length > 1) {
      const closed = this.#closeInner();
      if (closed === label) return;
      this.repairs.unclosed++;
    }
    this.#count(label, -1);
    this.#ended = true;
  }

  finish(): Restored {
    const root = this.#stack[0];
    while (this.#stack.length > 1) {
      this.#closeInner();
      this.repairs.unclosed++;
    }
    if (root && !this.#ended && !this.#implied) this.repairs.unclosed++;
    return attachRest(root, this.#used, this.#words, this.#tags, this.repairs);
  }

  #continueRoot(): void {
    if (!this.#ended) return;
    const [root] = this.#stack;
    this.repairs.roots++;
    this.#ended = false;
    this.#count(root!.label, 1);
  }

  /** Closes the innermost constituent, not the root, and tells its label. */
  #closeInner(): string {
    const { label, children } = this.#stack.pop()!;
    this.#count(label, -1);
    if (children.length === 0) {
      this.#stack.at(-1)!.children.pop();
      this.repairs.empty++;
    }
    return label;
  }

  #count(label: string, by: number): void {
    this.#openLabels.set(label, (this.#openLabels.get(label) ?? 0) + by);
  }
}

/** Rule 4: the words from `used` on under the root; a lone tagged word, or nothing, gets a root TOP first. */
export function attachRest(
  tree: Tree | undefined,
  used: number,
  words: readonly string[],
  tags: readonly string[],
  repairs: Repairs,
): Restored {
  const rest = words.slice(used).map((word, i) => ({ label: tags[used + i] ?? NO_TAG, children: [word] }));
  repairs.missing += rest.length;
  const root = tree && !isPreterminal(tree) && words.length > 0 ? tree : undefined;
  const first = root ? root.children : tree && isPreterminal(tree) ? [tree] : [];
  return { tree: { label: root?.label ?? TOP, children: [...first, ...rest] }, repairs };
}
