// The tokenizers of BLEU that need neither a dictionary nor a model, under sacreBLEU's names. To add one: a row.
// All take detokenized text, except `none`; none of them is the Moses tokenizer.
import { buildTokenizer, type CharClass, DASH, DIGIT, OTHER, POINT, SYMBOL } from './scanner.ts';
import { splitWords, trimStart } from './whitespace.ts';

// ASCII symbols but the apostrophe, comma, hyphen and period.
const ASCII_SYMBOL = /[!-&(-+/:-@[-`{-~]/;

/** NIST's mteval-v13a, for scripts like the Latin one. */
function classify13a(char: string): CharClass {
  if (char >= '0' && char <= '9') return DIGIT;
  if (char === '.' || char === ',') return POINT;
  if (char === '-') return DASH;
  return ASCII_SYMBOL.test(char) ? SYMBOL : OTHER;
}

/** NIST's mteval-v14 with its international switch: punctuation and symbols of all scripts. */
function classifyIntl(char: string): CharClass {
  if (/\p{N}/u.test(char)) return DIGIT;
  if (/\p{P}/u.test(char)) return POINT;
  return /\p{S}/u.test(char) ? SYMBOL : OTHER;
}

// What sacreBLEU takes for Chinese. Its first row was meant for the ideographs from U+20000 to U+2A6D6, but is
// compared as text and takes in the quotes, dashes and arrows of the Basic Multilingual Plane.
const CHINESE =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/;

const split13a = buildTokenizer(classify13a, { padded: true });
const splitZh = buildTokenizer((char) => (CHINESE.test(char) ? SYMBOL : classify13a(char)), {
  padded: false,
});

/** Each returns the tokens of a line whose end is trimmed. */
export const tokenizers = {
  '13a': (line: string) => split13a(decode13a(line)),
  intl: buildTokenizer(classifyIntl, { padded: false }),
  char: buildTokenizer(() => SYMBOL, { padded: false }),
  zh: (line: string) => splitZh(trimStart(line)),
  none: splitWords,
} satisfies Record<string, (line: string) => string[]>;

export type TokenizerName = keyof typeof tokenizers;
export const tokenizerNames = Object.keys(tokenizers) as [TokenizerName, ...TokenizerName[]];

// In this order, so that `&amp;lt;` becomes `<`.
const ENTITIES = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
] as const;

/** Text without mteval's mark-up; `hyphen-\nation` is joined in 13a. */
function decode13a(line: string): string {
  let text = line;
  if (text.includes('<skipped>')) text = text.replaceAll('<skipped>', '');
  if (text.includes('-\n')) text = text.replaceAll('-\n', '');
  return text.includes('&') ? decodeEntities(text) : text;
}

/** Text with the four entities of XML, but `&apos;`, replaced. */
export function decodeEntities(text: string): string {
  return ENTITIES.reduce((decoded, [entity, char]) => decoded.replaceAll(entity, char), text);
}

/** Lines ending in a separate period from which on sacreBLEU takes a file for tokenized. */
const MANY = 100;

/** Whether text seems tokenized already, which lowers scores: sacreBLEU then warns. */
export function looksTokenized(lines: readonly string[]): boolean {
  let count = 0;
  for (const line of lines) if (line.endsWith(' .')) count++;
  return count >= MANY;
}
