// From the ids of a SentencePiece model to text, as SentencePiece decodes.
import { isUtf8 } from 'node:buffer';
import { SPACE_MARK } from './normalize.ts';
import { PieceNormalizer } from './piece-normalizer.ts';
import { PIECE_TYPE, type SentencePieceModel } from './sentencepiece-model.ts';

export class PieceDecoder {
  readonly #model: SentencePieceModel;
  /** Whether the text's first space was put there by the normalizer, or all leading ones are to go. */
  readonly #dropsFirst: boolean;
  readonly #dropsAll: boolean;
  readonly #denormalizer: PieceNormalizer | null;

  /** A UserError names `name` where the model's own rules are damaged. */
  constructor(model: SentencePieceModel, name: string) {
    this.#model = model;
    const { addDummyPrefix, removeExtraWhitespaces } = model.normalizerSpec;
    this.#dropsFirst = addDummyPrefix || removeExtraWhitespaces;
    this.#dropsAll = removeExtraWhitespaces;
    const spec = model.denormalizerSpec;
    this.#denormalizer =
      spec !== null && spec.precompiledCharsmap.length > 0 ? new PieceNormalizer(spec, name) : null;
  }

  /** The text of ids in range; control pieces vanish, runs of bytes are read as UTF-8. */
  decode(ids: readonly number[]): string {
    const { pieces, trainerSpec } = this.#model;
    let text = '';
    let bytes: number[] = [];
    let atStart = true;
    let dropped = false;
    for (const id of ids) {
      const { piece, type } = pieces[id]!;
      if (type === PIECE_TYPE.byte) {
        bytes.push(Number.parseInt(piece.slice(1, -1), 16));
        continue;
      }
      text += decodeBytes(bytes);
      bytes = [];
      if (dropped || text !== '') atStart = false;
      dropped = false;
      if (type === PIECE_TYPE.control) continue;
      if (type === PIECE_TYPE.unknown) {
        text += trainerSpec.unkSurface;
        continue;
      }
      const drops = atStart && this.#dropsFirst && piece.startsWith(SPACE_MARK);
      dropped = drops && !this.#dropsAll;
      text += piece.slice(drops ? 1 : 0).replaceAll(SPACE_MARK, ' ');
    }
    text += decodeBytes(bytes);
    return this.#denormalizer === null ? text : this.#denormalizer.normalize(text);
  }
}

/** UTF-8, with U+FFFD for each byte that belongs to no character. */
function decodeBytes(values: readonly number[]): string {
  const bytes = Buffer.from(values);
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let from = 0; from < bytes.length; ) {
    const lead = bytes[from]!;
    const char = bytes.subarray(from, from + (lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4));
    const isWhole = isUtf8(char);
    text += isWhole ? char.toString() : '\ufffd';
    from += isWhole ? char.length : 1;
  }
  return text;
}
