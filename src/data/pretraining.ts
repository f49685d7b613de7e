// What BERT is pre-trained on, as batches: texts in their frame, some of their words hidden. Pairs and masks are drawn
// anew in each epoch, or come again after some of them. All that is drawn depends on the seed, the epoch's number and
// the example's alone.
import { type Frame, frameTexts } from '../tokenizers/frame.ts';
import type { Rng } from '../util/rng.ts';
import { type Batch, paddedLength, padRows } from './batch.ts';
import { BatchIterator, type BatchOptions, type Examples, orderedBatches } from './batches.ts';
import { type MaskingOptions, type MaskingVocabulary, maskWords } from './masking.ts';
import { lengthsOf } from './row-lengths.ts';
import { type Draws, drawPairs, isRandomNext, type SegmentPair, truncatePair } from './segment-pairs.ts';
import type { Sentences } from './sentences.ts';

export interface PretrainingOptions {
  /** Ids of an example at most, its frame included. */
  contextLength: number;
  shortProbability: number;
  /** Whether examples are pairs of texts. */
  nextSentence: boolean;
  masking: MaskingOptions;
  /** Epochs after which pairs and masks come again; never, where it is not given. */
  dupeFactor?: number | undefined;
}

export interface PretrainingVocabulary extends MaskingVocabulary {
  frame: Frame;
  padId: number;
}

/** The classes of pairs, as in the authors' code. */
export const IS_NEXT = 0;
export const IS_RANDOM = 1;

/** Training's batches; a UserError where the sentences make no example. The generator is only split. */
export function pretrainingBatches(
  sentences: Sentences,
  options: PretrainingOptions,
  vocabulary: PretrainingVocabulary,
  batching: BatchOptions,
  rng: Rng,
): BatchIterator {
  const { dupeFactor } = options;
  const source = (epoch: number) => {
    const copy = dupeFactor === undefined ? epoch : epoch % dupeFactor;
    return drawExamples(sentences, options, vocabulary, rng.split(`copy ${copy}`));
  };
  return new BatchIterator(source, batching, rng);
}

/** Held-out batches, which are drawn once. */
export const heldOutBatches = (
  sentences: Sentences,
  options: PretrainingOptions,
  vocabulary: PretrainingVocabulary,
  batching: BatchOptions,
  rng: Rng,
): Batch[] => orderedBatches(drawExamples(sentences, options, vocabulary, rng), batching);

/**
 * Examples of all documents. A batch has `ids` and, of pairs, `segments` [B, S]; `places`, the M of the B·S whose ids are to
 * be told, of the B·S, and `targets`, these ids; of pairs the classes `labels` [B]. The weight `masked` is M, `pairs`
 * B.
 */
function drawExamples(
  sentences: Sentences,
  { contextLength, shortProbability, nextSentence, masking }: PretrainingOptions,
  vocabulary: PretrainingVocabulary,
  rng: Rng,
): Examples {
  const { frame, padId } = vocabulary;
  const frameLength = frame.start.length + (nextSentence ? frame.between.length : 0) + frame.end.length;
  const room = contextLength - frameLength;
  const pairs = drawPairs(sentences, { room, shortProbability, nextSentence }, rng.split('pairs'));
  const lengths = lengthsOf(pairs.length, (i) => Math.min(room, lengthOf(sentences, pairs.at(i)))).lengths;
  const build = (i: number) => {
    const [pair, draws] = [pairs.at(i), rng.split(i)];
    const texts = readTexts(sentences, pair, room, draws);
    const { ids, segments, spans } = frameTexts(frame, nextSentence ? texts : [texts[0]], contextLength);
    return { ...maskWords(ids, spans, masking, vocabulary, draws), segments, pair };
  };
  return {
    count: pairs.length,
    sides: [{ lengthOf: (i) => lengths[i]! }],
    extraTokens: frameLength,
    collate: (rows, padding) => {
      const built = rows.map(build);
      const length = paddedLength(Math.max(...built.map(({ ids }) => ids.length)), padding);
      const places = built.flatMap((one, b) => one.places.map((place) => b * length + place));
      const targets = built.flatMap((one) => one.targets);
      const classes = built.map(({ pair }) => (isRandomNext(pair) ? IS_RANDOM : IS_NEXT));
      const matrix = (values: Int32Array[], fill: number) => padRows(values, length, fill);
      return {
        inputs: {
          ids: matrix(
            built.map(({ ids }) => ids),
            padId,
          ),
          places: vector(places),
          targets: vector(targets),
          ...(nextSentence && {
            segments: matrix(
              built.map(({ segments }) => segments),
              0,
            ),
            labels: vector(classes),
          }),
        },
        sizes: { B: rows.length, S: length, M: places.length },
        weights: { masked: places.length, pairs: rows.length },
        rows,
      };
    },
  };
}

const lengthOf = (sentences: Sentences, { first, second }: SegmentPair): number =>
  sentences.lengthOf(...first) + sentences.lengthOf(...second);

/** The ids of both texts, cut to the room. */
function readTexts(
  sentences: Sentences,
  { first, second }: SegmentPair,
  room: number,
  draws: Draws,
): [Int32Array, Int32Array] {
  const [a, b] = [sentences.read(...first), sentences.read(...second)];
  const [keptOfA, keptOfB] = truncatePair(a.length, b.length, room, draws);
  return [a.subarray(...keptOfA), b.subarray(...keptOfB)];
}

const vector = (values: readonly number[]) =>
  ({ dtype: 'int32', dims: [values.length], data: Int32Array.from(values) }) as const;
