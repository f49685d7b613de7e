// Trains byte-pair encoding (Sennrich et al. 2016, section 3.2) as SentencePiece's BPE trainer does, to the same
// pieces, ids and scores: counts the words, chooses the characters, merges, and assembles the model.
// Unlike there, no line is left out for its length.
import { UsageError, UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { BpeMerges, MAX_PIECE_LENGTH, sentencePieceRules } from './bpe-merges.ts';
import { literalPattern, markSpaces, type Normalization, normalizeText } from './normalize.ts';
import {
  bytePiece,
  createModel,
  IDENTITY_NORMALIZER,
  MODEL_TYPE,
  PIECE_TYPE,
  type Piece,
  type SentencePieceModel,
} from './sentencepiece-model.ts';
import { NORMALIZER, WORD_START, WordCounts } from './word-counts.ts';

export interface BpeOptions {
  /** All pieces, the special ones counted. */
  vocabSize: number;
  /**
   * Share of the text's characters that must be in the vocabulary; the rarest beyond it become unknown.
   * 1 by default, where SentencePiece has 0.9995: translation corpora of alphabetic languages have some hundred
   * characters, and an unknown one can never be translated.
   */
  characterCoverage?: number;
  /** Whether pieces end at spaces; default true. */
  splitByWhitespace?: boolean;
  /** Applied to the lines here and by the caller's encoder; the model itself always says identity. */
  normalization?: Normalization;
  /** -1 leaves a piece out; the unknown piece cannot be left out. */
  padId?: number;
  unkId?: number;
  bosId?: number;
  eosId?: number;
  /** Pieces that are never split nor merged, on the lowest free ids. */
  userDefinedSymbols?: readonly string[];
  /** Adds 256 byte pieces, into which unknown characters fall apart. */
  byteFallback?: boolean;
  /** Told of merges done out of merges wanted. */
  onProgress?(done: number, total: number): void;
}

type Settings = Required<Omit<BpeOptions, 'onProgress'>>;

const DEFAULTS = {
  characterCoverage: 1,
  splitByWhitespace: true,
  normalization: 'identity',
  padId: 0,
  unkId: 1,
  bosId: 2,
  eosId: 3,
  userDefinedSymbols: [],
  byteFallback: false,
} as const;

const PROGRESS_STEP = 100;
/** SentencePiece's own mark of an unknown character: no piece holds it. */
const RESERVED = '\u2585';

/** Trains a model; a UserError says so where `vocabSize` is out of the text's reach. */
export function trainBpe(lines: Iterable<string>, options: BpeOptions): SentencePieceModel {
  const trainer = new BpeTrainer(options);
  for (const line of lines) trainer.add(line);
  return trainer.finish(options.onProgress);
}

/** Takes lines one by one, of which it keeps the words, and trains on all of them at the end. */
export class BpeTrainer {
  readonly #settings: Settings;
  readonly #special: SpecialPieces;
  readonly #dividers: RegExp;
  readonly #counts = new WordCounts();

  constructor(options: BpeOptions) {
    this.#settings = { ...DEFAULTS, ...options };
    this.#special = placeSpecialPieces(this.#settings);
    this.#dividers = literalPattern([...this.#special.values()].map(({ piece }) => piece));
  }

  /** Special pieces in the text divide words. */
  add(line: string): void {
    const { normalization, splitByWhitespace } = this.#settings;
    const text = markSpaces(normalizeText(line, normalization), NORMALIZER);
    for (const part of text.split(this.#dividers)) {
      if (splitByWhitespace) this.#counts.addAll(part.split(WORD_START));
      else this.#counts.add(part);
    }
  }

  finish(onProgress?: BpeOptions['onProgress']): SentencePieceModel {
    const settings = this.#settings;
    const special = this.#special;
    const words = this.#counts.words;
    const chars = selectCharacters(words, settings.characterCoverage, ['\0', RESERVED]);
    const smallest = special.size + chars.length;
    const wanted = settings.vocabSize - smallest;
    if (wanted < 0) {
      throw new UserError(
        `a vocabulary of ${settings.vocabSize} pieces is too small: ${chars.length} characters and ${special.size} special ` +
          `pieces need ${smallest}; raise it or lower characterCoverage`,
      );
    }
    const merges = new BpeMerges(words, chars, sentencePieceRules(settings.splitByWhitespace));
    const learned: string[] = [];
    while (learned.length < wanted) {
      const found = merges.next();
      if (found === null) {
        throw new UserError(
          `a vocabulary of ${settings.vocabSize} pieces is too large: this text allows at most ${smallest + learned.length}`,
        );
      }
      learned.push(found.piece);
      if (learned.length % PROGRESS_STEP === 0 || learned.length === wanted) {
        onProgress?.(learned.length, wanted);
      }
    }
    return assemble([...learned, ...chars], special, settings);
  }
}

type SpecialPieces = ReadonlyMap<number, { piece: string; type: number }>;

/** The pieces that are not learned, by id. */
function placeSpecialPieces(settings: Settings): SpecialPieces {
  const { vocabSize, characterCoverage, userDefinedSymbols, normalization } = settings;
  if (!Number.isInteger(vocabSize) || vocabSize < 1) {
    throw new UsageError(`vocabSize must be a positive whole number, not ${vocabSize}`);
  }
  if (!(characterCoverage > 0 && characterCoverage <= 1)) {
    throw new UsageError(`characterCoverage must be above 0 and at most 1, not ${characterCoverage}`);
  }
  const special = new Map<number, { piece: string; type: number }>();
  const named = [
    ['unkId', '<unk>', PIECE_TYPE.unknown],
    ['bosId', '<s>', PIECE_TYPE.control],
    ['eosId', '</s>', PIECE_TYPE.control],
    ['padId', '<pad>', PIECE_TYPE.control],
  ] as const;
  for (const [key, piece, type] of named) {
    const id = settings[key];
    if (id === -1 && key !== 'unkId') continue;
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
      throw new UsageError(`${key} must be a whole number from 0 to ${vocabSize - 1}, not ${id}`);
    }
    if (special.has(id)) throw new UsageError(`${key} is ${id}, an id that another special piece has`);
    special.set(id, { piece, type });
  }

  const taken = new Set([...special.values()].map(({ piece }) => piece));
  let free = 0;
  const addAtFreeId = (piece: string, type: number) => {
    while (special.has(free)) free++;
    special.set(free, { piece, type });
    taken.add(piece);
  };
  for (const symbol of userDefinedSymbols) {
    if (symbol === '' || taken.has(symbol) || /[ \u2581]/.test(symbol)) {
      throw new UsageError(`user-defined symbol ${quote(symbol)} is empty, taken, or holds a space`);
    }
    if (normalizeText(symbol, normalization) !== symbol) {
      throw new UsageError(`user-defined symbol ${quote(symbol)} is changed by ${normalization}`);
    }
    addAtFreeId(symbol, PIECE_TYPE.userDefined);
  }
  if (settings.byteFallback) {
    for (let byte = 0; byte < 256; byte++) addAtFreeId(bytePiece(byte), PIECE_TYPE.byte);
  }
  return special;
}

/** The characters that a vocabulary must have, the most frequent first, ties by code point; none of the `excluded` ones. */
export function selectCharacters(
  words: ReadonlyMap<string, number>,
  coverage: number,
  excluded: readonly string[] = [],
): string[] {
  const counts = new Map<string, number>();
  let total = 0;
  for (const [word, count] of words) {
    for (const char of word) {
      if (excluded.includes(char)) continue;
      counts.set(char, (counts.get(char) ?? 0) + count);
      total += count;
    }
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!);
  // Single precision, as the share is compared there: a coverage such as 0.9995 must cut at the same character.
  const limit = Math.fround(coverage);
  const chars: string[] = [];
  let covered = 0;
  for (const [char, count] of sorted) {
    if (Math.fround(covered / total) >= limit) break;
    covered += count;
    chars.push(char);
  }
  return chars;
}

/** The model: special pieces on their ids, the others around them with scores 0, -1, -2, ... */
function assemble(
  learned: readonly string[],
  special: SpecialPieces,
  settings: Settings,
): SentencePieceModel {
  const pieces: Partial<Piece>[] = [];
  let rank = 0;
  for (let id = 0; id < settings.vocabSize; id++) {
    const fixed = special.get(id);
    if (fixed !== undefined) pieces.push({ ...fixed, score: 0 });
    else pieces.push({ piece: learned[rank]!, score: -rank++ });
  }
  const { vocabSize, characterCoverage, splitByWhitespace, byteFallback, unkId, bosId, eosId, padId } =
    settings;
  return createModel({
    pieces,
    trainerSpec: {
      modelType: MODEL_TYPE.bpe,
      vocabSize,
      characterCoverage,
      maxSentencepieceLength: MAX_PIECE_LENGTH,
      splitByWhitespace,
      userDefinedSymbols: [...settings.userDefinedSymbols],
      byteFallback,
      unkId,
      bosId,
      eosId,
      padId,
    },
    normalizerSpec: IDENTITY_NORMALIZER,
  });
}
