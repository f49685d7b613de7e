// The tokenizer of NIST's mteval-v13a.pl as sacreBLEU defines it, for languages in Latin-like scripts.
// It takes detokenized text; it is not the Moses tokenizer.
import { splitWords } from './whitespace.ts';

// ASCII symbols except the apostrophe, comma, hyphen and period: U+0020-0026, 0028-002B, 002F, 003A-0040, 005B-0060, 007B-007E.
const SYMBOLS = /([ -&(-+/:-@[-`{-~])/gu;
const RULES: readonly (readonly [RegExp, string])[] = [
  [SYMBOLS, ' $1 '],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])(-)/gu, '$1 $2 '],
];
const ENTITIES: readonly (readonly [string, string])[] = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/** The tokens, separated by single spaces. */
export function tokenize13a(line: string): string {
  let text = line.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  // In this order, so that `&amp;lt;` becomes `<`.
  for (const [entity, char] of ENTITIES) text = text.replaceAll(entity, char);
  text = ` ${text} `;
  for (const [pattern, replacement] of RULES) text = text.replace(pattern, replacement);
  return splitWords(text).join(' ');
}
