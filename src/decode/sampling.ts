// How the next token is chosen from logits: the likeliest one, or one drawn from what temperature and cuts leave.
import type { SpecialIds } from '../data/pairs.ts';
import type { Value } from '../graph/graph.ts';
import {
  add,
  cast,
  div,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  mul,
  where,
} from '../graph/ops/elementwise.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { argMax, cumSum, reduceMax, reduceMin, reduceSum, topK } from '../graph/ops/reduce.ts';
import { slice, unsqueeze } from '../graph/ops/shape.ts';
import type { SamplingConfig } from './config.ts';
import { NEVER, neverProduced } from './never.ts';

/** Whether tokens are drawn, which takes numbers to draw them by. */
export const isDrawn = ({ temperature }: SamplingConfig): boolean => temperature > 0;
/** Whether it matters which tokens are there already. */
export const isPenalized = ({ repetitionPenalty }: SamplingConfig): boolean => repetitionPenalty !== 1;

export interface Chance {
  /** In [0, 1), float32 [B]; where tokens are drawn. */
  uniform?: Value | undefined;
  /** The tokens of each row so far, bool [B, V]; where they are penalized. */
  seen?: Value | undefined;
}

/**
 * A token for each row of logits [B, V]: int64 [B]. The penalty comes first, then temperature, top k, top p and min p;
 * of what they leave, the token where the running sum of probabilities passes `uniform`. Padding and bos are never taken.
 */
export function chooseTokens(
  logits: Value,
  { uniform, seen }: Chance,
  config: SamplingConfig,
  ids: SpecialIds,
): Value {
  const vocabSize = logits.shape[1] as number;
  const allowed = add(logits, neverProduced(logits.graph, vocabSize, ids));
  const penalized = seen === undefined ? allowed : penalize(allowed, seen, config.repetitionPenalty);
  if (uniform === undefined) return argMax(penalized, 1, false);
  const scaled = div(penalized, config.temperature);
  const weights = softmax(cut(scaled, config));
  const running = cumSum(weights, 1);
  const target = mul(unsqueeze(uniform, [1]), slice(running, 1, vocabSize - 1, vocabSize));
  return reduceSum(cast(lessOrEqual(running, target), 'int64'), [1], false);
}

function penalize(logits: Value, seen: Value, penalty: number): Value {
  const lowered = where(greater(logits, 0), div(logits, penalty), mul(logits, penalty));
  return where(seen, lowered, logits);
}

/** −∞ for what is not among the likeliest; what is as likely as the last of them stays. */
function cut(logits: Value, { topK: k, topP, minP }: SamplingConfig): Value {
  const vocabSize = logits.shape[1] as number;
  const count = Math.min(k ?? vocabSize, vocabSize);
  const keep = (scores: Value, condition: Value) => where(condition, scores, NEVER);
  let scores = logits;
  if (count < vocabSize) {
    const least = slice(topK(scores, count).values, 1, count - 1, count);
    scores = keep(scores, greaterOrEqual(scores, least));
  }
  if (topP < 1) {
    const probabilities = softmax(scores);
    const sorted = topK(probabilities, count).values;
    // The likeliest one always stays: nothing comes before it.
    const inside = less(cumSum(sorted, 1, { exclusive: true }), topP);
    const least = reduceMin(where(inside, sorted, 1), [1]);
    scores = keep(scores, greaterOrEqual(probabilities, least));
  }
  if (minP > 0) {
    const least = add(reduceMax(scores, [1]), Math.log(minP));
    scores = keep(scores, greaterOrEqual(scores, least));
  }
  return scores;
}
