// Scores of labelled spans of words, and of the words' tags, from an encoder's vectors. Kitaev and Klein 2018, section 2,
// and Kitaev et al. 2019: a place between two words has half of the vector of the word before and half of that of the
// word after it; a span is the difference of the places at its ends. Spans are learned by cross-entropy of their labels,
// each on its own, no label being one of them; so nothing has to be searched between a forward pass and its gradient,
// and log p(label) − log p(none) is what the tree of the greatest probability is the sum of.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, sub } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { concat, reshape, slice } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import { zeros } from '../nn/initializers.ts';
import { linear } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';
import { packingInputs } from './text-vectors.ts';
import {
  type Classes,
  classesOfHidden,
  encodeWords,
  type Inputs,
  learnClasses,
  logitsOf,
  type WordOptions,
  wordInputs,
} from './tree-words.ts';

export interface SpanOptions extends WordOptions {
  /** Labels of constituents, without that for none. */
  numLabels: number;
}

/** No label, among the classes of a span. */
export const NO_LABEL = 0;

/**
 * Those of words. `spans` [M, N] has for each span −1 at the place between words where it begins and 1 where it ends;
 * there are N = W − 1 such places.
 */
export const spanInputs = (options: WordOptions): Objective['inputs'] => ({
  ...wordInputs(options),
  spans: { dtype: 'float32', shape: ['M', 'N'] },
});

/** Spans [B·M, H] with 1 + `numLabels` classes, and words [B·W, H] with their tags. */
function classify(
  scope: Scope,
  model: EncoderOnly,
  { spans, ...inputs }: Inputs,
  options: SpanOptions,
): Record<'labels' | 'tags', Classes> {
  const { words, tags } = encodeWords(scope, model, inputs, options);
  const { hidden, numLabels } = options;
  const batch = words.shape[0]!;
  const [pairs, between] = spans!.shape as [Dim, Dim];
  const made = placeRows(scope, words, between, hidden);
  const differences = reshape(matMul(spans!, made), [mulDims(batch, pairs), hidden]);
  return { labels: classesOfHidden(scope.at('spans'), biased(scope, differences), 1 + numLabels), tags };
}

/** What the spans' layer makes of the places between words [B, W, D], without its bias: [B, N, H]. */
export function placeRows(scope: Scope, words: Value, between: Dim, hidden: number): Value {
  const [batch, , width] = words.shape as [Dim, Dim, number];
  const half = Math.ceil(width / 2);
  const before = slice(slice(words, 1, 0, -1, between), 2, 0, half);
  const after = slice(slice(words, 1, 1, undefined, between), 2, half);
  const places = reshape(concat([before, after], 2), [mulDims(batch, between), width]);
  // What the layer makes of differences is the difference of what it makes of n + 1 places, but for its bias.
  const layer = scope.at('spans').at('hidden');
  return reshape(linear(layer, places, hidden, { bias: false }), [batch, between, hidden]);
}

/** Differences of places [R, H] as the layer makes them. */
export const biased = (scope: Scope, differences: Value): Value =>
  add(
    differences,
    scope
      .at('spans')
      .at('hidden')
      .parameter('bias', [differences.shape[1] as number], zeros),
  );

/**
 * Of `labels` [B, M], classes of spans with NO_LABEL among them, and `tags` [B, W], both below 0 where there is nothing
 * to learn. Both sums are means over words, of which a sentence of n has n(n + 1)/2 spans.
 */
export function spanCrossEntropy(model: EncoderOnly, options: SpanOptions): Objective {
  const words = { per: 'words' } as const;
  return {
    inputs: {
      ...spanInputs(options),
      ...packingInputs,
      labels: { dtype: 'int32', shape: ['B', 'M'] },
      tags: { dtype: 'int32', shape: ['B', 'W'] },
    },
    terms: { spanLoss: { ...words, scale: 1 }, tagLoss: { ...words, scale: options.tagWeight } },
    statistics: { tagAccuracy: { ...words, direction: 'max' } },
    signature: `spans|tagWeight:${options.tagWeight}`,
    build: (scope, { labels, tags, ...inputs }) => {
      const found = classify(scope, model, inputs, options);
      const ofTags = learnClasses(found.tags, tags!, true);
      return {
        spanLoss: learnClasses(found.labels, labels!).nll,
        tagLoss: ofTags.nll,
        tagAccuracy: ofTags.hits!,
      };
    },
  };
}

/**
 * `scores` float32 [B, M, L] of labels, log p(label) − log p(none), and logits of `tags` [B, W, T].
 */
export function spanScores(
  scope: Scope,
  model: EncoderOnly,
  inputs: Inputs,
  options: SpanOptions,
): Record<'scores' | 'tags', Value> {
  const { labels, tags } = classify(scope, model, inputs, options);
  const [batch, count] = inputs.pooling!.shape as [Dim, Dim];
  const pairs = inputs.spans!.shape[0]!;
  const all = logitsOf(labels);
  const scores = sub(slice(all, 1, NO_LABEL + 1), slice(all, 1, NO_LABEL, NO_LABEL + 1));
  return {
    scores: reshape(scores, [batch, pairs, options.numLabels]),
    tags: reshape(logitsOf(tags), [batch, count, options.numTags]),
  };
}
