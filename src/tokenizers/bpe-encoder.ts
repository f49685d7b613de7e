// Encodes marked text with a SentencePiece BPE model, plainly (as SentencePiece does) or with BPE-dropout (Provilkov
// et al. 2020, section 3: merges are skipped by chance).

import { PriorityQueue } from '../util/priority-queue.ts';
import type { Rng } from '../util/rng.ts';
import { memoize } from './memo.ts';
import { splitWords } from './normalize.ts';
import type { PieceTable, Token } from './piece-table.ts';
import { PIECE_TYPE } from './sentencepiece-model.ts';

/**
 * How long a skipped merge stays skipped. `provilkov2020`: for one step; every step draws anew which of the possible
 * merges it may take (Algorithm 1 of the paper; subword-nmt and Hugging Face's tokenizers). `sentencepiece`: for the
 * rest of the word, unless a neighbour's merge offers it again; about twice as many more pieces at the same chance.
 */
export const dropoutModes = ['provilkov2020', 'sentencepiece'] as const;
export type DropoutMode = (typeof dropoutModes)[number];

export interface Sampling {
  /** Chance of skipping a merge: 0 is plain encoding, 1 leaves characters. */
  dropout: number;
  mode: DropoutMode;
  rng: Rng;
}

/** A word cut plainly. */
interface Segmentation {
  tokens: readonly Token[];
  /** Merges that led to it. */
  merges: number;
}

/** Merges that are taken before the first that is skipped. */
type Skipping = Sampling & { firstSkip: number };

interface Merge {
  left: number;
  right: number;
  score: number;
  length: number;
}

/** The score of a pair that makes no piece. */
const NEVER = Number.NEGATIVE_INFINITY;

export class BpeEncoder {
  readonly #table: PieceTable;
  readonly #encodePlainly: (word: string) => Segmentation;

  constructor(table: PieceTable) {
    this.#table = table;
    this.#encodePlainly = memoize((word) => {
      const { symbols, merges } = this.#merge(word);
      return { tokens: table.toTokens(symbols), merges };
    });
  }

  /** Tokens of marked text. */
  encode(text: string, sampling?: Sampling): Token[] {
    const { isWordwise, unkId } = this.#table;
    const tokens: Token[] = [];
    for (const word of isWordwise ? splitWords(text) : [text]) {
      for (const token of this.#encodeWord(word, sampling)) {
        const last = tokens.at(-1);
        if (token.id === unkId && last?.id === unkId) {
          tokens[tokens.length - 1] = { piece: last.piece + token.piece, id: unkId };
        } else {
          tokens.push(token);
        }
      }
    }
    return tokens;
  }

  #encodeWord(word: string, sampling?: Sampling): readonly Token[] {
    const { tokens, merges } = this.#encodePlainly(word);
    if (sampling === undefined || sampling.dropout === 0) return tokens;
    const firstSkip = drawFirstSkip(sampling);
    if (firstSkip >= merges) return tokens;
    const skipping = { ...sampling, firstSkip };
    return this.#table.toTokens(
      sampling.mode === 'sentencepiece'
        ? this.#merge(word, skipping).symbols
        : this.#mergeInSteps(word, skipping),
    );
  }

  /**
   * Repeats the best-scored merge, the leftmost among equals, over the characters of `text`. When sampling, the merge
   * after `firstSkip` others is skipped, and each one after it by chance.
   */
  #merge(text: string, sampling?: Skipping): { symbols: string[]; merges: number } {
    let merges = 0;
    const skips = (): boolean => {
      if (sampling === undefined || merges < sampling.firstSkip) return false;
      return merges === sampling.firstSkip || sampling.rng.float() < sampling.dropout;
    };
    const { symbols, frozen } = this.#table.splitCharacters(text);
    const previous = symbols.map((_, i) => i - 1);
    const next = symbols.map((_, i) => i + 1);
    const agenda = new PriorityQueue<Merge>((a, b) =>
      a.score === b.score ? a.left < b.left : a.score > b.score,
    );
    const offer = (left: number, right: number) => {
      if (left < 0 || right >= symbols.length || frozen.has(left) || frozen.has(right)) return;
      const piece = symbols[left]! + symbols[right]!;
      const id = this.#table.ids.get(piece);
      if (id === undefined) return;
      const { score, type } = this.#table.pieces[id]!;
      if (type === PIECE_TYPE.unused) halves.set(piece, [symbols[left]!, symbols[right]!]);
      agenda.push({ left, right, score, length: piece.length });
    };
    /** What pieces that must not be used fall apart into. */
    const halves = new Map<string, [left: string, right: string]>();
    for (let i = 1; i < symbols.length; i++) offer(i - 1, i);

    for (let merge = agenda.pop(); merge !== undefined; merge = agenda.pop()) {
      const { left, right, length } = merge;
      const stale = symbols[left] === '' || symbols[right] === '';
      if (stale || symbols[left]!.length + symbols[right]!.length !== length) continue;
      const skipped = skips();
      merges++;
      if (skipped) continue;
      symbols[left]! += symbols[right]!;
      symbols[right] = '';
      next[left] = next[right]!;
      if (next[left]! < symbols.length) previous[next[left]!] = left;
      offer(previous[left]!, left);
      offer(left, next[left]!);
    }
    const split = (piece: string): string[] => halves.get(piece)?.flatMap(split) ?? [piece];
    const merged = symbols.filter((symbol) => symbol !== '');
    return { symbols: halves.size === 0 ? merged : merged.flatMap(split), merges };
  }

  /**
   * The same, drawing in each step: of the possible merges, the best first and the leftmost among equals, the first
   * that is not skipped is done; where all are skipped, the word stays as it is. The first `firstSkip` steps take the
   * best, the next one does not.
   */
  #mergeInSteps(text: string, { dropout, rng, firstSkip }: Skipping): string[] {
    const { symbols, frozen } = this.#table.splitCharacters(text);
    const isFrozen = symbols.map((_, at) => frozen.has(at));
    const scoreAt = (at: number): number => {
      if (at + 1 >= symbols.length || isFrozen[at] || isFrozen[at + 1]) return NEVER;
      const id = this.#table.ids.get(symbols[at]! + symbols[at + 1]!);
      return id === undefined ? NEVER : this.#table.pieces[id]!.score;
    };
    const skips = (step: number, rank: number): boolean => {
      if (step < firstSkip) return false;
      return (step === firstSkip && rank === 0) || rng.float() < dropout;
    };
    /** Of the pair that begins at each symbol. */
    const scores = symbols.map((_, at) => scoreAt(at));
    for (let step = 0; ; step++) {
      const skipped: { at: number; score: number }[] = [];
      let at = indexOfMax(scores);
      while (scores[at]! > NEVER && skips(step, skipped.length)) {
        skipped.push({ at, score: scores[at]! });
        scores[at] = NEVER;
        at = indexOfMax(scores);
      }
      const done = !(scores[at]! > NEVER);
      for (const { at, score } of skipped) scores[at] = score;
      if (done) return symbols;
      symbols.splice(at, 2, symbols[at]! + symbols[at + 1]!);
      isFrozen.splice(at, 1);
      scores.splice(at, 1);
      if (at > 0) scores[at - 1] = scoreAt(at - 1);
      scores[at] = scoreAt(at);
    }
  }
}

/** Merges before the first that is skipped, of a geometric distribution: most words need no more random numbers. */
function drawFirstSkip({ dropout, rng }: Sampling): number {
  return Math.floor(Math.log(1 - rng.float()) / Math.log(1 - dropout));
}

/** The place of the largest number, the first among equals. */
function indexOfMax(numbers: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[best]!) best = i;
  return best;
}
