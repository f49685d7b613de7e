// Adam. Kingma and Ba 2015, algorithm 1:
//   m ← β1 m + (1−β1) g,  v ← β2 v + (1−β2) g²,  p ← p − rate · (m / c1) / (√(v / c2) + ε),  ci = 1 − βi^step
// computed as p − (rate √c2 / c1) · m / (√v + ε √c2): one root and one division an element.
// Without bias correction c1 = c2 = 1.
import type { Value } from '../graph/graph.ts';
import { add, cast, div, mul, pow, sqrt, sub } from '../graph/ops/elementwise.ts';
import { sweepAdam } from './adam-kernel.ts';
import type { Optimizer, UpdatedValues, UpdateOptions, UpdateValues } from './optimizer.ts';

export interface AdamConfig {
  betas: readonly [number, number];
  epsilon: number;
  biasCorrection: boolean;
}

export const momentNames = ['m', 'v'] as const;

/** Adam without weight decay. */
export function adam(config: AdamConfig): Optimizer {
  return {
    name: 'adam',
    stateNames: momentNames,
    update: (parameter, gradient, state, options) =>
      updateAdam(config, parameter, gradient, state, options, 1),
    buildUpdate: (values) => buildAdam(config, values, values.parameter),
  };
}

/** One update in place; the parameter is multiplied by `shrink` on the way. */
export function updateAdam(
  { betas: [beta1, beta2], epsilon, biasCorrection }: AdamConfig,
  parameter: Float32Array,
  gradient: Float32Array,
  [m, v]: readonly Float32Array[],
  { learningRate, step, gradientScale }: UpdateOptions,
  shrink: number,
): void {
  const c1 = biasCorrection ? 1 - beta1 ** step : 1;
  const c2 = biasCorrection ? 1 - beta2 ** step : 1;
  const rate = (learningRate * Math.sqrt(c2)) / c1;
  sweepAdam(parameter, gradient, m!, v!, {
    shrink,
    rate,
    epsilon: epsilon * Math.sqrt(c2),
    beta1,
    gain1: (1 - beta1) * gradientScale,
    beta2,
    gain2: (1 - beta2) * gradientScale * gradientScale,
  });
}

/** The update as graph, from the already decayed parameter. */
export function buildAdam(
  { betas: [beta1, beta2], epsilon, biasCorrection }: AdamConfig,
  { gradient, state: [m, v], learningRate, step, gradientScale }: UpdateValues,
  decayed: Value,
): UpdatedValues {
  const { graph } = step;
  // 1 − β^step loses its digits in float32 where β is near 1.
  const correction = (beta: number): Value =>
    cast(sub(1, pow(graph.scalar(beta, 'float64'), cast(step, 'float64'))), 'float32');
  const c1 = biasCorrection ? correction(beta1) : graph.scalar(1, 'float32');
  const root = biasCorrection ? sqrt(correction(beta2)) : graph.scalar(1, 'float32');
  const g = mul(gradient, gradientScale);
  const mean = add(mul(m!, beta1), mul(g, 1 - beta1));
  const square = add(mul(v!, beta2), mul(mul(g, g), 1 - beta2));
  const change = div(mul(mean, div(mul(learningRate, root), c1)), add(sqrt(square), mul(root, epsilon)));
  return { parameter: sub(decayed, change), state: [mean, square] };
}
