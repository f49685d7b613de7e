// Softmax, its logarithm, and layer normalization.
import { formatShape } from '../dim.ts';
import type { Rule, Value } from '../graph.ts';
import { family, fromFront, mismatch, positiveAxis, requireSameType, requireType } from './family.ts';

const alongAxis: Rule = ([x], { axis }) => {
  requireType(x!, 'float32', 'float64');
  positiveAxis(axis as number, x!.rank);
  return [{ dtype: x!.dtype, shape: x!.shape }];
};

export const normalizationRules = {
  Softmax: alongAxis,
  LogSoftmax: alongAxis,
  LayerNormalization: (inputs) => {
    const [x, scale, bias] = inputs;
    const size = x!.shape.slice(-1);
    for (const weight of [scale, bias]) {
      if (weight !== undefined && formatShape(weight.shape) !== formatShape(size))
        throw mismatch(x!, weight, 'weights');
    }
    const dtype = requireSameType(...inputs);
    const statistics = { dtype: 'float32' as const, shape: [...x!.shape.slice(0, -1), 1] };
    return [{ dtype, shape: x!.shape }, statistics, statistics];
  },
} as const satisfies Record<string, Rule>;

const emit = family(normalizationRules);

/** exp(x) / Σ exp(x) along `axis`. */
export const softmax = (x: Value, axis = -1): Value =>
  emit('Softmax', [x], { axis: fromFront(axis, x.rank) })[0]!;

/** log softmax(x) along `axis`. */
export const logSoftmax = (x: Value, axis = -1): Value =>
  emit('LogSoftmax', [x], { axis: fromFront(axis, x.rank) })[0]!;

/** (x − mean) / sqrt(variance + epsilon) · scale + bias over the last axis. */
export const layerNorm = (x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  emit('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: epsilon } })[0]!;
