// Sentence pairs as token ids, the form in which filters and batches take a corpus.
import { Sequences } from './sequences.ts';

/** Source and target of pair i are sequences i, without bos and eos. */
export interface EncodedPairs {
  src: Sequences;
  tgt: Sequences;
}

/** The corpus as an epoch trains on it: the same each time, or cut into other subwords. Epochs start at 0. */
export type PairSource = (epoch: number) => EncodedPairs;

/** Copies what `pair` gives for 0 to length − 1, asked in this order. */
export function collectPairs(
  length: number,
  pair: (i: number) => { src: ArrayLike<number>; tgt: ArrayLike<number> },
): EncodedPairs {
  const targets: ArrayLike<number>[] = [];
  const src = Sequences.build(length, (i) => {
    const { src, tgt } = pair(i);
    targets.push(tgt);
    return src;
  });
  return { src, tgt: Sequences.build(length, (i) => targets[i]!) };
}
