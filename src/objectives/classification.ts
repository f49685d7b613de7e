// Cross-entropy of the class of a text.
import type { Dim } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast, div, equal, mul, neg } from '../graph/ops/elementwise.ts';
import { gatherElements } from '../graph/ops/indexing.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { argMax, reduceMean, reduceSum } from '../graph/ops/reduce.ts';
import { reshape, unsqueeze } from '../graph/ops/shape.ts';
import type { Encoder } from '../models/model.ts';
import { linear } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';

export interface ClassificationOptions {
  numClasses: number;
  /** Of the texts' vectors. */
  dropout: number;
  /** ε: the share of the probability that is spread over the classes. */
  labelSmoothing: number;
}

/** Logits [B, C] of ids [B, S], padded: of the mean of each text's contextual vectors. */
export function classLogits(
  scope: Scope,
  model: Encoder,
  ids: Value,
  { numClasses, dropout }: Pick<ClassificationOptions, 'numClasses' | 'dropout'>,
): Value {
  const [batch, length] = ids.shape as [Dim, Dim];
  const { rows, mask } = model.encode(scope, ids);
  const dModel = rows.shape[1]!;
  const isToken = reshape(cast(equal(mask, 0), 'float32'), [batch, length]);
  const shares = div(isToken, reduceSum(isToken, [1], true));
  const mean = matMul(unsqueeze(shares, [1]), reshape(rows, [batch, length, dModel]));
  const head = scope.at('classifier');
  return linear(head, head.dropout(reshape(mean, [batch, dModel]), dropout), numClasses);
}

/** Of `labels` [B], classes from 0, given `ids` [B, S]. `correct` counts texts whose class is the likeliest. */
export function classCrossEntropy(model: Encoder, options: ClassificationOptions): Objective {
  const { labelSmoothing } = options;
  const per = 'examples';
  return {
    inputs: {
      ids: { dtype: 'int32', shape: ['B', 'S'] },
      labels: { dtype: 'int32', shape: ['B'] },
    },
    terms: { crossEntropy: { per, scale: 1 } },
    statistics: { nll: { per }, accuracy: { per, direction: 'max' } },
    signature: `labelSmoothing:${labelSmoothing}`,
    build: (scope, { ids, labels }) => {
      const logits = classLogits(scope, model, ids!, options);
      const logProbs = logSoftmax(logits);
      const total = (x: Value) => reduceSum(x, [0], false);
      const nll = total(neg(reshape(gatherElements(logProbs, unsqueeze(labels!, [1]), 1), labels!.shape)));
      const spread = neg(total(reduceMean(logProbs, [1], false)));
      const correct = equal(cast(argMax(logits, 1, false), 'int32'), labels!);
      return {
        crossEntropy: mix(nll, spread, labelSmoothing),
        nll,
        accuracy: total(cast(correct, 'float32')),
      };
    },
  };
}

/** (1−ε)·a + ε·b. */
const mix = (a: Value, b: Value, epsilon: number): Value =>
  epsilon === 0 ? a : add(mul(a, 1 - epsilon), mul(b, epsilon));
