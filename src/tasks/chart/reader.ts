// From the words of a treebank to what an encoder reads: pieces in a frame, and the places of each word's.
import { MAX_CHARACTERS } from '../../data/length-filter.ts';
import type { WordSentence } from '../../data/tree-words.ts';
import type { Sampling } from '../../tokenizers/bpe-encoder.ts';
import { frameOf } from '../../tokenizers/frame.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { unescapeWord } from '../../trees/write.ts';
import { UserError } from '../../util/errors.ts';

export interface SentenceReaderOptions {
  /** Places of the model. */
  maxLength: number;
  /** Whether the tokenizer's pieces are of other text, which has " where treebanks have `` and ''. */
  isForeign: boolean;
}

/** A word as text has it: treebanks write brackets as -LRB-, and \/ and \* for / and *. */
export function plainWord(word: string, isForeign: boolean): string {
  const plain = unescapeWord(word)
    .replaceAll('-LCB-', '{')
    .replaceAll('-RCB-', '}')
    .replaceAll('-LSB-', '[')
    .replaceAll('-RSB-', ']')
    .replace(/\\([/*])/g, '$1');
  return isForeign && (plain === '``' || plain === "''") ? '"' : plain;
}

export class SentenceReader {
  readonly tokenizer: Tokenizer;
  readonly padId: number;
  readonly #start: readonly number[];
  readonly #end: readonly number[];
  readonly #options: SentenceReaderOptions;

  /** A UserError where the tokenizer cannot frame and fill rows, or the model has no room for a word. */
  constructor(tokenizer: Tokenizer, options: SentenceReaderOptions) {
    const { pad, bos } = tokenizer.special;
    if (pad === undefined) throw new UserError('the tokenizer has no pad piece; train it with one');
    const { start, end } = frameOf(tokenizer);
    this.tokenizer = tokenizer;
    this.padId = pad;
    // The place before the first word has a vector, too.
    this.#start = start.length > 0 ? start : [bos ?? end[0]!];
    this.#end = end;
    this.#options = options;
    const places = this.#start.length + this.#end.length + 1;
    if (options.maxLength < places) {
      throw new UserError(
        `model.maxLength: ${options.maxLength} places are too few; at least ${places} are needed`,
      );
    }
  }

  /** A sentence of one word or more. Words at its end that the model has no room for are left out; a first one is cut. */
  read(words: readonly string[], sampling?: Sampling): WordSentence {
    const ids: number[] = [...this.#start];
    const places: [number, number][] = [[0, ids.length]];
    const room = this.#options.maxLength - this.#end.length;
    const spellings: string[] = [];
    for (const { plain, pieces } of this.#pieces(words, sampling)) {
      const isFirst = places.length === 1;
      if (ids.length + pieces.length > room && !isFirst) break;
      const from = ids.length;
      ids.push(...pieces.slice(0, room - from));
      places.push([from, ids.length]);
      spellings.push(plain);
    }
    places.push([ids.length, ids.length + this.#end.length]);
    ids.push(...this.#end);
    return { ids: Int32Array.from(ids), words: places, spellings };
  }

  /** Ids of a sentence's pieces, without a frame. */
  encode(words: readonly string[]): number[] {
    return [...this.#pieces(words)].flatMap(({ pieces }) => pieces);
  }

  /** Of each word what is read, and its pieces, at least one: what has none is unknown. */
  *#pieces(
    words: readonly string[],
    sampling?: Sampling,
  ): Generator<{ plain: string; pieces: readonly number[] }> {
    const { unk = this.padId } = this.tokenizer.special;
    for (const [i, word] of words.entries()) {
      const plain = plainWord(word.slice(0, MAX_CHARACTERS), this.#options.isForeign);
      const pieces = this.tokenizer.encode(i === 0 ? plain : ` ${plain}`, sampling);
      yield { plain, pieces: pieces.length === 0 ? [unk] : pieces };
    }
  }
}
