// Which pieces go on with a word, by their spelling.
import type { Tokenizer } from './tokenizer.ts';

/** Before what goes on: WordPiece. */
const INSIDE = '##';
/** Before what does not: SentencePiece; the bytes of GPT-2. */
const SPACES = ['▁', 'Ġ'];

/** Whether a piece goes on with the word of the one before it. Where no piece is spelt in a way that tells, none does. */
export function continuesWord(
  tokenizer: Pick<Tokenizer, 'size' | 'special' | 'idToPiece'>,
): (id: number) => boolean {
  const pieces = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.idToPiece(id) ?? '');
  const special = new Set(Object.values(tokenizer.special));
  const space = SPACES.find((mark) => pieces.some((piece) => piece.startsWith(mark)));
  const continues = pieces.some((piece) => piece.startsWith(INSIDE))
    ? (piece: string) => piece.startsWith(INSIDE)
    : (piece: string) => space !== undefined && !piece.startsWith(space);
  const table = pieces.map((piece, id) => !special.has(id) && continues(piece));
  return (id) => table[id] ?? false;
}
