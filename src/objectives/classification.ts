// Cross-entropy of the class of a text, or of a pair of texts.
import type { Value } from '../graph/graph.ts';
import type { EncoderOnly } from '../models/model.ts';
import { linear } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import { type ClassLossOptions, classSums, classTerms } from './class-sums.ts';
import type { Objective } from './objective.ts';
import { type HeadOptions, packedInputs, readTexts, type TextInputs, textVectors } from './text-vectors.ts';

export interface ClassifierOptions extends HeadOptions {
  numClasses: number;
}

/** Logits [B, C] of texts: of their vectors, by one layer. */
export function classLogits(
  scope: Scope,
  model: EncoderOnly,
  inputs: TextInputs,
  { numClasses, dropout, pooling }: ClassifierOptions,
): Value {
  const vectors = textVectors(scope, model, inputs, pooling);
  const head = scope.at('classifier');
  return linear(head, head.dropout(vectors, dropout), numClasses);
}

/** Of `labels` [B], classes from 0. `accuracy` counts texts whose class is the likeliest. */
export function classCrossEntropy(
  model: EncoderOnly,
  options: ClassifierOptions & ClassLossOptions,
): Objective {
  return {
    inputs: { ...packedInputs(options), labels: { dtype: 'int32', shape: ['B'] } },
    ...classTerms({ per: 'examples' }, options),
    build: (scope, { labels, ...texts }) =>
      classSums(classLogits(scope, model, readTexts(texts), options), labels!, options),
  };
}
