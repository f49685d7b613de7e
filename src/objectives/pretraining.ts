// What BERT is pre-trained for: to tell hidden words, and whether a text follows another. Devlin et al. 2019, section 3.1.
import { cast, greaterOrEqual } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { crossEntropy } from '../graph/ops/loss.ts';
import type { EncoderOnly } from '../models/model.ts';
import { normal } from '../nn/initializers.ts';
import { linear } from '../nn/linear.ts';
import { classSums } from './class-sums.ts';
import type { Objective } from './objective.ts';

export interface PretrainingOptions {
  /** Whether inputs are pairs of texts, of which the model tells whether the second is the next one. */
  nextSentence: boolean;
}

const words = { per: 'masked' } as const;
const pairs = { per: 'pairs' } as const;

/**
 * Of `targets` [M], the words that were at `places` [M] of the B·S of `ids` [B, S], some of them hidden. Of
 * pairs, with `segments` [B, S], also of `labels` [B]: 0 where the second text is the next one. Rows of no other place
 * reach the vocabulary. The loss is the mean over words plus the mean over pairs.
 */
export function wordsAndNextSentence(model: EncoderOnly, { nextSentence }: PretrainingOptions): Objective {
  const matrix = { dtype: 'int32', shape: ['B', 'S'] } as const;
  const chosen = { dtype: 'int32', shape: ['M'] } as const;
  return {
    inputs: {
      ids: matrix,
      places: chosen,
      targets: chosen,
      ...(nextSentence && { segments: matrix, labels: { dtype: 'int32', shape: ['B'] } }),
    },
    terms: {
      maskedWords: { ...words, scale: 1, perplexities: { perplexity: 'masked' } },
      ...(nextSentence && { nextSentence: { ...pairs, scale: 1 } }),
    },
    statistics: {
      maskedAccuracy: { ...words, direction: 'max' },
      ...(nextSentence && { nextSentenceAccuracy: { ...pairs, direction: 'max' } }),
    },
    signature: `nextSentence:${nextSentence}`,
    build: (scope, { ids, segments, places, targets, labels }) => {
      const hidden = model.encode(scope, ids!, { segments });
      const { output, table, bias } = model.predictWords!(scope, gather(hidden.rows, places!));
      const ones = cast(greaterOrEqual(targets!, 0), 'float32');
      const { nll, hits } = crossEntropy(output, table, targets!, ones, 0, { bias, hits: true });
      const ofWords = { maskedWords: nll, maskedAccuracy: hits! };
      if (!nextSentence) return ofWords;
      const head = scope.at('nsp');
      const logits = linear(head, model.pool!(scope, hidden), 2, { initializer: normal(0.02) });
      const { nll: ofPairs, accuracy } = classSums(logits, labels!, { labelSmoothing: 0 });
      return { ...ofWords, nextSentence: ofPairs!, nextSentenceAccuracy: accuracy! };
    },
  };
}
