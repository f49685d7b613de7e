// What a tree says about its sentence, flat; and how deep a text is indented.
import { isPreterminal, type Tree, walkTree } from '../tree.ts';

/** A constituent over the words from `start` up to `end`, counted from 0, `end` not included. */
export interface Span {
  label: string;
  start: number;
  end: number;
  /** The probability that it is there, where that is known. */
  confidence?: number;
}

export interface Parts {
  words: string[];
  /** One for each word. */
  tags: string[];
  /** The constituents, parents first; tags are none. */
  spans: Span[];
}

/** The words, their tags and the constituents. */
export function partsOf(tree: Tree, confidence?: ReadonlyMap<Tree, number>): Parts {
  const parts: Parts = { words: [], tags: [], spans: [] };
  const open: Span[] = [];
  walkTree(
    tree,
    (node) => {
      const at = parts.words.length;
      if (isPreterminal(node)) {
        parts.words.push(node.children[0]);
        parts.tags.push(node.label);
      } else {
        const sure = confidence?.get(node);
        const span: Span = { label: node.label, start: at, end: at };
        if (sure !== undefined) span.confidence = Number(sure.toPrecision(6));
        parts.spans.push(span);
        open.push(span);
      }
    },
    (node) => {
      if (!isPreterminal(node)) open.pop()!.end = parts.words.length;
    },
  );
  return parts;
}

/** Two spaces a level, up to a depth at which a deep tree's indentation would outgrow its text. */
export const indent = (depth: number): string => '  '.repeat(Math.min(depth, 40));
