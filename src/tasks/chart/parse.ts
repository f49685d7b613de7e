// From scores to trees.
import { bestSpans, scoreOf, treeDistribution } from '../../trees/chart.ts';
import { nBestSpans } from '../../trees/chart-best.ts';
import { hasGiven, withGiven } from '../../trees/chart-given.ts';
import { attachRest, noRepairs, type Restored } from '../../trees/repair.ts';
import { treeOfSpans } from '../../trees/spans.ts';
import { NO_TAG, type Tree } from '../../trees/tree.ts';
import { UserError } from '../../util/errors.ts';
import type { Scored } from './chart-model.ts';
import type { Given } from './given.ts';

/** A tree over the words of a sentence. */
export interface ChartParse extends Restored {
  /** log p, of all trees over these words. */
  score: number | undefined;
  /** Of each constituent the probability that a tree has it. */
  confidence: ReadonlyMap<Tree, number> | undefined;
}

export interface ReadOptions {
  /** Whether scores and confidence are wanted. */
  told: boolean;
  /** Trees at most, 1 by default. */
  count?: number | undefined;
  /** What all of them have. */
  given?: Given | undefined;
}

/**
 * The best trees, the best first; words beyond those that the model has seen are the root's last children, and nothing
 * that is given reaches there. With `told` score and confidence, of all trees with what is given. A UserError where scores
 * are not finite.
 */
export function readChart(
  { chart: plain, tags: own }: Scored,
  labels: readonly string[],
  words: readonly string[],
  { told, count = 1, given }: ReadOptions,
): ChartParse[] {
  if (!plain.scores.every(Number.isFinite)) {
    const start = JSON.stringify(words.slice(0, 6).join(' '));
    throw new UserError(
      `the scores of ${start} are not finite, as after a training that diverged; use another --checkpoint`,
    );
  }
  const seen = plain.words;
  const spansGiven = given?.spans.filter(({ end }) => end <= seen) ?? [];
  const chart = withGiven(plain, spansGiven);
  const trees = count === 1 ? [bestSpans(chart)] : nBestSpans(chart, count);
  const distribution = told ? treeDistribution(chart) : undefined;
  const tags = words.map((_, w) => given?.tags.get(w) ?? own[w] ?? NO_TAG);
  return trees
    .filter((spans) => hasGiven(spans, spansGiven))
    .map((spans) => {
      const confidence = distribution && new Map<Tree, number>();
      const named = spans.map((span) => ({ ...span, label: labels[span.label]!, span }));
      const tree = treeOfSpans(named, words.slice(0, seen), tags, ({ span }, chain) => {
        if (distribution === undefined) return;
        for (const node of chain) confidence!.set(node, distribution.probability(span));
      });
      const restored = attachRest(tree, seen, words, tags, noRepairs());
      if (restored.tree !== tree && confidence?.has(tree))
        confidence.set(restored.tree, confidence.get(tree)!);
      const score = distribution && scoreOf(chart, spans) - distribution.logTotal;
      return { ...restored, score, confidence };
    });
}
