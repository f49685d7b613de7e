// Position-wise feed-forward network. Vaswani et al. 2017, section 3.3.
import type { Value } from '../graph/graph.ts';
import { type Activation, activations } from './activations.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

export interface FeedForwardOptions {
  dFf: number;
  activation: Activation;
  /** Of the hidden units, in training. */
  dropout: number;
}

/** drop(f(x W₁ + b₁)) W₂ + b₂ for rows x [N, D]. */
export function feedForward(scope: Scope, x: Value, { dFf, activation, dropout }: FeedForwardOptions): Value {
  const hidden = activations[activation](linear(scope.at('in'), x, dFf));
  return linear(scope.at('out'), scope.at('in').dropout(hidden, dropout), x.shape[1] as number);
}
