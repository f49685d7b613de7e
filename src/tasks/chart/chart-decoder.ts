// Spans with scores, and the best tree of all by a chart.
import { type SpanTargets, spanExamples } from '../../data/spans.ts';
import { spanMargin } from '../../objectives/span-margin.ts';
import { type SpanOptions, spanCrossEntropy, spanInputs, spanScores } from '../../objectives/spans.ts';
import type { WordOptions } from '../../objectives/tree-words.ts';
import { bestSpans, countSpans, scoreOf, spanIndex, treeDistribution } from '../../trees/chart.ts';
import { nBestSpans } from '../../trees/chart-best.ts';
import { hasGiven, withGiven } from '../../trees/chart-given.ts';
import { attachRest, noRepairs } from '../../trees/repair.ts';
import { spansOf, treeOfSpans } from '../../trees/spans.ts';
import { type Tree, tags as tagsOf } from '../../trees/tree.ts';
import { type ChartParse, numbersOf, sortedNames, type TreeDecoder } from './decoder.ts';
import { requireFinite } from './finite.ts';
import type { Known } from './known.ts';

const spanOptions = (options: WordOptions, { labels }: Known): SpanOptions => ({
  ...options,
  numLabels: labels.length,
});

export const chart: TreeDecoder = {
  isExact: true,
  learn: (trees) => ({
    labels: sortedNames(trees.flatMap((tree) => spansOf(tree).map(({ label }) => label))),
  }),
  inputs: spanInputs,
  objective: (model, options, known, loss) =>
    (loss === 'margin' ? spanMargin : spanCrossEntropy)(model, spanOptions(options, known)),
  outputs: (scope, model, inputs, options, known) =>
    spanScores(scope, model, inputs, spanOptions(options, known)),
  examples: (sentences, trees, batching, known) => {
    const targetsOf = spanTargets(known);
    const targets = trees?.map((tree, i) => targetsOf(tree, sentences[i]!.spellings.length));
    return spanExamples(sentences, targets, batching);
  },
  read: ({ outputs, sizes, row, seen }, known, words, tags, { told, count = 1, given }) => {
    const labels = known.labels.length;
    const from = row * sizes.M! * labels;
    const all = outputs.scores!.data as Float32Array;
    const plain = { words: seen, labels, scores: all.subarray(from, from + countSpans(seen) * labels) };
    requireFinite(plain.scores, words);
    // Nothing that is given reaches beyond what is seen.
    const spansGiven = given?.spans.filter(({ end }) => end <= seen) ?? [];
    const scored = withGiven(plain, spansGiven);
    const trees = count === 1 ? [bestSpans(scored)] : nBestSpans(scored, count);
    const distribution = told ? treeDistribution(scored) : undefined;
    return trees
      .filter((spans) => hasGiven(spans, spansGiven))
      .map((spans): ChartParse => {
        const confidence = distribution && new Map<Tree, number>();
        const named = spans.map((span) => ({ ...span, label: known.labels[span.label]!, span }));
        const tree = treeOfSpans(named, words.slice(0, seen), tags, ({ span }, chain) => {
          if (distribution === undefined) return;
          for (const node of chain) confidence!.set(node, distribution.probability(span));
        });
        const restored = attachRest(tree, seen, words, tags, noRepairs());
        if (restored.tree !== tree && confidence?.has(tree))
          confidence.set(restored.tree, confidence.get(tree)!);
        const score = distribution && scoreOf(scored, spans) - distribution.logTotal;
        return { ...restored, score, confidence };
      });
  },
};

/** What trees have to tell, of their first `seen` words alone where the model sees no more. */
export function spanTargets({ labels, tags }: Known): (tree: Tree, seen: number) => SpanTargets {
  const [numberOf, tagOf] = [numbersOf(labels), numbersOf(tags)];
  return (tree, seen) => ({
    labels: spansOf(tree)
      .filter(({ end }) => end <= seen)
      // Class 0 is that of no label.
      .map(({ start, end, label }) => {
        const number = numberOf(label);
        return [spanIndex(start, end), number < 0 ? -1 : number + 1] as const;
      }),
    tags: tagsOf(tree).slice(0, seen).map(tagOf),
  });
}
