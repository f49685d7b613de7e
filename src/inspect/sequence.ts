// Ids as tokens and words.
import { continuesWord } from '../tokenizers/continues-word.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Sequence, Token } from './inspection.ts';

/** Describes ids of one tokenizer. A piece that goes on with the word before it belongs to it, but not to a special one. */
export function describeWith(tokenizer: Tokenizer): (ids: ArrayLike<number>) => Sequence {
  const { pad, bos, eos, cls, sep } = tokenizer.special;
  const frame = new Set([pad, bos, eos, cls, sep, ...Object.values(tokenizer.frame ?? {}).flat()]);
  const continues = continuesWord(tokenizer);
  return (ids) => {
    const tokens: Token[] = [];
    for (const id of Array.from(ids)) {
      const before = tokens.at(-1);
      const special = frame.has(id);
      const goesOn = before !== undefined && !before.special && !special && continues(id);
      const word = before === undefined ? 0 : before.word + (goesOn ? 0 : 1);
      tokens.push({ id, piece: tokenizer.idToPiece(id) ?? '', word, special });
    }
    return { tokens, words: spellWords(tokens, tokenizer) };
  };
}

/** The text of each word; that of its pieces where it decodes to nothing, as special ones do. */
function spellWords(tokens: readonly Token[], tokenizer: Pick<Tokenizer, 'decode'>): string[] {
  const words: Token[][] = [];
  for (const token of tokens) {
    words[token.word] ??= [];
    words[token.word]!.push(token);
  }
  return words.map(
    (own) => tokenizer.decode(own.map(({ id }) => id)).trim() || own.map(({ piece }) => piece).join(''),
  );
}
