// The Moses tokenizer (tokenizer.perl, version 1.1), for every language that the script has rules or abbreviations for;
// any other gets what the script gives it: the common rules and the English abbreviations.
// Not here: protected patterns, Penn Treebank style.
import { baseLanguage } from '../util/language.ts';
import { nonbreakingPrefixes, type PrefixKind } from './nonbreaking-prefixes.ts';

export interface MosesOptions {
  /** ISO 639, such as "en"; a region ("en-US") changes nothing. */
  language: string;
  /** Write & | < > ' " [ ] as entities; default true. */
  escape?: boolean;
  /** Write a hyphen between letters or digits as @-@; default false. */
  aggressiveHyphens?: boolean;
}

type Rule = readonly [pattern: RegExp, replacement: string];

// Perl's classes: IsAlpha is Alphabetic, IsAlnum adds the decimal digits, IsN is the general category N.
// Perl's \s holds U+0085 and not U+FEFF; JavaScript's the reverse. After the first rule only ' ' is left of it.
const WHITESPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /[\u0000-\u001f]/g;
const SPACES = / +/g;
const EDGE = /^ | $/g;
const OTHER: readonly Rule[] = [[/[^\p{Alphabetic}\p{Nd} .'`,-]/gu, ' $& ']];
const OTHER_BUT_COLON: readonly Rule[] = [
  [/[^\p{Alphabetic}\p{Nd} .:'`,-]/gu, ' $& '],
  [/:(?!\p{Ll})/gu, ' : '],
];
// The script means to split a middle dot off where no lowercase letter follows, but looks for the two characters that
// its bytes are: text that was decoded wrongly.
const OTHER_BUT_MIDDLE_DOT: readonly Rule[] = [
  [/[^\p{Alphabetic}\p{Nd} .\u00b7'`,-]/gu, ' $& '],
  [/\u00c2\u00b7(?!\p{Ll})/gu, ' $& '],
];
const OTHER_AND_APOSTROPHE: readonly Rule[] = [...OTHER, [/'(?!\p{Ll})/gu, " ' "]];
/** How what is neither letter nor digit is split off: a colon or middle dot inside a word may belong to it. */
const SYMBOLS: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['ca', OTHER_BUT_MIDDLE_DOT],
  ['fi', OTHER_BUT_COLON],
  ['sv', OTHER_BUT_COLON],
  ['tdt', OTHER_AND_APOSTROPHE],
]);
const HYPHEN = /([\p{Alphabetic}\p{Nd}])-(?=[\p{Alphabetic}\p{Nd}])/gu;
const DOTS = /\.{2,}/g;
// A dot of "..." while the rules run, so that none takes it for a full stop; control characters are gone by then.
const HELD_DOT = '\u0001';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark of a held dot
const HELD_DOTS = /\u0001/g;

// A comma stays only between two numbers.
const COMMA: readonly Rule[] = [
  [/([^\p{N}]),/gu, '$1 , '],
  [/,([^\p{N}])/gu, ' , $1'],
  [/(\p{N}),$/gu, '$1 ,'],
];

const APOSTROPHE_RIGHT: readonly Rule[] = [
  [/([^\p{Alphabetic}])'([^\p{Alphabetic}])/gu, "$1 ' $2"],
  [/([^\p{Alphabetic}\p{N}])'(\p{Alphabetic})/gu, "$1 ' $2"],
  [/(\p{Alphabetic})'([^\p{Alphabetic}])/gu, "$1 ' $2"],
  [/(\p{Alphabetic})'(\p{Alphabetic})/gu, "$1 '$2"],
  [/(\p{N})'s/gu, "$1 's"],
];
const APOSTROPHE_LEFT: readonly Rule[] = [
  [/([^\p{Alphabetic}])'([^\p{Alphabetic}])/gu, "$1 ' $2"],
  [/([^\p{Alphabetic}])'(\p{Alphabetic})/gu, "$1 ' $2"],
  [/(\p{Alphabetic})'([^\p{Alphabetic}])/gu, "$1 ' $2"],
  [/(\p{Alphabetic})'(\p{Alphabetic})/gu, "$1' $2"],
];
// Between letters it is a sound of its own.
const APOSTROPHE_GLOTTAL: readonly Rule[] = APOSTROPHE_LEFT.slice(0, 3);
const APOSTROPHE_ALONE: readonly Rule[] = [[/'/g, " ' "]];
const APOSTROPHES: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['en', APOSTROPHE_RIGHT],
  ...['ca', 'fr', 'ga', 'it'].map((language) => [language, APOSTROPHE_LEFT] as const),
  ...['so', 'tdt'].map((language) => [language, APOSTROPHE_GLOTTAL] as const),
]);

const ALPHABETIC = /\p{Alphabetic}/u;
const STARTS_LOWERCASE = /^\p{Lowercase}/u;
const STARTS_WITH_DIGIT = /^[0-9]/;
const QUOTED_END = /\.' ?$/;

const SPECIAL = /[&|<>'"[\]]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '|': '&#124;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '[': '&#91;',
  ']': '&#93;',
};

/** The tokens of one line; none is empty, and none holds whitespace. */
export function mosesTokenize(line: string, options: MosesOptions): string[] {
  let text = line.replace(WHITESPACE, ' ').replace(CONTROL, '').replace(SPACES, ' ').replace(EDGE, '');
  const language = baseLanguage(options.language);
  text = applyRules(text, SYMBOLS.get(language) ?? OTHER);
  if (options.aggressiveHyphens) text = text.replace(HYPHEN, '$1 @-@ ');
  if (text.includes('..')) text = text.replace(DOTS, (dots) => ` ${HELD_DOT.repeat(dots.length)} `);
  if (text.includes(',')) text = applyRules(text, COMMA);
  if (text.includes("'")) text = applyRules(text, APOSTROPHES.get(language) ?? APOSTROPHE_ALONE);

  text = splitFinalDots(text.split(' '), nonbreakingPrefixes(language)).replace(QUOTED_END, " . '");
  text = text.replace(HELD_DOTS, '.');
  if (options.escape ?? true) text = text.replace(SPECIAL, (c) => ENTITIES[c]!);
  return text.split(' ').filter((token) => token !== '');
}

function applyRules(text: string, rules: readonly Rule[]): string {
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement);
  return text;
}

/** Splits a word's final dot off, unless the word is an abbreviation or the next one starts in lowercase. */
function splitFinalDots(split: string[], prefixes: ReadonlyMap<string, PrefixKind>): string {
  const words = split.filter((word) => word !== '');
  return words
    .map((word, i) => {
      if (word.length < 2 || !word.endsWith('.')) return word;
      const stem = word.slice(0, -1);
      const next = words[i + 1];
      return next !== undefined && keepsDot(stem, next, prefixes) ? word : `${stem} .`;
    })
    .join(' ');
}

function keepsDot(stem: string, next: string, prefixes: ReadonlyMap<string, PrefixKind>): boolean {
  if (stem.includes('.') && ALPHABETIC.test(stem)) return true;
  if (STARTS_LOWERCASE.test(next)) return true;
  const kind = prefixes.get(stem);
  return kind === 'always' || (kind === 'beforeNumber' && STARTS_WITH_DIGIT.test(next));
}
