// What the rest of the toolkit asks of a tokenizer, whatever its pieces are.
import type { Sampling } from './bpe-encoder.ts';

/** Pieces that stand for no text: padding, the unknown, and the two ends of a sentence. */
export type SpecialName = 'pad' | 'unk' | 'bos' | 'eos';

export interface Tokenizer {
  readonly size: number;
  /** Ids of the special pieces that there are. */
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
  /** Ids of a line's pieces without special ones; with `sampling`, of one random segmentation, where it has several. */
  encode(line: string, sampling?: Sampling): number[];
  /** The text of ids; special ones vanish. */
  decode(ids: readonly number[]): string;
  /** A line after all normalization, before it is cut. */
  normalize(line: string): string;
  /** The id of a piece (`▁` stands for the space before it); undefined where there is none. */
  pieceToId(piece: string): number | undefined;
  /** The piece of an id; undefined outside the vocabulary. */
  idToPiece(id: number): string | undefined;
}
