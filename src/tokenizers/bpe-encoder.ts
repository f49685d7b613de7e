// Encodes lines with a SentencePiece BPE model, plainly (as SentencePiece does) or with BPE-dropout (Provilkov
// et al. 2020, section 3: each merge that comes up is skipped with a chance). For models without a character map.
import { UserError } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import { literalPattern, markSpaces, type Normalization, normalizeText, SPACE_MARK } from './normalize.ts';
import { PriorityQueue } from './priority-queue.ts';
import { bytePiece, MODEL_TYPE, PIECE_TYPE, type SentencePieceModel } from './sentencepiece-model.ts';

export interface Sampling {
  /** Chance of skipping a merge: 0 is plain encoding, 1 leaves characters. */
  dropout: number;
  rng: Rng;
}

interface Token {
  piece: string;
  id: number;
}

/** A word cut plainly. */
interface Segmentation {
  tokens: readonly Token[];
  /** Merges that led to it. */
  merges: number;
}

interface Merge {
  left: number;
  right: number;
  score: number;
  length: number;
}

/** Words remembered with their tokens; beyond it the memory starts anew. */
const CACHE_SIZE = 100_000;

export class BpeEncoder {
  readonly #model: SentencePieceModel;
  readonly #normalization: Normalization;
  readonly #ids = new Map<string, number>();
  readonly #unkId: number;
  readonly #byteIds: readonly number[] | null;
  /** Finds symbols that are kept whole; null if the model has none. */
  readonly #kept: RegExp | null;
  /** Whether no piece reaches over a space, so that words can be encoded one by one. */
  readonly #wordwise: boolean;
  readonly #cache = new Map<string, Segmentation>();

  /** A UserError names `name` where the model is of a kind that this encoder does not know. */
  constructor(model: SentencePieceModel, name: string, normalization: Normalization = 'identity') {
    const fault = findUnsupported(model);
    if (fault !== null) throw new UserError(`${name}: BPE sampling needs another model: this one ${fault}`);
    this.#model = model;
    this.#normalization = normalization;
    const kept: string[] = [];
    for (const [id, { piece, type }] of model.pieces.entries()) {
      if (type === PIECE_TYPE.userDefined) kept.push(piece);
      if (type === PIECE_TYPE.normal || type === PIECE_TYPE.userDefined) this.#ids.set(piece, id);
    }
    this.#kept = kept.length > 0 ? literalPattern(kept) : null;
    this.#unkId = model.pieces.findIndex(({ type }) => type === PIECE_TYPE.unknown);
    this.#byteIds = model.trainerSpec.byteFallback ? findByteIds(model) : null;
    this.#wordwise = model.pieces.every(({ piece }) => piece.lastIndexOf(SPACE_MARK) <= 0);
  }

  /** Ids of a line's pieces, without begin and end of sentence. */
  encode(line: string, sampling?: Sampling): number[] {
    return this.#encode(line, sampling).map(({ id }) => id);
  }

  /** The pieces themselves; an unknown stretch as it stands in the line. */
  encodePieces(line: string, sampling?: Sampling): string[] {
    return this.#encode(line, sampling).map(({ piece }) => piece);
  }

  #encode(line: string, sampling?: Sampling): Token[] {
    const text = markSpaces(normalizeText(line, this.#normalization), this.#model.normalizerSpec);
    const tokens: Token[] = [];
    for (const word of this.#wordwise ? splitWords(text) : [text]) {
      for (const token of this.#encodeWord(word, sampling)) {
        const last = tokens.at(-1);
        if (token.id === this.#unkId && last?.id === this.#unkId) {
          tokens[tokens.length - 1] = { piece: last.piece + token.piece, id: token.id };
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
    return firstSkip >= merges
      ? tokens
      : this.#toTokens(this.#merge(word, { ...sampling, firstSkip }).symbols);
  }

  #encodePlainly(word: string): Segmentation {
    let segmentation = this.#cache.get(word);
    if (segmentation === undefined) {
      const { symbols, merges } = this.#merge(word);
      segmentation = { tokens: this.#toTokens(symbols), merges };
      if (this.#cache.size >= CACHE_SIZE) this.#cache.clear();
      this.#cache.set(word, segmentation);
    }
    return segmentation;
  }

  /**
   * Repeats the best-scored merge, the leftmost among equals, over the characters of `text`. When sampling, the merge
   * after `firstSkip` others is skipped, and each one after it by chance.
   */
  #merge(text: string, sampling?: Sampling & { firstSkip: number }): { symbols: string[]; merges: number } {
    let merges = 0;
    const skips = (): boolean => {
      if (sampling === undefined || merges < sampling.firstSkip) return false;
      return merges === sampling.firstSkip || sampling.rng.float() < sampling.dropout;
    };
    const { symbols, frozen } = this.#splitSymbols(text);
    const previous = symbols.map((_, i) => i - 1);
    const next = symbols.map((_, i) => i + 1);
    const agenda = new PriorityQueue<Merge>((a, b) =>
      a.score === b.score ? a.left < b.left : a.score > b.score,
    );
    const offer = (left: number, right: number) => {
      if (left < 0 || right >= symbols.length || frozen.has(left) || frozen.has(right)) return;
      const piece = symbols[left]! + symbols[right]!;
      const id = this.#ids.get(piece);
      if (id === undefined) return;
      agenda.push({ left, right, score: this.#model.pieces[id]!.score, length: piece.length });
    };
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
    return { symbols: symbols.filter((symbol) => symbol !== ''), merges };
  }

  /** Characters, and the symbols that are kept whole; `frozen` holds the latter's positions. */
  #splitSymbols(text: string): { symbols: string[]; frozen: ReadonlySet<number> } {
    const frozen = new Set<number>();
    if (this.#kept === null) return { symbols: Array.from(text), frozen };
    const symbols: string[] = [];
    let from = 0;
    for (const match of text.matchAll(this.#kept)) {
      symbols.push(...text.slice(from, match.index));
      frozen.add(symbols.push(match[0]) - 1);
      from = match.index + match[0].length;
    }
    symbols.push(...text.slice(from));
    return { symbols, frozen };
  }

  #toTokens(pieces: readonly string[]): Token[] {
    return pieces.flatMap((piece) => {
      const id = this.#ids.get(piece);
      if (id !== undefined) return { piece, id };
      if (this.#byteIds === null) return { piece, id: this.#unkId };
      return [...Buffer.from(piece)].map((byte) => ({ piece: bytePiece(byte), id: this.#byteIds![byte]! }));
    });
  }
}

/** Merges before the first that is skipped, of a geometric distribution: most words need no more random numbers. */
function drawFirstSkip({ dropout, rng }: Sampling): number {
  return Math.floor(Math.log(1 - rng.float()) / Math.log(1 - dropout));
}

/** The words of a marked line, each with its mark; what stands before the first mark is a word too. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let from = 0;
  while (from < text.length) {
    const mark = text.indexOf(SPACE_MARK, from + 1);
    const to = mark === -1 ? text.length : mark;
    words.push(text.slice(from, to));
    from = to;
  }
  return words;
}

function findByteIds(model: SentencePieceModel): number[] {
  const ids = new Map(model.pieces.map(({ piece }, id) => [piece, id]));
  const unkId = model.pieces.findIndex(({ type }) => type === PIECE_TYPE.unknown);
  return Array.from({ length: 256 }, (_, byte) => ids.get(bytePiece(byte)) ?? unkId);
}

function findUnsupported({ pieces, trainerSpec, normalizerSpec }: SentencePieceModel): string | null {
  if (trainerSpec.modelType !== MODEL_TYPE.bpe) return 'is not a BPE model';
  if (normalizerSpec.precompiledCharsmap.length > 0) return 'normalizes characters by a map';
  if (trainerSpec.treatWhitespaceAsSuffix) return 'marks spaces after words';
  if (pieces.some(({ type }) => type === PIECE_TYPE.unused)) return 'has unused pieces';
  return null;
}
