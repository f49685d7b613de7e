// Cross-entropy of the class of each word, told at the word's first place. Devlin et al. 2019, section 5.3.
import type { Value } from '../graph/graph.ts';
import { cast, greaterOrEqual, max } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import { linear } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import { type ClassLossOptions, classSums, classTerms } from './class-sums.ts';
import type { Objective } from './objective.ts';
import { packedInputs, readTexts, type TextInputs } from './text-vectors.ts';

export interface TaggerOptions {
  numClasses: number;
  /** Of the places' vectors. */
  dropout: number;
}

/** Logits [B·S, C] of all places. */
export function tagLogits(
  scope: Scope,
  model: EncoderOnly,
  { ids, ...more }: TextInputs,
  { numClasses, dropout }: TaggerOptions,
): Value {
  const { rows } = model.encode(scope, ids, more);
  const head = scope.at('tagger');
  return linear(head, head.dropout(rows, dropout), numClasses);
}

/**
 * Of `labels` [B, S], classes from 0 and below 0 where there is none. The loss is a mean over the words that the model
 * sees; a word that it does not see is not told rightly.
 */
export function tagCrossEntropy(model: EncoderOnly, options: TaggerOptions & ClassLossOptions): Objective {
  return {
    inputs: { ...packedInputs({ pairs: false }), labels: { dtype: 'int32', shape: ['B', 'S'] } },
    ...classTerms({ per: 'words', all: 'allWords' }, options),
    build: (scope, { labels, ...texts }) => {
      const logits = tagLogits(scope, model, readTexts(texts), options);
      const flat = reshape(labels!, [logits.shape[0]!]);
      const counts = cast(greaterOrEqual(flat, 0), 'float32');
      return classSums(logits, max(flat, 0), options, counts);
    },
  };
}
