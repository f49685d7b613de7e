// Cross-entropy over a vocabulary, from hidden states and the output embedding, as one operator to
// differentiation: only Softmax touches the [N, V] matrix, forward and backward.
import type { Rule, Value } from '../graph.ts';
import { add, log, max, mul, neg, sub } from './elementwise.ts';
import { requireSameType } from './family.ts';
import { gather, gatherElements } from './indexing.ts';
import { matMul } from './matmul.ts';
import { softmax } from './normalization.ts';
import { reduceMean, reduceSum } from './reduce.ts';
import { squeeze, unsqueeze } from './shape.ts';

/** Composites have no rule of their own: their regions are typed operator by operator. */
const region: Rule = () => [];
export const lossRules = { CrossEntropy: region } as const satisfies Record<string, Rule>;

/** Smallest probability whose logarithm is taken: a training loss saturates at 87 nats a token. */
const TINY = 1e-38;

export interface CrossEntropy {
  /** Σ_n w_n · ((1−ε)·nll_n + (ε/V)·Σ_v −log p_nv), scalar. */
  smoothed: Value;
  /** Σ_n w_n · nll_n, scalar. */
  nll: Value;
  /** Softmax of the logits, [N, V]. */
  probabilities: Value;
}

/**
 * Label-smoothed cross-entropy of hidden states [N, D] against targets [N], with output embedding [V, D] and
 * token weights [N]. Szegedy et al. 2016 (section 7), the smoothing that Vaswani et al. 2017 use.
 *
 * With lse = h·E[t] − log p[t]:  smoothed = lse − (1−ε)·h·E[t] − ε·h·mean(E).
 */
export function crossEntropy(
  hidden: Value,
  embedding: Value,
  targets: Value,
  weights: Value,
  labelSmoothing: number,
): CrossEntropy {
  requireSameType(hidden, embedding, weights);
  const probabilities = softmax(matMul(hidden, embedding, { transB: true }));
  const ofTarget = gatherElements(probabilities, unsqueeze(targets, [1]), 1);
  const nll = neg(log(max(squeeze(ofTarget, [1]), TINY)));
  const targetLogit = reduceSum(mul(hidden, gather(embedding, targets)), [1], false);
  const meanLogit = reduceSum(mul(hidden, reduceMean(embedding, [0])), [1], false);
  const smoothed = add(nll, mul(sub(targetLogit, meanLogit), labelSmoothing));
  hidden.graph.composite('CrossEntropy', [hidden, embedding, targets, probabilities], [smoothed], {
    labelSmoothing: { float: labelSmoothing },
  });
  const total = (x: Value) => reduceSum(mul(x, weights), [0], false);
  return { smoothed: total(smoothed), nll: total(nll), probabilities };
}
