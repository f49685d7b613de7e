// Cross-entropy of rows that have one class each: texts, or words.
import type { Value } from '../graph/graph.ts';
import { add, cast, equal, mul, neg } from '../graph/ops/elementwise.ts';
import { gather, gatherElements } from '../graph/ops/indexing.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { argMax, reduceMean, reduceSum } from '../graph/ops/reduce.ts';
import { reshape, unsqueeze } from '../graph/ops/shape.ts';
import type { Objective } from './objective.ts';

export interface ClassLossOptions {
  /** ε: the share of the probability that is spread over the classes. */
  labelSmoothing: number;
  /** What a row counts for in the loss, by its class; each row the same without them. */
  classWeights?: readonly number[] | undefined;
}

/**
 * What the sums are means over: rows, in the loss by their weights, which a batch counts as `classWeight`; of accuracy
 * all that there is to tell, also where the model does not see it.
 */
export function classTerms(
  { per, all = per }: { per: string; all?: string },
  { labelSmoothing, classWeights }: ClassLossOptions,
): Pick<Objective, 'terms' | 'statistics' | 'signature'> {
  const weighted =
    classWeights === undefined ? '' : `|classWeights:${classWeights.map((w) => w.toPrecision(6))}`;
  return {
    terms: { crossEntropy: { per: classWeights === undefined ? per : 'classWeight', scale: 1 } },
    statistics: { nll: { per }, accuracy: { per: all, direction: 'max' } },
    signature: `labelSmoothing:${labelSmoothing}${weighted}`,
  };
}

/**
 * Σ w·((1−ε)·nll + ε·spread) over rows with logits [N, C] and labels [N], where spread is the mean −log p of all classes,
 * Σ nll, and the number of rows whose class is the likeliest. `counts` float32 [N] is 0 for rows without a part.
 */
export function classSums(
  logits: Value,
  labels: Value,
  { labelSmoothing, classWeights }: ClassLossOptions,
  counts?: Value,
): Record<string, Value> {
  const logProbs = logSoftmax(logits);
  const total = (x: Value) => reduceSum(x, [0], false);
  const counted = (x: Value) => (counts === undefined ? x : mul(x, counts));
  const weights =
    classWeights && gather(logits.graph.constant(classWeights, [classWeights.length], 'float32'), labels);
  const weighed = (x: Value) => (weights === undefined ? x : mul(x, weights));
  const nll = counted(neg(reshape(gatherElements(logProbs, unsqueeze(labels, [1]), 1), labels.shape)));
  const spread = () => neg(total(weighed(counted(reduceMean(logProbs, [1], false)))));
  const correct = equal(cast(argMax(logits, 1, false), 'int32'), labels);
  const own = total(weighed(nll));
  return {
    crossEntropy:
      labelSmoothing === 0 ? own : add(mul(own, 1 - labelSmoothing), mul(spread(), labelSmoothing)),
    nll: total(nll),
    accuracy: total(counted(cast(correct, 'float32'))),
  };
}
