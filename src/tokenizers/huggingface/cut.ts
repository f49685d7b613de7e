// Pieces of a stretch of text, however they are found.

export interface Cut {
  ids: number[];
  /** Where each piece begins and ends in the stretch, in UTF-16 code units. */
  starts: number[];
  ends: number[];
  /** The word that each piece belongs to, from 0, and how many words there are. */
  words: number[];
  numWords: number;
}

export const emptyCut = (): Cut => ({ ids: [], starts: [], ends: [], words: [], numWords: 0 });

/** Hears the pieces of one stretch after another, and where each begins in the text. */
export type TakeCut = (cut: Cut, at: number) => void;

export interface Cutter {
  /** Cuts text that holds no added pieces. */
  cut(text: string, take: TakeCut): void;
  /** The text in the form in which it is cut. */
  normalize(text: string): string;
}
