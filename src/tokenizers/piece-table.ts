// A SentencePiece model's pieces as its encoders look them up.
import { literalPattern, SPACE_MARK } from './normalize.ts';
import { bytePiece, PIECE_TYPE, type Piece, type SentencePieceModel } from './sentencepiece-model.ts';

/** A stretch of marked text and its id; an unknown one as it stands in the text. */
export interface Token {
  piece: string;
  id: number;
}

export class PieceTable {
  readonly pieces: readonly Piece[];
  /** Ids of the pieces that stand for text: all but control, unknown and byte pieces. */
  readonly ids: ReadonlyMap<string, number>;
  readonly unkId: number;
  /** Finds symbols that are kept whole; null if the model has none. */
  readonly kept: RegExp | null;
  /** Whether no piece reaches over a space, so that words can be encoded one by one. */
  readonly isWordwise: boolean;
  /** Whether there are pieces that text must not be cut into, though merges lead over them. */
  readonly hasUnused: boolean;
  readonly #byteIds: readonly number[] | null;

  constructor({ pieces, trainerSpec }: SentencePieceModel) {
    this.pieces = pieces;
    const ids = new Map<string, number>();
    const kept: string[] = [];
    for (const [id, { piece, type }] of pieces.entries()) {
      if (type === PIECE_TYPE.userDefined) kept.push(piece);
      if (isText(type)) ids.set(piece, id);
    }
    this.ids = ids;
    this.unkId = pieces.findIndex(({ type }) => type === PIECE_TYPE.unknown);
    this.kept = kept.length > 0 ? literalPattern(kept) : null;
    this.hasUnused = pieces.some(({ type }) => type === PIECE_TYPE.unused);
    this.isWordwise = pieces.every(({ piece }) => piece.lastIndexOf(SPACE_MARK) <= 0);
    this.#byteIds = trainerSpec.byteFallback ? findByteIds(pieces, this.unkId) : null;
  }

  /** Marked text as characters and symbols that are kept whole; `frozen` holds the latter's positions. */
  splitCharacters(text: string): { symbols: string[]; frozen: ReadonlySet<number> } {
    const frozen = new Set<number>();
    if (this.kept === null) return { symbols: Array.from(text), frozen };
    const symbols: string[] = [];
    let from = 0;
    for (const match of text.matchAll(this.kept)) {
      for (const char of text.slice(from, match.index)) symbols.push(char);
      frozen.add(symbols.push(match[0]) - 1);
      from = match.index + match[0].length;
    }
    for (const char of text.slice(from)) symbols.push(char);
    return { symbols, frozen };
  }

  /** Tokens of consecutive stretches: unknown ones become bytes where the model has them, else runs of them are one. */
  toTokens(stretches: Iterable<string>): Token[] {
    const tokens: Token[] = [];
    for (const piece of stretches) {
      const id = this.ids.get(piece);
      const last = tokens.at(-1);
      if (id !== undefined) {
        tokens.push({ piece, id });
      } else if (this.#byteIds !== null) {
        for (const byte of Buffer.from(piece)) {
          tokens.push({ piece: bytePiece(byte), id: this.#byteIds[byte]! });
        }
      } else if (last?.id === this.unkId) {
        tokens[tokens.length - 1] = { piece: last.piece + piece, id: this.unkId };
      } else {
        tokens.push({ piece, id: this.unkId });
      }
    }
    return tokens;
  }
}

function isText(type: number): boolean {
  return type === PIECE_TYPE.normal || type === PIECE_TYPE.userDefined || type === PIECE_TYPE.unused;
}

function findByteIds(pieces: readonly Piece[], unkId: number): number[] {
  const ids = new Map(pieces.map(({ piece }, id) => [piece, id]));
  return Array.from({ length: 256 }, (_, byte) => ids.get(bytePiece(byte)) ?? unkId);
}
