// A SentencePiece model in use: lines to ids and back, by the kind of model that it is. It adds no begin or end of
// sentence.
import { UserError } from '../util/errors.ts';
import { BpeEncoder, type Sampling } from './bpe-encoder.ts';
import { type Normalization, normalizeText, splitWords } from './normalize.ts';
import { PieceDecoder } from './piece-decoder.ts';
import { PieceNormalizer } from './piece-normalizer.ts';
import { PieceTable, type Token } from './piece-table.ts';
import { loadModel, MODEL_TYPE, type SentencePieceModel } from './sentencepiece-model.ts';
import type { SpecialName, Tokenizer, TokenizerAbout } from './tokenizer.ts';
import { UnigramEncoder } from './unigram-encoder.ts';

interface Encoder {
  /** Tokens of marked text. */
  encode(text: string): Token[];
}

const KINDS: Readonly<Record<number, string>> = {
  [MODEL_TYPE.unigram]: 'unigram',
  [MODEL_TYPE.bpe]: 'BPE',
  [MODEL_TYPE.word]: 'words',
  [MODEL_TYPE.char]: 'characters',
};

export class Vocabulary implements Tokenizer {
  readonly about: TokenizerAbout;
  readonly size: number;
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
  readonly #path: string;
  readonly #model: SentencePieceModel;
  readonly #normalization: Normalization;
  readonly #table: PieceTable;
  readonly #normalizer: PieceNormalizer;
  readonly #encoder: Encoder;
  readonly #decoder: PieceDecoder;
  readonly #pieceIds: ReadonlyMap<string, number>;

  private constructor(path: string, model: SentencePieceModel, normalization: Normalization) {
    this.#path = path;
    this.#model = model;
    this.#normalization = normalization;
    const table = new PieceTable(model);
    this.#table = table;
    const { normalizerSpec, trainerSpec } = model;
    const marksAfter = trainerSpec.treatWhitespaceAsSuffix;
    this.#normalizer = new PieceNormalizer(normalizerSpec, path, { kept: table.kept, marksAfter });
    this.#encoder = buildEncoder(table, trainerSpec.modelType);
    this.#decoder = new PieceDecoder(model, path);
    this.size = model.pieces.length;
    const steps = [normalization, normalizerSpec.name].filter((step) => step !== '' && step !== 'identity');
    this.about = {
      kind: `${KINDS[trainerSpec.modelType] ?? 'of an unknown type'}, in SentencePiece's format`,
      normalization: steps.length === 0 ? 'none' : steps.join(', then '),
      ignored: [],
    };
    this.#pieceIds = new Map(model.pieces.map(({ piece }, id) => [piece, id]));
    this.special = { ...this.#findSpecial(trainerSpec), unk: table.unkId };
  }

  /** Loads a model file; `normalization` is done before the model's own and must be what it was trained with. */
  static load(path: string, options: { normalization?: Normalization } = {}): Vocabulary {
    return new Vocabulary(path, loadModel(path), options.normalization ?? 'identity');
  }

  /**
   * Ids of a line's pieces; with `sampling`, of one random segmentation by BPE-dropout: a UserError where the model is
   * not a BPE model.
   */
  encode(line: string, sampling?: Sampling): number[] {
    return (sampling === undefined ? this.#encode(line) : this.#sample(line, sampling)).map(({ id }) => id);
  }

  /** The pieces themselves; an unknown stretch as it stands in the line. */
  encodePieces(line: string): string[] {
    return this.#encode(line).map(({ piece }) => piece);
  }

  /** A line after all normalization, its spaces as they are. */
  normalize(line: string): string {
    return this.#normalizer.rewrite(normalizeText(line, this.#normalization));
  }

  /** The text of ids; control pieces vanish. An id outside the vocabulary is a defect of the caller. */
  decode(ids: readonly number[]): string {
    for (const id of ids) {
      if (this.idToPiece(id) === undefined) throw new RangeError(`id ${id} is not in 0..${this.size - 1}`);
    }
    return this.#decoder.decode(ids);
  }

  /** The id of a piece (`▁` stands for the space before it); undefined where there is none. */
  pieceToId(piece: string): number | undefined {
    return this.#pieceIds.get(piece);
  }

  /** The piece of an id; undefined outside the vocabulary. */
  idToPiece(id: number): string | undefined {
    return this.#model.pieces[id]?.piece;
  }

  /** Of the ids that the model's trainer wrote down, those whose pieces are there. */
  #findSpecial(spec: SentencePieceModel['trainerSpec']): Partial<Record<SpecialName, number>> {
    const { padId, padPiece, bosId, bosPiece, eosId, eosPiece } = spec;
    const named = [
      ['pad', padId, padPiece],
      ['bos', bosId, bosPiece],
      ['eos', eosId, eosPiece],
    ] as const;
    const there = named.filter(([, id, piece]) => this.idToPiece(id) === piece);
    return Object.fromEntries(there.map(([name, id]) => [name, id]));
  }

  #sample(line: string, sampling: Sampling): Token[] {
    if (!(this.#encoder instanceof BpeEncoder)) {
      throw new UserError(`${this.#path}: BPE-dropout needs a BPE model, and this is none`);
    }
    if (this.#table.hasUnused) {
      throw new UserError(`${this.#path}: BPE-dropout needs a model without unused pieces`);
    }
    return this.#encoder.encode(this.#mark(line), sampling);
  }

  #mark(line: string): string {
    return this.#normalizer.normalize(normalizeText(line, this.#normalization));
  }

  #encode(line: string): Token[] {
    return this.#encoder.encode(this.#mark(line));
  }
}

function buildEncoder(table: PieceTable, modelType: number): Encoder {
  switch (modelType) {
    case MODEL_TYPE.unigram:
      return new UnigramEncoder(table);
    case MODEL_TYPE.bpe:
      return new BpeEncoder(table);
    case MODEL_TYPE.word:
      return { encode: (text) => table.toTokens(splitWords(text)) };
    default:
      return { encode: (text) => table.toTokens(table.splitCharacters(text).symbols) };
  }
}
