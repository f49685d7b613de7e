// Labels of words and of the gaps between them, of which trees are made (trees/sides.ts), from an encoder's vectors:
// Kitaev and Klein 2020, section 4. A gap has half of the vector of the word before and half of that of the word after it.
import type { Dim } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { concat, pad, reshape, slice } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';
import {
  type Classes,
  classesOf,
  encodeWords,
  type Inputs,
  learnClasses,
  logitsOf,
  packedWordInputs,
  type WordOptions,
} from './tree-words.ts';

export interface SideOptions extends WordOptions {
  numLeaves: number;
  numGaps: number;
}

/** Words [B·W, H] with the classes of leaves, of the gap after each, and of tags. */
function classify(
  scope: Scope,
  model: EncoderOnly,
  inputs: Inputs,
  options: SideOptions,
): Record<'leaves' | 'gaps' | 'tags', Classes> {
  const { hidden, numLeaves, numGaps } = options;
  const { words, tags } = encodeWords(scope, model, inputs, options);
  const [, count, width] = words.shape as [Dim, Dim, number];
  const half = Math.ceil(width / 2);
  const next = slice(pad(words, [0, 0, 0], [0, 1, 0]), 1, 1, undefined, count);
  const between = concat([slice(words, 2, 0, half), slice(next, 2, half)], 2);
  return {
    leaves: classesOf(scope.at('leaves'), words, hidden, numLeaves),
    gaps: classesOf(scope.at('gaps'), between, hidden, numGaps),
    tags,
  };
}

/** Of `leaves`, `gaps` and `tags` [B, W], below 0 where there is nothing to learn; all sums are means over words. */
export function sideCrossEntropy(model: EncoderOnly, options: SideOptions): Objective {
  const words = { per: 'words' } as const;
  const told = { dtype: 'int32', shape: ['B', 'W'] } as const;
  return {
    inputs: { ...packedWordInputs(options), leaves: told, gaps: told, tags: told },
    terms: {
      leafLoss: { ...words, scale: 1 },
      gapLoss: { ...words, scale: 1 },
      tagLoss: { ...words, scale: options.tagWeight },
    },
    statistics: { tagAccuracy: { ...words, direction: 'max' } },
    signature: `sides|tagWeight:${options.tagWeight}`,
    build: (scope, { leaves, gaps, tags, ...inputs }) => {
      const found = classify(scope, model, inputs, options);
      const ofTags = learnClasses(found.tags, tags!, true);
      return {
        leafLoss: learnClasses(found.leaves, leaves!).nll,
        gapLoss: learnClasses(found.gaps, gaps!).nll,
        tagLoss: ofTags.nll,
        tagAccuracy: ofTags.hits!,
      };
    },
  };
}

/** log p of `leaves` [B, W, L] and of `gaps` [B, W, G], and logits of `tags` [B, W, T]. */
export function sideScores(
  scope: Scope,
  model: EncoderOnly,
  inputs: Inputs,
  options: SideOptions,
): Record<'leaves' | 'gaps' | 'tags', Value> {
  const { leaves, gaps, tags } = classify(scope, model, inputs, options);
  const [batch, count] = inputs.pooling!.shape as [Dim, Dim];
  const scores = (classes: Classes, size: number) =>
    reshape(logSoftmax(logitsOf(classes)), [batch, count, size]);
  return {
    leaves: scores(leaves, options.numLeaves),
    gaps: scores(gaps, options.numGaps),
    tags: reshape(logitsOf(tags), [batch, count, options.numTags]),
  };
}
