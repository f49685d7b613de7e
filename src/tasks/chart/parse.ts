// From scores to trees.
import { bestSpans, scoreOf, treeDistribution } from '../../trees/chart.ts';
import { attachRest, noRepairs, type Restored } from '../../trees/repair.ts';
import { treeOfSpans } from '../../trees/spans.ts';
import { NO_TAG, type Tree } from '../../trees/tree.ts';
import { UserError } from '../../util/errors.ts';
import type { Scored } from './chart-model.ts';

/** A tree over the words of a sentence. */
export interface ChartParse extends Restored {
  /** log p, of all trees over these words. */
  score: number | undefined;
  /** Of each constituent the probability that a tree has it. */
  confidence: ReadonlyMap<Tree, number> | undefined;
}

/**
 * The best tree; words beyond those that the model has seen are the root's last children. With `told` its score and
 * confidence. A UserError where scores are not finite.
 */
export function readChart(
  { chart, tags }: Scored,
  labels: readonly string[],
  words: readonly string[],
  told: boolean,
): ChartParse {
  if (!chart.scores.every(Number.isFinite)) {
    const start = JSON.stringify(words.slice(0, 6).join(' '));
    throw new UserError(
      `the scores of ${start} are not finite, as after a training that diverged; use another --checkpoint`,
    );
  }
  const spans = bestSpans(chart);
  const distribution = told ? treeDistribution(chart) : undefined;
  const confidence = distribution && new Map<Tree, number>();
  const named = spans.map((span) => ({ ...span, label: labels[span.label]!, span }));
  const tree = treeOfSpans(named, words.slice(0, chart.words), tags, ({ span }, chain) => {
    if (distribution === undefined) return;
    for (const node of chain) confidence!.set(node, distribution.probability(span));
  });
  const seenTags = [...tags, ...words.slice(chart.words).map(() => NO_TAG)];
  const restored = attachRest(tree, chart.words, words, seenTags, noRepairs());
  if (restored.tree !== tree && confidence?.has(tree)) confidence.set(restored.tree, confidence.get(tree)!);
  return {
    ...restored,
    score: distribution && scoreOf(chart, spans) - distribution.logTotal,
    confidence,
  };
}
