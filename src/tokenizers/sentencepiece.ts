// A trained vocabulary: plain encoding and decoding by sentencepiece-js (any kind of SentencePiece model),
// sampling by the project's own BPE encoder. It adds no begin or end of sentence.
import { UserError } from '../util/errors.ts';
import { BpeEncoder, type Sampling } from './bpe-encoder.ts';
import { type Normalization, normalizeText } from './normalize.ts';
import { loadModel, PIECE_TYPE, type SentencePieceModel } from './sentencepiece-model.ts';
import { createWasmProcessor, type WasmProcessor } from './wasm-processor.ts';

export class Vocabulary {
  readonly size: number;
  /** -1 where the model has no such piece; the same for bosId and eosId. */
  readonly padId: number;
  readonly unkId: number;
  readonly bosId: number;
  readonly eosId: number;
  readonly #path: string;
  readonly #model: SentencePieceModel;
  readonly #normalization: Normalization;
  readonly #processor: WasmProcessor;
  #sampler: BpeEncoder | null = null;
  readonly #pieceIds: ReadonlyMap<string, number>;

  private constructor(
    path: string,
    model: SentencePieceModel,
    normalization: Normalization,
    processor: WasmProcessor,
  ) {
    this.#path = path;
    this.#model = model;
    this.#normalization = normalization;
    this.#processor = processor;
    this.size = model.pieces.length;
    this.#pieceIds = new Map(model.pieces.map(({ piece }, id) => [piece, id]));
    this.unkId = model.pieces.findIndex(({ type }) => type === PIECE_TYPE.unknown);
    const { padId, padPiece, bosId, bosPiece, eosId, eosPiece } = model.trainerSpec;
    this.padId = this.idToPiece(padId) === padPiece ? padId : -1;
    this.bosId = this.idToPiece(bosId) === bosPiece ? bosId : -1;
    this.eosId = this.idToPiece(eosId) === eosPiece ? eosId : -1;
  }

  /** Loads a model file; `normalization` must be what the model was trained with. */
  static async load(path: string, options: { normalization?: Normalization } = {}): Promise<Vocabulary> {
    const model = loadModel(path);
    const processor = createWasmProcessor();
    let works = false;
    try {
      await processor.load(path);
      // A model that the processor refused encodes everything to nothing; no error reaches the caller.
      works = processor.encodeIds('a').length > 0;
    } catch {}
    if (!works) throw new UserError(`${path}: SentencePiece cannot use this model`);
    return new Vocabulary(path, model, options.normalization ?? 'identity', processor);
  }

  /** Ids of a line's pieces. */
  encode(line: string): number[] {
    return this.#processor.encodeIds(normalizeText(line, this.#normalization));
  }

  encodePieces(line: string): string[] {
    return this.#processor.encodePieces(normalizeText(line, this.#normalization));
  }

  /** Ids of one random segmentation, by BPE-dropout; a UserError where the model is not a plain BPE model. */
  sample(line: string, sampling: Sampling): number[] {
    this.#sampler ??= new BpeEncoder(this.#model, this.#path, this.#normalization);
    return this.#sampler.encode(line, sampling);
  }

  /** The text of ids; control pieces vanish. An id outside the vocabulary is a defect of the caller. */
  decode(ids: readonly number[]): string {
    for (const id of ids) {
      if (this.idToPiece(id) === undefined) throw new RangeError(`id ${id} is not in 0..${this.size - 1}`);
    }
    return this.#processor.decodeIds([...ids]);
  }

  /** The id of a piece (`▁` stands for the space before it); undefined where there is none. */
  pieceToId(piece: string): number | undefined {
    return this.#pieceIds.get(piece);
  }

  /** The piece of an id; undefined outside the vocabulary. */
  idToPiece(id: number): string | undefined {
    return this.#model.pieces[id]?.piece;
  }
}
