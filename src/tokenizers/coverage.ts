// How a tokenizer fits a text: how many pieces its words take, and what of it is unknown.
import type { Tokenizer } from './tokenizer.ts';
import { WordCounts } from './word-counts.ts';

export interface Coverage {
  lines: number;
  /** Between white space. */
  words: number;
  /** Code points. */
  characters: number;
  pieces: number;
  unknownPieces: number;
  /** Share of the words that are one piece. */
  wholeWords: number;
  /** Pieces of the vocabulary that the text uses. */
  usedPieces: number;
  /** Words with something unknown, the most frequent first. */
  unknownWords: { word: string; count: number }[];
}

const MOST_WORDS = 10;

/** Takes a text line by line. */
export class CoverageCounter {
  readonly #tokenizer: Tokenizer;
  readonly #words = new WordCounts();
  readonly #used = new Set<number>();
  #lines = 0;
  #characters = 0;
  #pieces = 0;
  #unknown = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  add(line: string): void {
    this.#lines++;
    for (const _ of line) this.#characters++;
    this.#words.addAll(line.split(/\p{White_Space}+/u));
    const { unk } = this.#tokenizer.special;
    for (const id of this.#tokenizer.encode(line)) {
      this.#pieces++;
      this.#used.add(id);
      if (id === unk) this.#unknown++;
    }
  }

  finish(): Coverage {
    const { words, total } = this.#words;
    const { unk } = this.#tokenizer.special;
    const unknownWords: Coverage['unknownWords'] = [];
    let whole = 0;
    for (const [word, count] of words) {
      const ids = this.#tokenizer.encode(` ${word}`);
      if (unk !== undefined && ids.includes(unk)) unknownWords.push({ word, count });
      else if (ids.length === 1) whole += count;
    }
    unknownWords.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
    return {
      lines: this.#lines,
      words: total,
      characters: this.#characters,
      pieces: this.#pieces,
      unknownPieces: this.#unknown,
      wholeWords: total === 0 ? 0 : whole / total,
      usedPieces: this.#used.size,
      unknownWords: unknownWords.slice(0, MOST_WORDS),
    };
  }
}
