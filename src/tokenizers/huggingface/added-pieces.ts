// Pieces that stand in text by their own spelling, whatever would be found there otherwise: `[MASK]` typed in a text is
// that piece. As in Hugging Face's tokenizers: of those that begin at a place the longest.
import { literalPattern } from '../normalize.ts';

export interface AddedPiece {
  id: number;
  content: string;
  /** Not within a word. */
  singleWord: boolean;
  /** Takes the white space before it, or after it. */
  lstrip: boolean;
  rstrip: boolean;
  /** Is found in normalized text, by its own normalized form. */
  normalized: boolean;
  /** Stands for no text. */
  special: boolean;
}

/** A stretch of a text; `id` is that of an added piece. */
export interface Stretch {
  from: number;
  to: number;
  id?: number;
}

const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';
const WORD_BEFORE = new RegExp(`(?<=${WORD})`, 'uy');
const WORD_AFTER = new RegExp(WORD, 'uy');
const SPACE_BEFORE = /(?<=\p{White_Space})/uy;
const SPACE_AFTER = /\p{White_Space}/uy;

export class AddedPieces {
  readonly #pieces: ReadonlyMap<string, AddedPiece>;
  readonly #pattern: RegExp;

  constructor(pieces: readonly AddedPiece[]) {
    // Nothing can be found by an empty form.
    const found = pieces.filter(({ content }) => content !== '');
    this.#pieces = new Map(found.map((piece) => [piece.content, piece]));
    this.#pattern = literalPattern([...this.#pieces.keys()]);
  }

  get isEmpty(): boolean {
    return this.#pieces.size === 0;
  }

  /** The stretches of a text, which cover it. */
  split(text: string): Stretch[] {
    if (this.isEmpty) return text === '' ? [] : [{ from: 0, to: text.length }];
    const stretches: Stretch[] = [];
    let done = 0;
    for (const { 0: content, index } of text.matchAll(this.#pattern)) {
      const { id, singleWord, lstrip, rstrip } = this.#pieces.get(content)!;
      let [from, to] = [index, index + content.length];
      if (singleWord && (isAt(WORD_BEFORE, text, from) || isAt(WORD_AFTER, text, to))) continue;
      while (lstrip && from > done && isAt(SPACE_BEFORE, text, from)) from--;
      while (rstrip && isAt(SPACE_AFTER, text, to)) to++;
      if (from > done) stretches.push({ from: done, to: from });
      stretches.push({ from, to, id });
      done = to;
    }
    if (done < text.length) stretches.push({ from: done, to: text.length });
    return stretches;
  }
}

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
