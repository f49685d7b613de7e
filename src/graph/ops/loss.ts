// Cross-entropy over a vocabulary, from hidden states and the output embedding, as one operator to
// differentiation: only Softmax touches the [N, V] matrix, forward and backward.
import type { Rule, Value } from '../graph.ts';
import { ifElse } from './control.ts';
import { add, cast, greaterOrEqual, less, log, max, mul, neg, sub, where } from './elementwise.ts';
import { region, requireSameType } from './family.ts';
import { gather, gatherElements } from './indexing.ts';
import { gemm } from './matmul.ts';
import { softmax } from './normalization.ts';
import { argMax, reduceMax, reduceMean, reduceMin, reduceSum } from './reduce.ts';
import { squeeze, unsqueeze } from './shape.ts';

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
  /** Where asked for: Σ_n w_n over the rows whose target is the likeliest, scalar. */
  hits?: Value;
}

interface More {
  /** Added to the logits, [V]. */
  bias?: Value;
  /** Whether the rows whose target is the likeliest are counted, a pass over [N, V]. */
  hits?: boolean;
}

/**
 * Label-smoothed cross-entropy of hidden states [N, D] against targets [N], with output embedding [V, D] and
 * token weights [N]. Szegedy et al. 2016 (section 7), the smoothing that Vaswani et al. 2017 use.
 *
 * With logits z = h Eᵀ + b and lse = z[t] − log p[t]:  smoothed = lse − (1−ε)·z[t] − ε·mean(z).
 */
export function crossEntropy(
  hidden: Value,
  embedding: Value,
  targets: Value,
  weights: Value,
  labelSmoothing: number,
  { bias, hits = false }: More = {},
): CrossEntropy {
  requireSameType(hidden, embedding, weights);
  const probabilities = softmax(gemm(hidden, embedding, bias, { transB: true }));
  const perRow = (epsilon: number, build: () => { outputs: Value[]; reads: readonly Value[] }) =>
    hidden.graph.composite(
      'CrossEntropy',
      [hidden, embedding, targets, ...(bias === undefined ? [] : [bias])],
      { labelSmoothing: { float: epsilon }, ...(hits && { hits: 1 }) },
      build,
    );
  const plain = perRow(0, () => {
    const { nll, ofTarget, largest } = negativeLog(probabilities, hidden, embedding, targets, { bias, hits });
    return { outputs: [nll], reads: [probabilities, ofTarget, ...largest] };
  });
  const nll = plain.outputs[0]!;
  const withSmoothing = (): Value => {
    const targetLogit = reduceSum(mul(hidden, gather(embedding, targets)), [1], false);
    const meanLogit = reduceSum(mul(hidden, reduceMean(embedding, [0])), [1], false);
    const ofBias = bias && sub(gather(bias, targets), reduceMean(bias, [0], false));
    const difference = plus(sub(targetLogit, meanLogit), ofBias);
    // Below 0 only where the logits are so large that their own rounding exceeds the loss.
    return max(add(nll, mul(difference, labelSmoothing)), 0);
  };
  const smoothed =
    labelSmoothing === 0
      ? nll
      : perRow(labelSmoothing, () => ({ outputs: [withSmoothing()], reads: plain.reads! })).outputs[0]!;
  const total = (x: Value) => reduceSum(mul(x, weights), [0], false);
  const sums = { smoothed: total(smoothed), nll: total(nll), probabilities };
  if (!hits) return sums;
  const [, ofTarget, largest] = plain.reads as [Value, Value, Value];
  return { ...sums, hits: total(squeeze(cast(greaterOrEqual(ofTarget, largest), weights.dtype), [1])) };
}

/**
 * −log p[t] of every row [N], p[t] [N, 1] and, where hits are counted, the row's largest probability [N, 1]. Where p[t]
 * underflows, the largest, p[j], which never does, tells it: z[j] − z[t] − log p[j]. Finding j is a pass over [N, V],
 * made only when there is such a row.
 */
function negativeLog(
  p: Value,
  hidden: Value,
  embedding: Value,
  targets: Value,
  { bias, hits }: { bias: Value | undefined; hits: boolean },
) {
  const ofTarget = gatherElements(p, unsqueeze(targets, [1]), 1);
  const target = squeeze(ofTarget, [1]);
  const direct = neg(log(target));
  const fromLargest = (): Value => {
    const j = argMax(p, 1);
    const beyondTarget = (table: Value) => sub(gather(table, squeeze(j, [1])), gather(table, targets));
    const distance = reduceSum(mul(hidden, beyondTarget(embedding)), [1], false);
    const logOfLargest = log(squeeze(gatherElements(p, j, 1), [1]));
    const exact = sub(plus(distance, bias && beyondTarget(bias)), logOfLargest);
    // Softmax has found p[t] below SMALLEST, whatever rounding makes of the logits here.
    return where(less(target, SMALLEST), max(exact, -Math.log(SMALLEST)), direct);
  };
  // What was read of p passes through, so that what the gradient writes over p with p[t] comes after all that reads p.
  const read = hits ? [ofTarget, reduceMax(p, [1])] : [ofTarget];
  const [nll, passed, ...largest] = ifElse(
    less(reduceMin(target, [0], false), SMALLEST),
    () => [fromLargest(), ...read],
    () => [direct, ...read],
  );
  return { nll: nll!, ofTarget: passed!, largest };
}

const plus = (a: Value, b: Value | undefined): Value => (b === undefined ? a : add(a, b));
