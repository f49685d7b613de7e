// What the rest of the toolkit asks of a tokenizer, whatever its pieces are.
import type { Sampling } from './bpe-encoder.ts';
import type { Frame } from './frame.ts';

/**
 * Pieces that stand for no text: padding, the unknown, the two ends of a sentence; what begins an input and what ends
 * each text of it, and what stands for hidden ones (Devlin et al. 2019).
 */
export type SpecialName = 'pad' | 'unk' | 'bos' | 'eos' | 'cls' | 'sep' | 'mask';

export interface Tokenizer {
  readonly size: number;
  /** Ids of the special pieces that there are. */
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
  /** What stands around texts, where that does not follow from the special pieces (frame.ts). */
  readonly frame?: Frame | undefined;
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
