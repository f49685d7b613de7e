// What SentencePiece does to a line before it looks for pieces, for models without a character map:
// whitespace is squeezed and written as U+2581. Unicode normalization, where asked for, comes before it and is
// JavaScript's own, not SentencePiece's tables.
import { baseLanguage } from '../util/language.ts';
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

/** A line with its spaces squeezed, where the spec asks for it, and marked, as pieces are matched on. */
export function markSpaces(line: string, spec: NormalizerSpec, marksAfter = false): string {
  const text = spec.removeExtraWhitespaces ? line.replace(/^ +/, '').replace(/ {2,}/g, ' ') : line;
  return text === '' ? '' : addMarks(text, spec, marksAfter);
}

/** Squeezed text with its spaces marked; the mark of its first word stands before it or, with `marksAfter`, at its end. */
export function addMarks(text: string, spec: NormalizerSpec, marksAfter: boolean): string {
  const space = spec.escapeWhitespaces ? SPACE_MARK : ' ';
  let marked = spec.escapeWhitespaces ? text.replaceAll(' ', SPACE_MARK) : text;
  if (spec.addDummyPrefix && !marksAfter) marked = space + marked;
  if (spec.removeExtraWhitespaces) {
    let end = marked.length;
    while (end > 0 && marked[end - 1] === space) end--;
    marked = marked.slice(0, end);
  }
  return spec.addDummyPrefix && marksAfter ? marked + space : marked;
}

/** The words of marked text, each with its mark; what stands before the first mark is a word too. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let from = 0;
  while (from < text.length) {
    const mark = text.indexOf(SPACE_MARK, from + 1);
    const to = mark === -1 ? text.length : mark;
    words.push(text.slice(from, to));
    from = to;
  }
  return words;
}

/** A pattern that finds any of the strings, the longest first. */
export function literalPattern(strings: readonly string[]): RegExp {
  const sorted = [...strings].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map((s) => s.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gu');
}

/** Languages whose writing NFKC changes for the worse: full-width punctuation to ASCII, vowels taken apart. */
const FULL_WIDTH = new Set(['zh', 'yue', 'ja', 'ko', 'th', 'lo']);

/** The normalization that suits text of these languages. */
export const chooseNormalization = (languages: readonly string[]): Normalization =>
  languages.some((language) => FULL_WIDTH.has(baseLanguage(language))) ? 'identity' : 'nfkc';
