// A score of a text, or of a pair of texts: least squares.
import type { Value } from '../graph/graph.ts';
import { mul, sub } from '../graph/ops/elementwise.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import { linear } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';
import { type HeadOptions, packedInputs, readTexts, type TextInputs, textVectors } from './text-vectors.ts';

/** Scores [B] of texts. */
export function textScores(
  scope: Scope,
  model: EncoderOnly,
  inputs: TextInputs,
  { dropout, pooling }: HeadOptions,
): Value {
  const vectors = textVectors(scope, model, inputs, pooling);
  const head = scope.at('regressor');
  return reshape(linear(head, head.dropout(vectors, dropout), 1), [inputs.ids.shape[0]!]);
}

/** Σ (score − label)² over `labels` [B]. */
export function squaredError(model: EncoderOnly, options: HeadOptions): Objective {
  return {
    inputs: { ...packedInputs(options), labels: { dtype: 'float32', shape: ['B'] } },
    terms: { squaredError: { per: 'examples', scale: 1 } },
    statistics: {},
    signature: 'squared',
    build: (scope, { labels, ...texts }) => {
      const error = sub(textScores(scope, model, readTexts(texts), options), labels!);
      return { squaredError: reduceSum(mul(error, error), [0], false) };
    },
  };
}
