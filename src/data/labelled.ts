// Texts with their labels, as training takes them: one class each, several, a score, or a class for each word.
import type { TensorData } from '../tensor/tensor.ts';
import { type Padding, packTokens, paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import type { Sequences } from './sequences.ts';

/** Texts as a model reads them. */
export interface Inputs {
  /** Ids in their frames: begin, texts, end. */
  ids: Sequences;
  /** Of pairs: the place where each row's second text begins. */
  seconds?: Int32Array | undefined;
}

/** What batches have of the labels, beside the ids. */
export interface Labels {
  /** Of these rows, padded to `length` places; `weights` as in a batch, where texts are counted already. */
  collate(
    rows: readonly number[],
    length: number,
  ): { inputs: Readonly<Record<string, TensorData>>; weights: Readonly<Record<string, number>> };
}

const NOTHING: Labels = { collate: () => ({ inputs: {}, weights: {} }) };

/**
 * `ids` int32 [B, S], padded, of pairs `segments` int32 [B, S], 1 from the second text on and 0 before it and in the
 * padding, the places of the tokens (see packTokens), and what the labels have. `examples` counts texts.
 */
export function labelledExamples({ ids, seconds }: Inputs, padId: number, labels = NOTHING): Examples {
  return {
    count: ids.length,
    extraTokens: 0,
    sides: [ids],
    collate: (rows, padding: Padding) => {
      const texts = rows.map((i) => ids.at(i));
      const length = paddedLength(Math.max(...texts.map((row) => row.length)), padding);
      const { inputs, weights } = labels.collate(rows, length);
      const packed = packTokens(
        texts.map((row) => row.length),
        length,
      );
      return {
        inputs: {
          ids: padRows(texts, length, padId),
          ...(seconds && { segments: segmentsOf(texts, rows, seconds, length) }),
          ...packed.inputs,
          ...inputs,
        },
        sizes: { B: rows.length, S: length, P: packed.size },
        weights: { examples: rows.length, ...weights },
        rows,
      };
    },
  };
}

function segmentsOf(
  texts: readonly Int32Array[],
  rows: readonly number[],
  seconds: Int32Array,
  length: number,
): TensorData {
  const data = new Int32Array(rows.length * length);
  for (const [b, i] of rows.entries()) data.fill(1, b * length + seconds[i]!, b * length + texts[b]!.length);
  return { dtype: 'int32', dims: [rows.length, length], data };
}

/** What of a batch's loss a class counts for: 1 where there are no weights. */
export type ClassWeights = readonly number[] | undefined;

/** `labels` int32 [B], classes from 0. With weights, `classWeight` is the sum of those of the labels. */
export function classLabels(classes: ArrayLike<number>, weights?: ClassWeights): Labels {
  return {
    collate: (rows) => {
      const data = Int32Array.from(rows, (i) => classes[i]!);
      return {
        inputs: { labels: { dtype: 'int32', dims: [rows.length], data } },
        weights: weigh(data, weights),
      };
    },
  };
}

/** `labels` float32 [B, C], 1 for each class that a text has. */
export function setLabels(sets: readonly (readonly number[])[], numClasses: number): Labels {
  return {
    collate: (rows) => {
      const data = new Float32Array(rows.length * numClasses);
      for (const [b, i] of rows.entries()) for (const k of sets[i]!) data[b * numClasses + k] = 1;
      return { inputs: { labels: { dtype: 'float32', dims: [rows.length, numClasses], data } }, weights: {} };
    },
  };
}

/** `labels` float32 [B]. */
export function scoreLabels(scores: ArrayLike<number>): Labels {
  return {
    collate: (rows) => {
      const data = Float32Array.from(rows, (i) => scores[i]!);
      return { inputs: { labels: { dtype: 'float32', dims: [rows.length], data } }, weights: {} };
    },
  };
}

/** A place that has no label. */
export const NO_TAG = -1;

/**
 * `labels` int32 [B, S]: at the first place of each word its class, elsewhere NO_TAG. `firsts` has the places of a row's
 * words, below 0 where the model does not see the word. `allWords` counts them, `words` those that it sees; with
 * weights, `classWeight` is the sum of those of the latter's labels.
 */
export function tagLabels(firsts: Sequences, tags: Sequences, weights?: ClassWeights): Labels {
  return {
    collate: (rows, length) => {
      const data = new Int32Array(rows.length * length).fill(NO_TAG);
      const seen: number[] = [];
      let allWords = 0;
      for (const [b, i] of rows.entries()) {
        const own = tags.at(i);
        allWords += own.length;
        for (const [w, place] of firsts.at(i).entries()) {
          if (place < 0) continue;
          data[b * length + place] = own[w]!;
          seen.push(own[w]!);
        }
      }
      return {
        inputs: { labels: { dtype: 'int32', dims: [rows.length, length], data } },
        weights: { allWords, words: seen.length, ...weigh(seen, weights) },
      };
    },
  };
}

const weigh = (classes: ArrayLike<number>, weights: ClassWeights): Record<string, number> =>
  weights === undefined
    ? {}
    : { classWeight: Array.from(classes, (k) => weights[k]!).reduce((sum, weight) => sum + weight, 0) };
