// What SentencePiece does to a line before it looks for pieces, for models without a character map:
// whitespace is squeezed and written as U+2581. Unicode normalization, where asked for, comes before it and is
// JavaScript's own, not SentencePiece's tables.
import type { NormalizerSpec } from './sentencepiece-model.ts';

/** The mark that stands for a space inside pieces. */
export const SPACE_MARK = '\u2581';

export const NORMALIZATIONS = ['identity', 'nfkc'] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A line of text in the asked form; half surrogate pairs, which UTF-8 cannot hold, become U+FFFD. */
export function normalizeText(line: string, normalization: Normalization): string {
  const text = line.replace(LONE_SURROGATE, '\ufffd');
  return normalization === 'nfkc' ? text.normalize('NFKC') : text;
}

/** A line with its spaces marked, as pieces are matched on; empty if it held nothing but spaces. */
export function markSpaces(line: string, spec: NormalizerSpec): string {
  let text = spec.removeExtraWhitespaces ? line.replace(/^ +/, '').replace(/ {2,}/g, ' ') : line;
  if (text === '') return '';
  if (spec.addDummyPrefix) text = ` ${text}`;
  if (spec.escapeWhitespaces) text = text.replaceAll(' ', SPACE_MARK);
  if (!spec.removeExtraWhitespaces) return text;
  const space = spec.escapeWhitespaces ? SPACE_MARK : ' ';
  let end = text.length;
  while (end > 0 && text[end - 1] === space) end--;
  return text.slice(0, end);
}

/** A pattern that finds any of the strings, the longest first. */
export function literalPattern(strings: readonly string[]): RegExp {
  const sorted = [...strings].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map((s) => s.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gu');
}
