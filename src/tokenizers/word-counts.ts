// How often each word (with the mark before it) occurs in text that comes line by line.
import { SPACE_MARK } from './normalize.ts';
import { createModel, IDENTITY_NORMALIZER } from './sentencepiece-model.ts';

/** The normalizer of models that are trained here. */
export const NORMALIZER = createModel({ pieces: [], normalizerSpec: IDENTITY_NORMALIZER }).normalizerSpec;

/** Before each mark. */
export const WORD_START = new RegExp(`(?=${SPACE_MARK})`);

/** Characters from which on V8 makes a part of a string a view, which would keep its line in memory. */
const VIEW = 13;

export class WordCounts {
  readonly words = new Map<string, number>();
  /** Of all words. */
  total = 0;

  add(word: string): void {
    if (word === '') return;
    const count = this.words.get(word);
    if (count !== undefined) this.words.set(word, count + 1);
    else this.words.set(word.length < VIEW ? word : Buffer.from(word).toString(), 1);
    this.total++;
  }

  addAll(words: readonly string[]): void {
    for (const word of words) this.add(word);
  }
}
