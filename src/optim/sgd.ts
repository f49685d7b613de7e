// Stochastic gradient descent: m ← momentum · m + g, p ← p − rate · m (Sutskever et al. 2013, with the rate outside
// of m, as PyTorch has it). Without momentum there is no state.
import { add, mul, sub } from '../graph/ops/elementwise.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdConfig {
  momentum: number;
}

/** Gradient descent, plain or with momentum. */
export function sgd({ momentum }: SgdConfig): Optimizer {
  return {
    name: 'sgd',
    stateNames: momentum === 0 ? [] : ['m'],
    update(parameter, gradient, [m], { learningRate, gradientScale }) {
      if (m === undefined) descend(parameter, gradient, learningRate * gradientScale);
      else descendWithMomentum(parameter, gradient, m, momentum, learningRate, gradientScale);
    },
    buildUpdate({ parameter, gradient, state: [m], learningRate, gradientScale }) {
      const g = mul(gradient, gradientScale);
      const velocity = m === undefined ? g : add(mul(m, momentum), g);
      const next = sub(parameter, mul(velocity, learningRate));
      return { parameter: next, state: m === undefined ? [] : [velocity] };
    },
  };
}

function descend(parameter: Float32Array, gradient: Float32Array, rate: number): void {
  for (let i = 0; i < parameter.length; i++) parameter[i]! -= rate * gradient[i]!;
}

function descendWithMomentum(
  parameter: Float32Array,
  gradient: Float32Array,
  m: Float32Array,
  momentum: number,
  rate: number,
  gradientScale: number,
): void {
  for (let i = 0; i < parameter.length; i++) {
    const velocity = momentum * m[i]! + gradientScale * gradient[i]!;
    m[i] = velocity;
    parameter[i]! -= rate * velocity;
  }
}
