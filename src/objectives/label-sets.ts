// Several classes of a text at once, each present or not: cross-entropy of as many binary decisions.
import type { Value } from '../graph/graph.ts';
import { abs, add, cast, equal, exp, greater, log, max, mul, neg, sub } from '../graph/ops/elementwise.ts';
import { reduceMean, reduceMin, reduceSum } from '../graph/ops/reduce.ts';
import type { EncoderOnly } from '../models/model.ts';
import { type ClassifierOptions, classLogits } from './classification.ts';
import type { Objective } from './objective.ts';
import { packedInputs, readTexts } from './text-vectors.ts';

export interface LabelSetOptions extends ClassifierOptions {
  /** What the presence of a class counts for in the loss, against 1 for its absence. */
  classWeights?: readonly number[] | undefined;
}

/**
 * Of `labels` [B, C], 1 for each class of a text: with logits z, the mean over the classes of
 * −w·y·log σ(z) − (1−y)·log(1−σ(z)). `accuracy` counts texts of which every decision at σ(z) > 1/2 is right.
 */
export function labelSetCrossEntropy(model: EncoderOnly, options: LabelSetOptions): Objective {
  const { classWeights } = options;
  const per = 'examples';
  return {
    inputs: { ...packedInputs(options), labels: { dtype: 'float32', shape: ['B', options.numClasses] } },
    terms: { crossEntropy: { per, scale: 1 } },
    statistics: { nll: { per }, accuracy: { per, direction: 'max' } },
    signature:
      classWeights === undefined
        ? 'binary'
        : `binary|classWeights:${classWeights.map((w) => w.toPrecision(6))}`,
    build: (scope, { labels, ...texts }) => {
      const z = classLogits(scope, model, readTexts(texts), options);
      const y = labels!;
      const total = (x: Value) => reduceSum(reduceMean(x, [1], false), [0], false);
      // −log(1−σ(z)) = max(z, 0) + log(1 + exp(−|z|)), and −log σ(z) is that less z.
      const ofAbsence = add(max(z, 0), log(add(exp(neg(abs(z))), 1)));
      const plain = sub(ofAbsence, mul(y, z));
      const right = cast(equal(cast(greater(z, 0), 'float32'), y), 'float32');
      const nll = total(plain);
      const weighted = () => {
        const extra = scope.graph.constant(
          classWeights!.map((w) => w - 1),
          [classWeights!.length],
          'float32',
        );
        return total(add(plain, mul(mul(y, extra), sub(ofAbsence, z))));
      };
      return {
        crossEntropy: classWeights === undefined ? nll : weighted(),
        nll,
        accuracy: reduceSum(reduceMin(right, [1], false), [0], false),
      };
    },
  };
}
