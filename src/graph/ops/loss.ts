// Cross-entropy over a vocabulary, from hidden states and the output embedding, as one operator to
// differentiation: only Softmax touches the [N, V] matrix, forward and backward.
import type { Rule, Value } from '../graph.ts';
import { ifElse } from './control.ts';
import { add, less, log, max, mul, neg, sub, where } from './elementwise.ts';
import { requireSameType } from './family.ts';
import { gather, gatherElements } from './indexing.ts';
import { matMul } from './matmul.ts';
import { softmax } from './normalization.ts';
import { argMax, reduceMean, reduceMin, reduceSum } from './reduce.ts';
import { squeeze, unsqueeze } from './shape.ts';

/** Composites have no rule of their own: their regions are typed operator by operator. */
const region: Rule = () => [];
export const lossRules = { CrossEntropy: region } as const satisfies Record<string, Rule>;

/** The smallest normal float32. Below it a probability has few digits or none. */
const SMALLEST = 2 ** -126;

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
  const perRow = (epsilon: number, build: () => { outputs: Value[]; reads: readonly Value[] }) =>
    hidden.graph.composite(
      'CrossEntropy',
      [hidden, embedding, targets],
      { labelSmoothing: { float: epsilon } },
      build,
    );
  const plain = perRow(0, () => {
    const { nll, ofTarget } = negativeLog(probabilities, hidden, embedding, targets);
    return { outputs: [nll], reads: [probabilities, ofTarget] };
  });
  const nll = plain.outputs[0]!;
  const withSmoothing = (): Value => {
    const targetLogit = reduceSum(mul(hidden, gather(embedding, targets)), [1], false);
    const meanLogit = reduceSum(mul(hidden, reduceMean(embedding, [0])), [1], false);
    // Below 0 only where the logits are so large that their own rounding exceeds the loss.
    return max(add(nll, mul(sub(targetLogit, meanLogit), labelSmoothing)), 0);
  };
  const smoothed =
    labelSmoothing === 0
      ? nll
      : perRow(labelSmoothing, () => ({ outputs: [withSmoothing()], reads: plain.reads! })).outputs[0]!;
  const total = (x: Value) => reduceSum(mul(x, weights), [0], false);
  return { smoothed: total(smoothed), nll: total(nll), probabilities };
}

/**
 * −log p[t] of every row [N], and p[t] [N, 1]. Where p[t] underflows, the row's largest probability p[j], which never
 * does, tells it: h·(E[j] − E[t]) − log p[j]. Finding p[j] is a pass over [N, V], made only when there is such a row.
 */
function negativeLog(p: Value, hidden: Value, embedding: Value, targets: Value) {
  const ofTarget = gatherElements(p, unsqueeze(targets, [1]), 1);
  const target = squeeze(ofTarget, [1]);
  const direct = neg(log(target));
  const fromLargest = (): Value => {
    const j = argMax(p, 1);
    const distance = sub(gather(embedding, squeeze(j, [1])), gather(embedding, targets));
    const logOfLargest = log(squeeze(gatherElements(p, j, 1), [1]));
    const exact = sub(reduceSum(mul(hidden, distance), [1], false), logOfLargest);
    // Softmax has found p[t] below SMALLEST, whatever rounding makes of the logits here.
    return where(less(target, SMALLEST), max(exact, -Math.log(SMALLEST)), direct);
  };
  // p[t] passes through, so that what the gradient writes over p with it comes after the last that reads p.
  const [nll, passed] = ifElse(
    less(reduceMin(target, [0], false), SMALLEST),
    () => [fromLargest(), ofTarget],
    () => [direct, ofTarget],
  );
  return { nll: nll!, ofTarget: passed! };
}
