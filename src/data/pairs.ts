// Sentence pairs as token ids, the form in which filters and batches take a corpus. The encoder is given: this room
// knows no tokenizer.

export interface EncodedPairs {
  /** Ids of sentence i, without bos and eos. */
  src: Int32Array[];
  tgt: Int32Array[];
}

/** The corpus as an epoch trains on it: the same each time, or cut into other subwords. Epochs start at 0. */
export type PairSource = (epoch: number) => EncodedPairs;

/** One array of ids a line. */
export function encodeLines(
  lines: readonly string[],
  encode: (line: string) => ArrayLike<number>,
): Int32Array[] {
  return lines.map((line) => Int32Array.from(encode(line)));
}
