// Byte-level BPE (Radford et al. 2019, section 2.2; Liu et al. 2019, section 4.4): words by GPT-2's pattern, their
// UTF-8 bytes written as characters, and merges in the order in which they were learned.

import { PriorityQueue } from '../../util/priority-queue.ts';
import { memoize } from '../memo.ts';
import type { AddedPieces } from './added-pieces.ts';
import { type Cut, type Cutter, emptyCut, type TakeCut } from './cut.ts';

/** Contractions, letters, digits, other signs, each with a space before it; white space but the last before a word. */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The character of each byte: those that are printed in Latin-1 stand for themselves, the others from U+0100 on. */
export const byteCharacters: readonly string[] = (() => {
  const isPrinted = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrinted(byte) ? byte : 0x100 + others++),
  );
})();
const bytesOf: ReadonlyMap<string, number> = new Map(byteCharacters.map((char, byte) => [char, byte]));
const IS_SPACE = new RegExp(`[${byteCharacters[0x20]}\\p{White_Space}]`, 'u');

/** The text of pieces; what is no piece of bytes stands for itself, and bytes that are no UTF-8 become U+FFFD. */
export function decodeBytePieces(pieces: readonly string[]): string {
  const bytes = pieces.flatMap((piece) => {
    const own = Array.from(piece, (char) => bytesOf.get(char));
    return own.includes(undefined) ? [...Buffer.from(piece)] : (own as number[]);
  });
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

export interface ByteLevelOptions {
  vocabulary: ReadonlyMap<string, number>;
  /** Pairs of pieces, `a b`, in the order in which they are merged. */
  merges: readonly string[];
  /** What stands for bytes without a piece, which vanish where there is none. */
  unkId: number | undefined;
  /** Whether a text gets a space before its first word, where it has none. */
  addPrefixSpace: boolean;
  /** Pieces that are found after all others. */
  added: AddedPieces;
}

export class ByteLevelCutter implements Cutter {
  readonly #options: ByteLevelOptions;
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #cutWord: (word: string) => Cut;
  /** Of a word whose first character, a space, is not in the text. */
  readonly #cutPrefixed: (word: string) => Cut;

  constructor(options: ByteLevelOptions) {
    this.#options = options;
    this.#ranks = new Map(options.merges.map((pair, rank) => [pair, rank]));
    this.#cutWord = memoize((word) => this.#cut(word, 0));
    this.#cutPrefixed = memoize((word) => this.#cut(word, -1));
  }

  cut(text: string, take: TakeCut): void {
    for (const { from, to, id } of this.#options.added.split(text)) {
      if (id === undefined) this.#cutText(text.slice(from, to), from, take);
      else take({ ids: [id], starts: [0], ends: [to - from], words: [0], numWords: 1 }, from);
    }
  }

  normalize(text: string): string {
    return text;
  }

  /** Cuts a text that begins at a place of the whole one. */
  #cutText(text: string, begin: number, take: TakeCut): void {
    const isPrefixed = this.#options.addPrefixSpace && !text.startsWith(' ');
    for (const { 0: word, index } of (isPrefixed ? ` ${text}` : text).matchAll(WORDS)) {
      if (!isPrefixed) take(this.#cutWord(word), begin + index);
      else if (index > 0) take(this.#cutWord(word), begin + index - 1);
      else take(this.#cutPrefixed(word), begin);
    }
  }

  /** The pieces of a word whose first character stands at `begin`. */
  #cut(word: string, begin: number): Cut {
    const { vocabulary, unkId } = this.#options;
    // Each byte's piece, and the place of its character in the text.
    const [pieces, starts, ends]: [string[], number[], number[]] = [[], [], []];
    let at = begin;
    for (const char of word) {
      for (const byte of Buffer.from(char)) {
        const piece = byteCharacters[byte]!;
        if (!vocabulary.has(piece) && unkId === undefined) continue;
        pieces.push(piece);
        starts.push(Math.max(0, at));
        ends.push(at + char.length);
      }
      at += char.length;
    }
    const cut = { ...emptyCut(), numWords: 1 };
    let from = 0;
    for (const piece of mergeByRank(pieces, this.#ranks)) {
      const to = from + piece.length;
      cut.ids.push(vocabulary.get(piece) ?? unkId!);
      cut.starts.push(starts[from]!);
      cut.ends.push(ends[to - 1]!);
      cut.words.push(0);
      from = to;
    }
    return cut;
  }
}

/**
 * Where what a piece has beside spaces begins and ends in the text. With `keepsFirst` a single space before stays: it
 * is the one that the text was given, or its own in that one's place.
 */
export function trimSpaces(piece: string, start: number, end: number, keepsFirst: boolean): [number, number] {
  let before = 0;
  while (before < piece.length && IS_SPACE.test(piece[before]!)) before++;
  let after = 0;
  while (after < piece.length && IS_SPACE.test(piece[piece.length - 1 - after]!)) after++;
  const from = keepsFirst && before === 1 ? start : Math.min(start + before, end);
  return [from, after <= end ? Math.max(end - after, from) : end];
}

interface Merge {
  left: number;
  right: number;
  rank: number;
  length: number;
}

/** Repeats the merge that was learned first, the leftmost of several, over one-character symbols. */
function mergeByRank(pieces: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  const symbols = [...pieces];
  const previous = symbols.map((_, i) => i - 1);
  const next = symbols.map((_, i) => i + 1);
  const agenda = new PriorityQueue<Merge>((a, b) => (a.rank === b.rank ? a.left < b.left : a.rank < b.rank));
  const offer = (left: number, right: number) => {
    if (left < 0 || right >= symbols.length) return;
    const [a, b] = [symbols[left]!, symbols[right]!];
    const rank = ranks.get(`${a} ${b}`);
    if (rank !== undefined) agenda.push({ left, right, rank, length: a.length + b.length });
  };
  for (let i = 1; i < symbols.length; i++) offer(i - 1, i);
  for (let merge = agenda.pop(); merge !== undefined; merge = agenda.pop()) {
    const { left, right, length } = merge;
    const isStale = symbols[left] === '' || symbols[right] === '' || next[left] !== right;
    if (isStale || symbols[left]!.length + symbols[right]!.length !== length) continue;
    symbols[left]! += symbols[right]!;
    symbols[right] = '';
    next[left] = next[right]!;
    if (next[left]! < symbols.length) previous[next[left]!] = left;
    offer(previous[left]!, left);
    offer(left, next[left]!);
  }
  return symbols.filter((symbol) => symbol !== '');
}
