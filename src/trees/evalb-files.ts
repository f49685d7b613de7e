// From the lines of a file to the sentences that EVALB compares. It reads one from each line, whatever the line holds,
// and so does this, unless trees take several lines, as in the Penn Treebank.
import { hasEscapes, isBetweenTrees, unescapeBrackets } from './read.ts';
import { NO_TAG } from './tree.ts';

/** What EVALB reads as one line; empty where a tree is missing. */
export interface SentenceText {
  readonly text: string;
  /** Of the file, from 1, where it begins. */
  readonly line: number;
}

/**
 * The sentences of a file. Lines that are comments or mark-up are passed over. Where each tree has its line, a sentence
 * is what a line holds, an empty one included. Trees take several lines where some line leaves a bracket open, all
 * brackets of the file close in the end, and none but a tree's first one stands in column 1; a sentence is a tree then.
 */
export function splitSentences(lines: readonly string[]): SentenceText[] {
  const plain = lines.some(hasEscapes) ? lines.map(unescapeWords) : lines;
  if (takeSeveralLines(plain)) return joinTrees(plain);
  return plain.flatMap((line, at) => (isBetweenTrees(line) ? [] : { text: dropTags(line), line: at + 1 }));
}

/** EVALB knows no escapes. */
const unescapeWords = (line: string): string => line.replace(/(?<=\s)(?:\\[()]|[^\s()])+/g, unescapeBrackets);

/** A line without tags such as `<S ID=1>` before or after its trees. */
const dropTags = (line: string): string => line.replace(/^\s*<[^<>()]*>|<[^<>()]*>\s*$/g, '');

function takeSeveralLines(lines: readonly string[]): boolean {
  let depth = 0;
  let isOpen = false;
  for (const line of lines) {
    if (depth === 0 && isBetweenTrees(line)) continue;
    if (depth > 0 && line.startsWith('(')) return false;
    for (const [bracket] of line.matchAll(/[()]/g)) {
      depth += bracket === '(' ? 1 : -1;
      if (depth < 0) return false;
    }
    isOpen ||= depth > 0;
  }
  return isOpen && depth === 0;
}

function joinTrees(lines: readonly string[]): SentenceText[] {
  const sentences: SentenceText[] = [];
  let text = '';
  let begun = 0;
  let depth = 0;
  for (const [at, line] of lines.entries()) {
    if (depth === 0 && isBetweenTrees(line)) continue;
    for (const piece of dropTags(line).split(/(?<=\))/)) {
      if (text.trim() === '') begun = at + 1;
      text += piece;
      depth += piece.split('(').length - 1 - (piece.endsWith(')') ? 1 : 0);
      if (depth > 0 || text.trim() === '') continue;
      sentences.push({ text: text.trim(), line: begun });
      text = '';
    }
    text += ' ';
  }
  return sentences;
}

/**
 * The sentences of two files that belong together: all of them, an empty one standing for a missing tree; or, where
 * their numbers differ, without the gold file's empty ones, or without those of both. Undefined where none of it fits.
 */
export function alignSentences(
  gold: readonly SentenceText[],
  test: readonly SentenceText[],
): [gold: readonly SentenceText[], test: readonly SentenceText[]] | undefined {
  const [goldTrees, testTrees] = [gold, test].map((all) => all.filter(({ text }) => text.trim() !== ''));
  const ways = [
    [gold, test],
    [goldTrees!, test],
    [goldTrees!, testTrees!],
  ] as const;
  const found = ways.find(([one, other]) => one.length === other.length);
  return found && [...found];
}

/** The sentence with the tag XX for words in brackets that share theirs, and their number; EVALB refuses such words. */
export function tagWords(text: string): { text: string; count: number } {
  const tokens = text.match(/[()]|[^()\s]+|\s+/g) ?? [];
  const solid = [...tokens.keys()].filter((at) => tokens[at]!.trim() !== '');
  let depth = 0;
  let count = 0;
  for (const [k, at] of solid.entries()) {
    const [before, last, next] = [k - 2, k - 1, k + 1].map((place) => tokens[solid[place]!]);
    const token = tokens[at]!;
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth > 0 && last !== '(' && !(before === '(' && last !== ')' && next === ')')) {
      tokens[at] = `(${NO_TAG} ${token})`;
      count++;
    }
  }
  return { text: count === 0 ? text : tokens.join(''), count };
}
