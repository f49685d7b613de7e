// WordPiece: the longest piece that a word begins with, then the longest that goes on from there (Wu et al. 2016,
// section 4.1; Devlin et al. 2019). A word that cannot be cut so, or is too long, is one unknown piece.
import { memoize } from '../memo.ts';
import type { AddedPieces } from './added-pieces.ts';
import { type AlignedText, alignText, sliceText } from './aligned-text.ts';
import { SEPARATOR } from './bert-characters.ts';
import type { BertNormalizer } from './bert-normalizer.ts';
import { type Cut, type Cutter, emptyCut, type TakeCut } from './cut.ts';

export interface WordPieceOptions {
  vocabulary: ReadonlyMap<string, number>;
  unkId: number;
  /** What pieces begin with that go on in a word. */
  prefix: string;
  /** Most characters (code points) of a word that is not unknown. */
  maxWordLength: number;
  normalizer: BertNormalizer;
  /** Pieces that are found in normalized text. */
  added: AddedPieces;
}

export class WordPieceCutter implements Cutter {
  readonly #options: WordPieceOptions;
  /** Pieces that go on in a word, without their prefix. */
  readonly #continuing: ReadonlyMap<string, number>;
  /** UTF-16 code units of the longest piece. */
  readonly #longest: number;
  readonly #cutStretch: (stretch: string) => Cut;

  constructor(options: WordPieceOptions) {
    this.#options = options;
    const { vocabulary, prefix } = options;
    const continuing = [...vocabulary].filter(([piece]) => piece.startsWith(prefix));
    this.#continuing = new Map(continuing.map(([piece, id]) => [piece.slice(prefix.length), id]));
    this.#longest = [...vocabulary.keys()].reduce((most, { length }) => Math.max(most, length), 0);
    this.#cutStretch = memoize((stretch) => this.#cutNormalized(this.#normalize(stretch)));
  }

  cut(text: string, take: TakeCut): void {
    // What is between separators is cut for itself: nothing that is done to a text reaches over them.
    if (this.#options.added.isEmpty) forEachStretch(text, (part, at) => take(this.#cutStretch(part), at));
    else take(this.#cutNormalized(this.#normalize(text)), 0);
  }

  normalize(text: string): string {
    return this.#normalize(text).chars.join('');
  }

  #normalize(text: string): AlignedText {
    return this.#options.normalizer.normalize(alignText(text));
  }

  #cutNormalized(text: AlignedText): Cut {
    const cut = emptyCut();
    const { added, normalizer } = this.#options;
    if (added.isEmpty) {
      for (const word of normalizer.splitWords(text)) this.#cutWord(word, cut);
      return cut;
    }
    // From places in the string to those of characters.
    const places: number[] = [];
    for (const [i, char] of text.chars.entries()) for (let u = 0; u < char.length; u++) places.push(i);
    places.push(text.chars.length);
    for (const { from, to, id } of added.split(text.chars.join(''))) {
      const part = sliceText(text, places[from]!, places[to]!);
      if (id === undefined) for (const word of normalizer.splitWords(part)) this.#cutWord(word, cut);
      else addWord(cut, part, [id], [part.chars.length]);
    }
    return cut;
  }

  #cutWord(word: AlignedText, cut: Cut): void {
    const { unkId, maxWordLength } = this.#options;
    const { length } = word.chars;
    const pieces = length > maxWordLength ? undefined : this.#findPieces(word.chars);
    const { ids, ends } = pieces ?? { ids: [unkId], ends: [length] };
    addWord(cut, word, ids, ends);
  }

  /** A word's pieces and before which character each ends; undefined where something of it is in no piece. */
  #findPieces(chars: readonly string[]): { ids: number[]; ends: number[] } | undefined {
    const text = chars.join('');
    const units = [0];
    for (const char of chars) units.push(units.at(-1)! + char.length);
    const [ids, ends]: [number[], number[]] = [[], []];
    for (let from = 0; from < chars.length; ) {
      const pieces = from === 0 ? this.#options.vocabulary : this.#continuing;
      let to = chars.length + 1;
      let id: number | undefined;
      while (id === undefined && --to > from) {
        const isLonger = units[to]! - units[from]! > this.#longest;
        if (!isLonger) id = pieces.get(text.slice(units[from]!, units[to]!));
      }
      if (id === undefined) return undefined;
      ids.push(id);
      ends.push(to);
      from = to;
    }
    return { ids, ends };
  }
}

/** Adds a word's pieces, of which each ends before its character number `ends`. */
function addWord(cut: Cut, word: AlignedText, ids: readonly number[], ends: readonly number[]): void {
  for (const [i, id] of ids.entries()) {
    cut.ids.push(id);
    cut.starts.push(word.starts[i === 0 ? 0 : ends[i - 1]!]!);
    cut.ends.push(word.ends[ends[i]! - 1]!);
    cut.words.push(cut.numWords);
  }
  cut.numWords++;
}

/** The stretches between separators, each with the place where it begins. */
export function forEachStretch(text: string, act: (stretch: string, at: number) => void): void {
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isSeparator(text, at)) continue;
    if (at > from) act(text.slice(from, at), from);
    from = at + 1;
  }
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // Letters of the commonest scripts need no look into a table.
  if (code < 0x1680) return code === 32 || code === 9 || code === 10 || code === 13 || code === 0xa0;
  return SEPARATOR.test(text[at]!);
}
