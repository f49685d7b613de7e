// Sentences with labels of their words and of the gaps between them, as training takes them.
import type { TensorData } from '../tensor/tensor.ts';
import type { Examples } from './batches.ts';
import { UNKNOWN, type WordBatching, type WordSentence, wordExamples } from './tree-words.ts';

/** What is to be told of a sentence of n words: of each word, and of each of the n − 1 gaps; below 0 what is not known. */
export interface SideTargets {
  leaves: readonly number[];
  gaps: readonly number[];
  tags: readonly number[];
}

/** Inputs of words; with targets also `leaves`, `gaps` (each at the word before it) and `tags`, int32 [B, W]. */
export function sideExamples(
  sentences: readonly WordSentence[],
  targets: readonly SideTargets[] | undefined,
  batching: WordBatching,
): Examples {
  return wordExamples(sentences, batching, (rows, n) => {
    const told = (key: keyof SideTargets): TensorData => {
      const W = n + 2;
      const data = new Int32Array(rows.length * W).fill(UNKNOWN);
      for (const [b, i] of rows.entries()) data.set(targets![i]![key], b * W + 1);
      return { dtype: 'int32', dims: [rows.length, W], data };
    };
    const inputs = targets && { leaves: told('leaves'), gaps: told('gaps'), tags: told('tags') };
    return { inputs: inputs ?? {}, sizes: {} };
  });
}
