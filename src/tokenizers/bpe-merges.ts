// The merges of byte-pair encoding, one after another: the most frequent pair first, ties to the shorter and then
// to the smaller piece; a piece keeps to one word, one script and 16 characters. As in SentencePiece, pairs that
// other merges have used up stay candidates, and fill a vocabulary that asks for more than the text has.
import { SPACE_MARK } from './normalize.ts';
import { PriorityQueue } from './priority-queue.ts';
import { scriptOf } from './unicode-script.ts';

export const MAX_PIECE_LENGTH = 16;
const NEVER_MERGED = /[ \0]/;

interface Pair {
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

const UNKNOWN = -1;
const KEY_BASE = 2 ** 26;

/** The words as sequences of symbols, the counts of adjacent pairs, and the queue of pairs to merge. */
export class BpeMerges {
  readonly #words: { symbols: number[]; count: number }[] = [];
  readonly #symbols: string[];
  readonly #pairs = new Map<number, Pair | null>();
  readonly #queue = new PriorityQueue<Candidate>(comesFirst);
  readonly #learned = new Set<string>();
  readonly #splitByWhitespace: boolean;

  constructor(words: ReadonlyMap<string, number>, chars: readonly string[], splitByWhitespace: boolean) {
    this.#symbols = [...chars];
    this.#splitByWhitespace = splitByWhitespace;
    const ids = new Map(chars.map((char, id) => [char, id]));
    const created: Pair[] = [];
    for (const [word, count] of words) {
      const symbols = Array.from(word, (char) => ids.get(char) ?? UNKNOWN);
      const index = this.#words.push({ symbols, count }) - 1;
      this.#count(index, null, created);
    }
    this.#enqueue(created);
  }

  /** Merges the most frequent pair everywhere and returns its piece; null when no pair is left. */
  next(): string | null {
    for (;;) {
      const top = this.#queue.pop();
      if (top === undefined) return null;
      const { pair } = top;
      if (top.frequency !== pair.frequency) {
        this.#enqueue([pair]);
      } else if (!this.#learned.has(pair.piece)) {
        // "aa"+"a" and "a"+"aa" are one piece: the second to come up is never merged.
        this.#learned.add(pair.piece);
        this.#merge(pair);
        return pair.piece;
      }
    }
  }

  #merge(pair: Pair): void {
    const merged = this.#symbols.push(pair.piece) - 1;
    const created: Pair[] = [];
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

  /** Adds a word's pairs; those of the symbol `fresh` (null: all) are told where they occur. */
  #count(index: number, fresh: number | null, created: Pair[]): void {
    const { symbols, count } = this.#words[index]!;
    for (let i = 1; i < symbols.length; i++) {
      const left = symbols[i - 1]!;
      const right = symbols[i]!;
      if (left === UNKNOWN || right === UNKNOWN) continue;
      const pair = this.#findPair(left, right, created);
      if (pair === null) continue;
      pair.frequency += count;
      const isNew = fresh === null || left === fresh || right === fresh;
      if (isNew && pair.words.at(-1) !== index) pair.words.push(index);
    }
  }

  /** The pair of two symbols, made and told if it is new; null if they make no piece. */
  #findPair(left: number, right: number, created: Pair[]): Pair | null {
    const key = pairKey(left, right);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const piece = this.#symbols[left]! + this.#symbols[right]!;
      const chars = Array.from(piece);
      const allowed = isAllowed(chars, this.#splitByWhitespace);
      pair = allowed ? { left, right, piece, length: chars.length, frequency: 0, words: [] } : null;
      this.#pairs.set(key, pair);
      if (pair !== null) created.push(pair);
    }
    return pair;
  }

  #enqueue(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.#queue.push({ pair, frequency: pair.frequency });
  }
}

function pairKey(left: number, right: number): number {
  return left * KEY_BASE + right;
}

function comesFirst(a: Candidate, b: Candidate): boolean {
  if (a.frequency !== b.frequency) return a.frequency > b.frequency;
  if (a.pair.length !== b.pair.length) return a.pair.length < b.pair.length;
  const order = compareCodePoints(a.pair.piece, b.pair.piece);
  return order !== 0 ? order < 0 : a.pair.left < b.pair.left;
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
