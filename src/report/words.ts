// Lines as words, for all that a report counts or marks: one cut for every language, independent of the metrics'
// tokenizers and lossless, so that marked text reads as it was written. Punctuation is split off; apostrophes and
// hyphens inside words and points inside numbers are not; scripts without spaces give a word for each character.

const UNSPACED =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
const RUN = `(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}])+`;
const WORD = `${RUN}(?:['’-]${RUN}|(?<=\\p{N})[.,](?=\\p{N})${RUN})*`;
const PIECES = new RegExp(`[\\s\\x85]+|${UNSPACED}\\p{M}*|${WORD}|.`, 'gsu');
const SPACE = /^[\s\x85]/u;

/** Words and the white space between them; joined they are the line. */
export function splitPieces(line: string): string[] {
  return line.match(PIECES) ?? [];
}

/** Whether a piece is white space. */
export function isSpace(piece: string): boolean {
  return SPACE.test(piece);
}

/** The words alone. */
export function splitWords(line: string): string[] {
  return splitPieces(line).filter((piece) => !isSpace(piece));
}

/** How often each word occurs in a text. */
export function countWords(lines: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) addCounts(counts, splitWords(line));
  return counts;
}

/** Adds the number of times each item occurs. */
export function addCounts(counts: Map<string, number>, items: readonly string[]): void {
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
}
