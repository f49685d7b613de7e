// A hypothesis with its words marked: as in the reference, in it but elsewhere, or not in it.
// A longest common subsequence, not an alignment: nothing is said about words that mean the same.
import { addCounts, isSpace, splitPieces, splitWords } from './words.ts';

export type Mark = 'same' | 'moved' | 'other';

export interface Run {
  readonly text: string;
  readonly mark: Mark;
}

/** 2,000 by 2,000 words: 8 MB. What differs between longer lines counts as moved. */
const MAX_CELLS = 4e6;

/**
 * The hypothesis in runs of one mark; joined they are its text. `same` is against the reference with most words in
 * common; `moved` words are in some reference, as often as it has them. White space belongs to a run that it divides.
 */
export function markWords(hyp: string, refs: readonly string[]): Run[] {
  const pieces = splitPieces(hyp);
  const words = pieces.filter((piece) => !isSpace(piece));
  const marks = markList(words, refs.map(splitWords));
  const runs: { text: string; mark: Mark }[] = [];
  let k = 0;
  let space = '';
  const add = (text: string, mark: Mark): void => {
    const last = runs.at(-1);
    if (last?.mark === mark) last.text += text;
    else if (text !== '') runs.push({ text, mark });
  };
  for (const piece of pieces) {
    if (isSpace(piece)) {
      space = piece;
      continue;
    }
    const mark = marks[k++]!;
    add(space, runs.at(-1)?.mark === mark ? mark : 'same');
    add(piece, mark);
    space = '';
  }
  add(space, 'same');
  return runs;
}

function markList(words: readonly string[], refs: readonly (readonly string[])[]): Mark[] {
  let common: boolean[] = [];
  let similarity = -1;
  for (const ref of refs) {
    const found = findCommon(words, ref);
    const f1 = found.filter(Boolean).length / Math.max(1, words.length + ref.length);
    if (f1 > similarity) [common, similarity] = [found, f1];
  }
  const left = new Map<string, number>();
  for (const ref of refs) {
    const counts = new Map<string, number>();
    addCounts(counts, ref);
    for (const [word, count] of counts) left.set(word, Math.max(count, left.get(word) ?? 0));
  }
  const take = (word: string): boolean => {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    return count > 0;
  };
  words.forEach((word, i) => {
    if (common[i]) take(word);
  });
  return words.map((word, i) => (common[i] ? 'same' : take(word) ? 'moved' : 'other'));
}

/** Which words of `a` are on a longest common subsequence with `b`. */
export function findCommon(a: readonly string[], b: readonly string[]): boolean[] {
  const common: boolean[] = new Array(a.length).fill(false);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) common[start++] = true;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    common[--endA] = true;
    endB--;
  }
  const [rows, columns] = [endA - start, endB - start];
  if (rows * columns > MAX_CELLS) return common;
  // length[i][j]: of the longest common subsequence of a's words from i and b's from j on
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[start + i] === b[start + j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) {
      common[start + i] = true;
      i++;
      j++;
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return common;
}
