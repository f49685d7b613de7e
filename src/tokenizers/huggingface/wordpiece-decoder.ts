// From WordPieces to text, as Hugging Face's decoder writes it.
import type { WordPieceFile } from './tokenizer-json.ts';

/** What stands closer in text than its pieces do; looked for within a piece and the space before it. */
const TIDIED = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** The text of pieces: those that go on in a word without their prefix, others after a space. */
export const decodeWordPieces =
  (decoder: WordPieceFile['decoder']) =>
  (pieces: readonly string[]): string => {
    if (decoder === null) return pieces.join(' ');
    const { prefix, cleanup } = decoder;
    const parts = pieces.map((piece, i) => {
      if (i === 0) return piece;
      return piece.startsWith(prefix) ? piece.slice(prefix.length) : ` ${piece}`;
    });
    if (!cleanup) return parts.join('');
    return parts.map((part) => TIDIED.reduce((text, [from, to]) => text.replaceAll(from, to), part)).join('');
  };
