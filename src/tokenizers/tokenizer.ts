// What the rest of the toolkit asks of a tokenizer, whatever its pieces are.
import type { Sampling } from './bpe-encoder.ts';
import type { Frame } from './frame.ts';

/**
 * Pieces that stand for no text: padding, the unknown, the two ends of a sentence; what begins an input and what ends
 * each text of it, and what stands for hidden ones (Devlin et al. 2019).
 */
export type SpecialName = 'pad' | 'unk' | 'bos' | 'eos' | 'cls' | 'sep' | 'mask';

/** The pieces of a line, each with its place; special ones that frame it are not among them. */
export interface Encoding {
  ids: number[];
  /** Where each piece begins and ends in the line as it was given, in UTF-16 code units. */
  starts: number[];
  ends: number[];
  /** The word that each piece belongs to, from 0: what is never cut across, such as a punctuation mark. */
  words: number[];
}

/** What a tokenizer is, in words. */
export interface TokenizerAbout {
  kind: string;
  /** What is done to text before it is cut. */
  normalization: string;
  /** What its file says to other programs, and is not done here. */
  ignored: readonly string[];
}

export interface Tokenizer {
  readonly about: TokenizerAbout;
  readonly size: number;
  /** Ids of the special pieces that there are. */
  readonly special: Readonly<Partial<Record<SpecialName, number>>>;
  /** What stands around texts, where that does not follow from the special pieces (frame.ts). */
  readonly frame?: Frame | undefined;
  /** Ids of a line's pieces without special ones; with `sampling`, of one random segmentation, where it has several. */
  encode(line: string, sampling?: Sampling): number[];
  /** The same with the places of pieces, where the tokenizer knows them. */
  encodeWithOffsets?(line: string): Encoding;
  /** The text of ids; special ones vanish. */
  decode(ids: readonly number[]): string;
  /** A line after all normalization, before it is cut. */
  normalize(line: string): string;
  /** The id of a piece, as the tokenizer spells it; undefined where there is none. */
  pieceToId(piece: string): number | undefined;
  /** The piece of an id; undefined outside the vocabulary. */
  idToPiece(id: number): string | undefined;
}

/**
 * The ids of each word of a text that is given in words, as they are where a space stands before each but the first. A
 * word of nothing but characters that the tokenizer drops has none.
 */
export const encodeWords = (tokenizer: Pick<Tokenizer, 'encode'>, words: readonly string[]): number[][] =>
  words.map((word, i) => tokenizer.encode(i === 0 ? word : ` ${word}`));
