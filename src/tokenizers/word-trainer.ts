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
  const { vocabSize, normalization = 'identity' } = options;
  const spec = createModel({ pieces: [], normalizerSpec: IDENTITY_NORMALIZER }).normalizerSpec;
  const counts = new Map<string, number>();
  let total = 0;
  for (const line of lines) {
    for (const word of markSpaces(normalizeText(line, normalization), spec).split(/(?=\u2581)/)) {
      if (word === '') continue;
      counts.set(word, (counts.get(word) ?? 0) + 1);
      total++;
    }
  }
  const words = [...counts]
    .sort(([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .slice(0, Math.max(0, vocabSize - SPECIAL.length));
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
