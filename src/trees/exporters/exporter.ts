// What an exporter is: a form in which trees leave the program, for people or for other programs.
import type { Tree } from '../tree.ts';

/** A tree with what is known of it besides. */
export interface TreeItem {
  tree: Tree;
  /** Its number in the input, from 1. */
  index: number;
  score?: number | undefined;
  /** Of constituents, the probability that they are there; only where it is known. */
  confidence?: ReadonlyMap<Tree, number> | undefined;
  /** Its place among the parses of one sentence, from 1; only where several are wanted. */
  rank?: number | undefined;
  /** The line of text that it is the parse of. */
  source?: string | undefined;
}

export interface ExportOptions {
  /** The terminal's width; a drawing that needs more becomes an outline. */
  columns?: number | undefined;
  /** Whether drawings for the terminal have colours. */
  color?: boolean | undefined;
  /** Whether LaTeX is a whole document, the default, or the pictures alone. */
  standalone?: boolean | undefined;
  /** The heading of a page. */
  title?: string | undefined;
  /** Trees of the whole document, where the items are a piece of it. */
  count?: number | undefined;
}

export interface Exporter {
  describe: string;
  /** Of its files, with the dot, in small letters; no two formats have one. */
  endings: readonly string[];
  document: Document;
}

export interface Document {
  /** The whole text, in pieces; every line ends with `\n`. */
  (items: readonly TreeItem[], options: ExportOptions): Iterable<string>;
  /** Whether it is its trees' texts one after another, so that it can be written piece by piece. */
  isSeparate?: boolean;
}

/** A document that is its trees' texts one after another. */
export function each(
  write: (item: TreeItem, options: ExportOptions, count: number) => string,
): Exporter['document'] {
  const document: Document = function* (items, options) {
    for (const item of items) yield write(item, options, options.count ?? items.length);
  };
  return Object.assign(document, { isSeparate: true });
}

/** How sure a constituent is, ` 87%`; nothing where it is not known, or 100% but for rounding. */
export function sureness({ confidence }: TreeItem, node: Tree | string): string {
  const sure = typeof node === 'string' ? undefined : confidence?.get(node);
  const percent = sure === undefined ? 100 : Math.round(100 * sure);
  return percent === 100 ? '' : ` ${percent}%`;
}

/** Number, rank and score, those that are known: `#3  rank 2  score -1.2500`. */
export function captionOf({ index, rank, score }: TreeItem): string {
  const parts = [`#${index}`];
  if (rank !== undefined) parts.push(`rank ${rank}`);
  if (score !== undefined) parts.push(`score ${score.toFixed(4)}`);
  return parts.join('  ');
}

/** Whether there is more to tell of the tree than its number. */
export const hasCaption = ({ rank, score }: TreeItem): boolean => rank !== undefined || score !== undefined;

/** The caption as a line of its own, where there is one. */
export const comment = (item: TreeItem): string => (hasCaption(item) ? `${captionOf(item)}\n` : '');
