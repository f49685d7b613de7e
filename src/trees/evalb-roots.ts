// Whether what costs a score is only how the bracket around whole trees is called: ROOT, S1, nothing, or that it is there.
import { type EvalbInput, evaluate, type SentenceResult, summarize } from './evalb.ts';
import type { EvalbParameters } from './evalb-parameters.ts';
import { TOP_LABELS } from './normalize.ts';

export interface RootCost {
  /** The labels that outermost brackets of one side have where the other's differ, as `ROOT`; `none` if it is empty. */
  readonly gold: readonly string[];
  readonly test: readonly string[];
  readonly f1: number;
  /** F1 where such brackets do not count. */
  readonly without: number;
}

/** What outermost brackets cost where the two sides disagree on them; undefined where that is nothing. */
export function findRootCost(
  pairs: readonly (readonly [gold: EvalbInput, test: EvalbInput])[],
  results: readonly SentenceResult[],
  parameters: EvalbParameters,
): RootCost | undefined {
  const sides = [new Set<string>(), new Set<string>()] as const;
  for (const { status, goldSentence, testSentence } of results) {
    const roots = [goldSentence, testSentence].map(({ brackets }) => brackets[0]?.label);
    if (status !== 'ok' || roots[0] === roots[1]) continue;
    for (const [side, label] of roots.entries()) {
      const isExtra =
        label !== undefined && TOP_LABELS.includes(label) && !parameters.deleteLabels.has(label);
      if (isExtra) sides[side]!.add(label === '' ? 'none' : label);
    }
  }
  if (sides[0].size + sides[1].size === 0) return undefined;
  const deleteLabels = new Set([...parameters.deleteLabels, ...TOP_LABELS]);
  const bare = pairs.map(([gold, test]) => evaluate(gold, test, { ...parameters, deleteLabels }));
  const [f1, without] = [results, bare].map((all) => summarize(all, parameters).all.f1) as [number, number];
  return without > f1 ? { gold: [...sides[0]], test: [...sides[1]], f1, without } : undefined;
}
