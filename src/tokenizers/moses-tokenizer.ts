// The Moses tokenizer (tokenizer.perl, version 1.1): exact for English, German and French.
// Italian and Irish share French's apostrophe; any other language splits every apostrophe off and uses the
// English abbreviations. Not here: protected patterns, Penn Treebank style, the letter rules of ca, fi, so, sv, tdt.
import { nonbreakingPrefixes, type PrefixKind } from './nonbreaking-prefixes.ts';

export interface MosesOptions {
  /** ISO 639-1, such as "en". */
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
const OTHER = /[^\p{Alphabetic}\p{Nd} .'`,-]/gu;
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
const APOSTROPHE_ALONE: readonly Rule[] = [[/'/g, " ' "]];
const APOSTROPHES: Readonly<Record<string, readonly Rule[]>> = {
  en: APOSTROPHE_RIGHT,
  fr: APOSTROPHE_LEFT,
  it: APOSTROPHE_LEFT,
  ga: APOSTROPHE_LEFT,
};

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
  text = text.replace(OTHER, ' $& ');
  if (options.aggressiveHyphens) text = text.replace(HYPHEN, '$1 @-@ ');
  if (text.includes('..')) text = text.replace(DOTS, (dots) => ` ${HELD_DOT.repeat(dots.length)} `);
  if (text.includes(',')) text = applyRules(text, COMMA);
  if (text.includes("'")) text = applyRules(text, APOSTROPHES[options.language] ?? APOSTROPHE_ALONE);

  text = splitFinalDots(text.split(' '), nonbreakingPrefixes(options.language)).replace(QUOTED_END, " . '");
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
