// Texts as ids through the graph of a classifier, in batches of like lengths.
import { longestFirst } from '../data/batches.ts';
import { labelledExamples } from '../data/labelled.ts';
import type { SpecialIds } from '../data/pairs.ts';
import type { Sequences } from '../data/sequences.ts';
import type { ExportedModel } from '../graph/export.ts';
import { type Feeds, type Session, Tensor } from '../runtime/session.ts';
import { requireMemory } from '../util/memory.ts';

const BATCH_TOKENS = 4096;
const MAX_ROWS = 128;

export interface ClassSearch {
  /** Over the model of `buildClassGraph`; `weights` feeds the parameters that are not stored in it. */
  session: Session;
  weights?: Feeds;
  ids: Pick<SpecialIds, 'padId' | 'eosId'>;
  numClasses: number;
  peakBytes: ExportedModel['peakBytes'];
  onProgress?: ((done: number) => void) | undefined;
  /** Ends the work before the next batch where it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The probabilities of all classes for each text. */
export async function classProbabilities(texts: Sequences, search: ClassSearch): Promise<number[][]> {
  const { session, weights, ids, numClasses, peakBytes, onProgress, signal } = search;
  const examples = labelledExamples(texts, new Int32Array(texts.length), ids);
  const results = new Array<number[]>(texts.length);
  let done = 0;
  for (const rows of longestFirst(examples, BATCH_TOKENS, MAX_ROWS)) {
    signal?.throwIfAborted();
    const { inputs, sizes } = examples.collate(rows, {});
    requireMemory(peakBytes({ ...sizes }), 'a batch of texts', 'give shorter texts');
    const { data, dims } = inputs.ids!;
    const fed = new Tensor('int32', data as Int32Array, [...dims]);
    const found = await session.run({ ids: fed, ...weights });
    const all = found.probabilities!.data as Float32Array;
    for (const [r, i] of rows.entries()) results[i] = [...all.subarray(r * numClasses, (r + 1) * numClasses)];
    done += rows.length;
    onProgress?.(done);
  }
  return results;
}

/** The most probable class and its probability. */
export function mostProbable(probabilities: readonly number[]): { index: number; probability: number } {
  const probability = Math.max(...probabilities);
  return { index: probabilities.indexOf(probability), probability };
}

/** A text of the validation set, its label and the class that was found, as a line for people and scripts. */
export function describePrediction(
  text: string,
  label: string,
  classes: readonly string[],
  probabilities: readonly number[],
): string {
  const { index, probability } = mostProbable(probabilities);
  const found = { predicted: classes[index]!, probability: Number(probability.toPrecision(6)) };
  return JSON.stringify({ text, label, ...found });
}
