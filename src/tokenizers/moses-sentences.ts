// Sentences of running text by the rule of the Moses project (split-sentences.perl by Koehn and Schroeder, as PyPI's
// sentence-splitter 1.4 has it), for all languages that write a space between sentences. A sentence ends with `?`, `!`
// or dots before a capital, a letter without case or a number; a dot may belong to an abbreviation or an acronym.
import { baseLanguage } from '../util/language.ts';
import { dottedPrefixes, nonbreakingPrefixes } from './nonbreaking-prefixes.ts';

const OPEN = String.raw`['"(\[¿¡\p{Pi}]`;
const CLOSE = String.raw`['")\]\p{Pf}]`;
const CAPITAL = String.raw`[\p{Lu}\p{Lo}]`;

/** Ends whatever word stands before. A run of dots is taken whole, so that a long one is looked at once. */
const ENDS = [
  `([?!]) +(${OPEN}*${CAPITAL})`,
  `((?<!\\.)\\.{2,}) +(${OPEN}*${CAPITAL})`,
  `([?!.] *${CLOSE}+) +(${OPEN}* *${CAPITAL})`,
  String.raw`([?!.]) +(['"\[¿¡\p{Pi}]+ *${CAPITAL})`,
].map((rule) => new RegExp(rule, 'gu'));

const MAY_BEGIN = new RegExp(`^${OPEN}*[\\p{Lu}\\p{Lo}0-9]`, 'u');
const ACRONYM = /\.[\p{Lu}\p{Lo}-]+\.+$/u;
/** What stands before the last dot of a word, and what closes between the two. */
const LAST_DOT = /([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}.-]*)(['")\]%\p{Pf}]*)\.+$/u;
/** Abbreviations are shorter; nothing before that is looked at, however long a word may be. */
const TAIL = 64;

/** The sentences of one line of text, in which several spaces are one; none of a line of spaces. */
export function splitSentences(line: string, language: string): string[] {
  const base = baseLanguage(language);
  const words = ENDS.reduce((text, rule) => text.replace(rule, '$1\n$2'), line).split(/ +/);
  const text = words.map((word, i) => {
    const next = words[i + 1];
    return next !== undefined && endsSentence(word, next, base) ? `${word}\n` : `${word} `;
  });
  return text
    .join('')
    .split('\n')
    .map((sentence) => sentence.replace(/^ +| +$/g, ''))
    .filter((sentence) => sentence !== '');
}

/** Whether a sentence ends with a word's dot, given the word after it. */
function endsSentence(word: string, next: string, language: string): boolean {
  if (!word.endsWith('.') || !MAY_BEGIN.test(next)) return false;
  const tail = word.slice(-TAIL);
  const [, stem, closing] = LAST_DOT.exec(tail)!;
  if (ACRONYM.test(tail)) return false;
  if (closing !== '') return true;
  const kind = nonbreakingPrefixes(language).get(stem!);
  if (kind === 'beforeNumber') return !/^[0-9]/.test(next);
  return kind === undefined && !dottedPrefixes(language).has(stem!);
}
