// Sentences of which a part of the tree is given: words between spaces, with brackets around some of them, and tags, as
// in `(NP the (JJ old)) man the boats .`; a bracket without a label, `( the boats )`, is a phrase of any kind.
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { escapeWord } from './write.ts';

/** A bracket over the words from `start` up to and without `end`. */
export interface GivenBracket {
  readonly start: number;
  readonly end: number;
  /** Undefined for any. */
  readonly label: string | undefined;
  /** Whether it is right around one word, as a tag is. */
  readonly isInnermost: boolean;
}

export interface PartialTree {
  readonly words: readonly string[];
  /** Each after those within it. */
  readonly brackets: readonly GivenBracket[];
}

/** A UserError where brackets are not in pairs, or have nothing in them. */
export function readPartial(line: string): PartialTree {
  const words: string[] = [];
  const brackets: GivenBracket[] = [];
  const open: { start: number; label: string | undefined; hasBrackets: boolean }[] = [];
  const complain = (what: string) => new UserError(`${quote(line)}: ${what}`);
  for (const [token, label] of line.matchAll(/\(([^ \t-\r()]*)|\)|[^ \t-\r()]+/g)) {
    if (label !== undefined) {
      open.push({ start: words.length, label: label === '' ? undefined : label, hasBrackets: false });
    } else if (token === ')') {
      const { start, label: own, hasBrackets } = open.pop() ?? {};
      if (start === undefined) throw complain('a ")" has no "("');
      if (start === words.length) throw complain('a bracket has no words');
      const isInnermost = words.length === start + 1 && !hasBrackets;
      brackets.push({ start, end: words.length, label: own, isInnermost });
      const above = open.at(-1);
      if (above !== undefined) above.hasBrackets = true;
    } else words.push(escapeWord(token));
  }
  if (open.length > 0) throw complain('a "(" has no ")"');
  return { words, brackets };
}
