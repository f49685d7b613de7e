// Sentence pairs as token ids, the form in which filters and batches take a corpus.
import type { Sequences } from './sequences.ts';

/** Source and target of pair i are sequences i, without bos and eos. */
export interface EncodedPairs {
  src: Sequences;
  tgt: Sequences;
}

/** The corpus as an epoch trains on it: the same each time, or cut into other subwords. Epochs start at 0. */
export type PairSource = (epoch: number) => EncodedPairs;
