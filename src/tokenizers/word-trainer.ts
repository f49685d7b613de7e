// Makes a vocabulary of whole words, as SentencePiece's word trainer does: the most frequent ones, ties by code point,
// scored by the logarithm of their share.
import { markSpaces, type Normalization, normalizeText } from './normalize.ts';
import {
  createModel,
  IDENTITY_NORMALIZER,
  MODEL_TYPE,
  PIECE_TYPE,
  type Piece,
  type SentencePieceModel,
} from './sentencepiece-model.ts';
import { NORMALIZER, WORD_START, WordCounts } from './word-counts.ts';

export interface WordOptions {
  /** The most pieces, the special ones counted: a text of fewer words gives fewer. */
  vocabSize: number;
  /** Applied to the lines here and by the caller's encoder; the model itself always says identity. */
  normalization?: Normalization;
}

const SPECIAL = [
  ['<pad>', PIECE_TYPE.control],
  ['<unk>', PIECE_TYPE.unknown],
  ['<s>', PIECE_TYPE.control],
  ['</s>', PIECE_TYPE.control],
] as const;

/** Padding, unknown, begin and end have the ids 0 to 3. */
export function trainWords(lines: Iterable<string>, options: WordOptions): SentencePieceModel {
  const trainer = new WordTrainer(options);
  for (const line of lines) trainer.add(line);
  return trainer.finish();
}

/** Takes lines one by one, of which it keeps the words, and makes the vocabulary of all of them at the end. */
export class WordTrainer {
  readonly #options: WordOptions;
  readonly #counts = new WordCounts();

  constructor(options: WordOptions) {
    this.#options = options;
  }

  add(line: string): void {
    const { normalization = 'identity' } = this.#options;
    this.#counts.addAll(markSpaces(normalizeText(line, normalization), NORMALIZER).split(WORD_START));
  }

  finish(): SentencePieceModel {
    const { words: counts, total } = this.#counts;
    const words = [...counts]
      .sort(([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, Math.max(0, this.#options.vocabSize - SPECIAL.length));
    const pieces: Piece[] = [
      ...SPECIAL.map(([piece, type]) => ({ piece, score: 0, type })),
      ...words.map(([piece, count]) => ({ piece, score: Math.log(count / total), type: PIECE_TYPE.normal })),
    ];
    return createModel({
      pieces,
      trainerSpec: {
        modelType: MODEL_TYPE.word,
        vocabSize: pieces.length,
        unkId: 1,
        bosId: 2,
        eosId: 3,
        padId: 0,
        userDefinedSymbols: [],
      },
      normalizerSpec: IDENTITY_NORMALIZER,
    });
  }
}
