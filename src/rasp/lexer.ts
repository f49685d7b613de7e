// A program's text as words: names, whole numbers, texts in quotes, marks. Comments run from # to the end of the line.
import { quote } from '../util/quote.ts';
import type { Source, Span } from './source.ts';

export type WordKind = 'name' | 'keyword' | 'number' | 'text' | 'mark' | 'end';

export interface Word extends Span {
  readonly kind: WordKind;
  /** As it stands; of a text, what is between the quotes. */
  readonly text: string;
}

const KEYWORDS = ['def', 'return', 'if', 'else', 'and', 'or', 'not', 'lambda', 'True', 'False'];

/** Most words of a program. */
const MAX_WORDS = 100_000;

const PATTERNS: readonly [WordKind, RegExp][] = [
  ['name', /[A-Za-z_]\w*/y],
  ['number', /\d+/y],
  ['text', /"[^"\n]*"/y],
  ['mark', /==|!=|<=|>=|\/\/|[-+*%<>=(){},;:]/y],
];
const BLANK = /(?:\s|#.*)+/y;

/** The words, and one of the kind `end`. */
export function readWords(source: Source): Word[] {
  const { text } = source;
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    if (BLANK.test(text)) at = BLANK.lastIndex;
    if (at === text.length) break;
    const word = readWord(source, at);
    words.push(word);
    if (words.length > MAX_WORDS) throw source.error(at, `more than ${MAX_WORDS} words; is this a program?`);
    at = word.end;
  }
  return [...words, { kind: 'end', text: '', start: at, end: at }];
}

function readWord(source: Source, start: number): Word {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const [found] = pattern.exec(source.text) ?? [];
    if (found === undefined) continue;
    const end = start + found.length;
    if (kind === 'number' && /^(\w|\.\d)/.test(source.text.slice(end, end + 2))) {
      throw source.error(start, 'numbers are whole numbers, in digits alone');
    }
    if (kind === 'text') return { kind, text: found.slice(1, -1), start, end };
    return { kind: KEYWORDS.includes(found) ? 'keyword' : kind, text: found, start, end };
  }
  const [character] = source.text.slice(start);
  if (character === '"') throw source.error(start, 'this text has no " at its end');
  throw source.error(start, `${quote(character!)} means nothing here`);
}
