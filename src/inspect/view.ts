// Attention as it is shown: of pieces or words, with special tokens or without.
import type { Sequence } from './inspection.ts';

export interface View {
  /** Pieces of a word joined: what it gets is the sum over its pieces, what it gives the mean. */
  words: boolean;
  /** Whether special tokens are there; else rows of shares are made to have the sum 1 again. */
  special: boolean;
}

export interface ShownMap {
  rows: string[];
  columns: string[];
  /** [rows, columns]. */
  weights: Float64Array;
  /** What counts as full, 1 by default. */
  most?: number;
}

/**
 * A view of weights [T, S]; `shares` says whether rows have the sum 1. A row that gives special tokens everything has
 * nothing left without them.
 */
export function viewMap(
  weights: ArrayLike<number>,
  { queries, keys }: { queries: Sequence; keys: Sequence },
  view: View,
  shares = true,
): ShownMap {
  const [rows, columns] = [groupTokens(queries, view), groupTokens(keys, view)];
  const width = keys.tokens.length;
  const shown = new Float64Array(rows.length * columns.length);
  for (const [r, { places }] of rows.entries()) {
    for (const i of places) {
      const cells = columns.map((column) =>
        column.places.reduce((sum, j) => sum + weights[i * width + j]!, 0),
      );
      const total = view.special || !shares ? 1 : cells.reduce((sum, x) => sum + x, 0);
      if (total === 0) continue;
      for (const [c, cell] of cells.entries()) shown[r * columns.length + c]! += cell / total / places.length;
    }
  }
  return { rows: rows.map(({ label }) => label), columns: columns.map(({ label }) => label), weights: shown };
}

interface Group {
  label: string;
  places: number[];
}

function groupTokens({ tokens, words }: Sequence, view: View): Group[] {
  const groups: Group[] = [];
  let last = -1;
  for (const [i, { piece, word, special }] of tokens.entries()) {
    if (special && !view.special) continue;
    if (view.words && word === last) groups.at(-1)!.places.push(i);
    else groups.push({ label: view.words ? words[word]! : piece, places: [i] });
    last = word;
  }
  return groups;
}
