// A line as EVALB reads it: words with tags, and brackets over word positions. Its rules are its own and looser than
// a treebank reader's: labels may be empty, `(A)` is an empty bracket, a line may hold several trees or half a one.

import { formatCount } from '../util/format.ts';
import { quote } from '../util/quote.ts';
import type { EvalbParameters } from './evalb-parameters.ts';

/** What became of a word's tag or a bracket; the digits are those of EVALB's debugging output. */
export const UNMATCHED = 0;
export const MATCHED = 1;
export const DELETED = 5;
export const UNDECIDED = 9;

export interface Terminal {
  readonly label: string;
  readonly word: string;
  outcome: number;
}

/** Covers the kept words from `start` up to and without `end`, which is -1 in a bracket that is never closed. */
export interface Bracket {
  label: string;
  start: number;
  end: number;
  /** What stands between the label and the closing bracket. */
  text: string;
  outcome: number;
}

/** A quotation mark that may have to be put back: where its word is or would be, among which brackets. */
interface Quote {
  readonly terminal: Terminal;
  index: number;
  /** The first of the brackets that open after it. */
  readonly nextBracket: number;
  /** The brackets around it. */
  readonly open: readonly Bracket[];
}

export interface Sentence {
  /** Words, those under DELETE_LABEL_FOR_LENGTH left out. */
  length: number;
  /** Words, those under DELETE_LABEL left out. */
  readonly terminals: Terminal[];
  /** In the order in which they open. */
  readonly brackets: Bracket[];
  readonly quotes: Quote[];
  readonly problems: string[];
}

/** Brackets of a sentence: matching takes time with the square of their number. EVALB itself takes 200. */
const MAX_BRACKETS = 5000;

// C's white space in the "C" locale. An opening bracket, its label, and the word that may follow it.
const OPENING = /\(([^ \t\n\v\f\r()]*)(?:[ \t\n\v\f\r]+([^ \t\n\v\f\r()]*))?/y;
const BLANK = /[ \t\n\v\f\r]/;
const QUOTATION_MARKS = new Set(["'", '"', '/']);

/** Reads one line; what is wrong with its brackets goes into `problems`, and the rest is read as far as it goes. */
export function readSentence(line: string, parameters: EvalbParameters): Sentence {
  const { deleteLabels, deleteLabelsForLength, quoteLabels } = parameters;
  const terminals: Terminal[] = [];
  const brackets: Bracket[] = [];
  const quotes: Quote[] = [];
  const problems: string[] = [];
  const open: { bracket: Bracket; from: number }[] = [];
  let length = 0;
  for (let at = 0; at < line.length; ) {
    if (BLANK.test(line[at]!)) {
      at++;
    } else if (line[at] === '(') {
      OPENING.lastIndex = at;
      const [, label, word] = OPENING.exec(line)!;
      const after = OPENING.lastIndex;
      if (word !== undefined && line[after] === ')') {
        const terminal = { label: label!, word, outcome: UNDECIDED };
        if (!deleteLabelsForLength.has(label!)) length++;
        if (quoteLabels.has(label!) && QUOTATION_MARKS.has(word)) {
          const around = open.map(({ bracket }) => bracket);
          quotes.push({ terminal, index: terminals.length, nextBracket: brackets.length, open: around });
        }
        if (!deleteLabels.has(label!)) terminals.push(terminal);
        at = after + 1;
      } else {
        at += 1 + label!.length;
        const bracket = { label: label!, start: terminals.length, end: -1, text: '', outcome: UNDECIDED };
        if (brackets.push(bracket) > MAX_BRACKETS) {
          problems.push(`it has more than ${formatCount(MAX_BRACKETS)} brackets`);
          return { length, terminals, brackets, quotes, problems };
        }
        open.push({ bracket, from: at });
      }
    } else if (line[at] === ')') {
      const top = open.pop();
      if (top) {
        top.bracket.end = terminals.length;
        top.bracket.text = line.slice(top.from, at);
      } else {
        problems.push(`the ")" in column ${at + 1} has no "("`);
      }
      at++;
    } else {
      const word = line.slice(at).match(/^[^ \t\n\v\f\r()]+/)![0];
      problems.push(`${quote(word)} in column ${at + 1} is not the one word of a bracket`);
      return { length, terminals, brackets, quotes, problems };
    }
  }
  if (open.length > 0) {
    for (const { bracket, from } of open) bracket.text = line.slice(from);
    problems.push(open.length === 1 ? 'a "(" has no ")"' : `${open.length} "(" have no ")"`);
  }
  return { length, terminals, brackets, quotes, problems };
}

/**
 * Puts quotation marks back that one side alone deleted: a mark in the same place has a tag that is deleted in the
 * one and kept in the other (an apostrophe read as a closing quote, say).
 */
export function restoreQuotes(gold: Sentence, test: Sentence, { deleteLabels }: EvalbParameters): void {
  for (const ofTest of test.quotes) {
    const { index } = ofTest;
    for (const ofGold of gold.quotes) {
      if (ofGold.index !== index) continue;
      const goldIsDeleted = deleteLabels.has(ofGold.terminal.label);
      const testIsDeleted = deleteLabels.has(ofTest.terminal.label);
      if (goldIsDeleted && !testIsDeleted) restore(gold, ofGold);
      if (testIsDeleted && !goldIsDeleted) restore(test, ofTest);
    }
  }
}

function restore({ terminals, brackets, quotes }: Sentence, quote: Quote): void {
  terminals.splice(quote.index, 0, quote.terminal);
  for (const bracket of brackets.slice(quote.nextBracket)) {
    bracket.start++;
    bracket.end++;
  }
  for (const bracket of quote.open) bracket.end++;
  for (const later of quotes.slice(quotes.indexOf(quote))) later.index++;
}
