// Figures and foreign text in a form that is safe and clear to print.

import { tidyScore } from '../metrics/metric.ts';
import { formatFixed } from '../util/format-number.ts';

/** Decimals of scores for people, unless told otherwise. */
const SCORE_DIGITS = 2;

/** The highest p-value at which a difference is called significant. */
export const LEVEL = 0.05;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const UNPRINTABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f]|\p{Surrogate}/gu;

/** Text with Unicode's pictures for control characters (tabs stay) and U+FFFD for halves of characters. */
export function showText(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const code = char.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : code === 0x85 ? '\u2424' : '\ufffd';
  });
}

/** A score, with two decimals unless told otherwise. */
export function showScore(score: number, digits = SCORE_DIGITS): string {
  const figure = formatFixed(Math.abs(tidyScore(score)), digits);
  return score < 0 && Number(figure) !== 0 ? `−${figure}` : figure;
}

/** A p-value to four decimals; a star where it is significant. */
export function showPValue(p: number): string {
  const star = p <= LEVEL ? '*' : '';
  return (p < 0.0001 ? '<0.0001' : formatFixed(p, 4)) + star;
}
