// The merges of byte-pair encoding, one after another: the most frequent pair first, ties to the shorter and then
// to the smaller piece; a piece keeps to one word, one script and 16 characters. As in SentencePiece, pairs that
// other merges have used up stay candidates, and fill a vocabulary that asks for more than the text has.

import { PriorityQueue } from '../util/priority-queue.ts';
import { SPACE_MARK } from './normalize.ts';
import { scriptOf } from './unicode-script.ts';

export const MAX_PIECE_LENGTH = 16;
const NEVER_MERGED = /[ \0]/;

interface Pair {
  /** The symbols, numbered as they arose. */
  left: number;
  right: number;
  piece: string;
  length: number;
  frequency: number;
  /** Words that held the pair when it arose; it may have left them since. */
  words: number[];
}

interface Candidate {
  pair: Pair;
  frequency: number;
}

/** What may be merged, where it is not SentencePiece's rules. */
export interface MergeRules {
  /** A word's symbols; one that is not in the alphabet is merged with nothing. */
  split(word: string): Iterable<string>;
  /** Whether the piece of these characters may exist. */
  isAllowed(chars: readonly string[]): boolean;
  /** Which of two pairs that are equally frequent goes first, as the sign of a sort. */
  order(a: Pair, b: Pair): number;
  /** Whether pairs that make a piece which is there already are merged too. */
  mergesAgain: boolean;
}

/** SentencePiece's: characters; short pieces of one script, whose marks stand where words begin. */
export const sentencePieceRules = (splitByWhitespace: boolean): MergeRules => ({
  split: (word) => word,
  isAllowed: (chars) => isAllowed(chars, splitByWhitespace),
  order: (a, b) => a.length - b.length || compareCodePoints(a.piece, b.piece) || a.left - b.left,
  mergesAgain: false,
});

const UNKNOWN = -1;
const KEY_BASE = 2 ** 26;

/** The words as sequences of symbols, the counts of adjacent pairs, and the queue of pairs to merge. */
export class BpeMerges {
  readonly #words: { symbols: number[]; count: number }[] = [];
  readonly #symbols: string[];
  readonly #pairs = new Map<number, Pair | null>();
  readonly #queue: PriorityQueue<Candidate>;
  /** The symbols of what was merged, by their pieces. */
  readonly #learned = new Map<string, number>();
  readonly #rules: MergeRules;

  constructor(words: ReadonlyMap<string, number>, alphabet: readonly string[], rules: MergeRules) {
    this.#symbols = [...alphabet];
    this.#rules = rules;
    this.#queue = new PriorityQueue((a, b) =>
      a.frequency === b.frequency ? rules.order(a.pair, b.pair) < 0 : a.frequency > b.frequency,
    );
    const ids = new Map(alphabet.map((symbol, id) => [symbol, id]));
    const created = new Set<Pair>();
    for (const [word, count] of words) {
      const symbols = Array.from(rules.split(word), (symbol) => ids.get(symbol) ?? UNKNOWN);
      const index = this.#words.push({ symbols, count }) - 1;
      this.#count(index, null, created);
    }
    this.#enqueue(created);
  }

  /** Merges the most frequent pair everywhere; gives its piece, and how often it was there, or null when none is left. */
  next(): { piece: string; frequency: number } | null {
    for (;;) {
      const top = this.#queue.pop();
      if (top === undefined) return null;
      const { pair } = top;
      if (top.frequency !== pair.frequency) {
        this.#enqueue([pair]);
        continue;
      }
      // "aa"+"a" and "a"+"aa" are one piece: the second to come up makes none.
      const known = this.#learned.get(pair.piece);
      const { piece, frequency } = pair;
      if (known === undefined) {
        const merged = this.#symbols.push(piece) - 1;
        this.#learned.set(piece, merged);
        this.#merge(pair, merged);
        return { piece, frequency };
      }
      if (this.#rules.mergesAgain && frequency > 0) this.#merge(pair, known);
    }
  }

  #merge(pair: Pair, merged: number): void {
    const created = new Set<Pair>();
    for (const index of pair.words) {
      const word = this.#words[index]!;
      if (!holds(word.symbols, pair)) continue;
      this.#uncount(word);
      word.symbols = replacePair(word.symbols, pair, merged);
      this.#count(index, merged, created);
      // Merging from left to right, the first of two neighbours meets the other's unmerged left symbol. The pair
      // is gone at once, but has become a candidate.
      if (holds(word.symbols, { left: merged, right: merged })) this.#findPair(merged, pair.left, created);
    }
    pair.words = [];
    this.#enqueue(created);
  }

  #uncount({ symbols, count }: { symbols: number[]; count: number }): void {
    for (let i = 1; i < symbols.length; i++) {
      const pair = this.#pairs.get(pairKey(symbols[i - 1]!, symbols[i]!));
      if (pair) pair.frequency -= count;
    }
  }

  /** Adds a word's pairs; those of the symbol `fresh` (null: all) are told where they occur, and go into the queue. */
  #count(index: number, fresh: number | null, created: Set<Pair>): void {
    const { symbols, count } = this.#words[index]!;
    for (let i = 1; i < symbols.length; i++) {
      const left = symbols[i - 1]!;
      const right = symbols[i]!;
      if (left === UNKNOWN || right === UNKNOWN) continue;
      const pair = this.#findPair(left, right, created);
      if (pair === null) continue;
      pair.frequency += count;
      const isNew = fresh === null || left === fresh || right === fresh;
      if (!isNew) continue;
      created.add(pair);
      if (pair.words.at(-1) !== index) pair.words.push(index);
    }
  }

  /** The pair of two symbols, made and told if it is new; null if they make no piece. */
  #findPair(left: number, right: number, created: Set<Pair>): Pair | null {
    const key = pairKey(left, right);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const piece = this.#symbols[left]! + this.#symbols[right]!;
      const chars = Array.from(piece);
      const allowed = this.#rules.isAllowed(chars);
      pair = allowed ? { left, right, piece, length: chars.length, frequency: 0, words: [] } : null;
      this.#pairs.set(key, pair);
      if (pair !== null) created.add(pair);
    }
    return pair;
  }

  #enqueue(pairs: Iterable<Pair>): void {
    for (const pair of pairs) this.#queue.push({ pair, frequency: pair.frequency });
  }
}

function pairKey(left: number, right: number): number {
  return left * KEY_BASE + right;
}

/** The order of the strings' UTF-8 bytes; UTF-16's own order puts U+E000 to U+FFFF after the supplementary planes. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? a.codePointAt(i)! - b.codePointAt(i)! : x - y;
  }
  return a.length - b.length;
}

function holds(symbols: readonly number[], { left, right }: Pick<Pair, 'left' | 'right'>): boolean {
  for (let i = 1; i < symbols.length; i++) {
    if (symbols[i - 1] === left && symbols[i] === right) return true;
  }
  return false;
}

function replacePair(symbols: readonly number[], { left, right }: Pair, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(merged);
      i++;
    } else {
      result.push(symbols[i]!);
    }
  }
  return result;
}

/** Whether a piece may exist: short enough, its marks where words begin, its characters of one script. */
function isAllowed(chars: readonly string[], splitByWhitespace: boolean): boolean {
  if (chars.length > MAX_PIECE_LENGTH) return false;
  let script: string | null = null;
  for (const [i, char] of chars.entries()) {
    if (NEVER_MERGED.test(char)) return false;
    if (char === SPACE_MARK) {
      if (i > 0 && (splitByWhitespace || i === chars.length - 1)) return false;
      continue;
    }
    const own = scriptOf(char);
    if (own === 'Inherited') continue;
    if (script !== null && own !== script) return false;
    script = own;
  }
  return true;
}
