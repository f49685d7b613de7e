// Two labels a word, and the best tree of all that labels make.
import { type SideTargets, sideExamples } from '../../data/sides.ts';
import { type SideOptions, sideCrossEntropy, sideScores } from '../../objectives/sides.ts';
import { type WordOptions, wordInputs } from '../../objectives/tree-words.ts';
import { attachRest, noRepairs } from '../../trees/repair.ts';
import { bestSides, sidesOf, treeOfSides } from '../../trees/sides.ts';
import { type Tree, tags as tagsOf } from '../../trees/tree.ts';
import { numbersOf, sortedNames, type TreeDecoder } from './decoder.ts';
import { requireFinite } from './finite.ts';
import type { Known } from './known.ts';

/** A class there must be, of trees of one word alone too. */
const NO_GAP = ')*';

const sideOptions = (options: WordOptions, { labels, gaps = [] }: Known): SideOptions => ({
  ...options,
  numLeaves: labels.length,
  numGaps: gaps.length,
});

export const labels: TreeDecoder = {
  isExact: false,
  learn: (trees) => {
    const sides = trees.map(sidesOf);
    return {
      labels: sortedNames(sides.flatMap(({ leaves }) => leaves)),
      gaps: sortedNames([NO_GAP, ...sides.flatMap(({ gaps }) => gaps)]),
    };
  },
  inputs: wordInputs,
  objective: (model, options, known) => sideCrossEntropy(model, sideOptions(options, known)),
  outputs: (scope, model, inputs, options, known) =>
    sideScores(scope, model, inputs, sideOptions(options, known)),
  examples: (sentences, trees, batching, known) => {
    const targetsOf = sideTargets(known);
    const targets = trees?.map((tree, i) => targetsOf(tree, sentences[i]!.spellings.length));
    return sideExamples(sentences, targets, batching);
  },
  read: ({ outputs, sizes, row, seen }, { labels: leaves, gaps = [] }, words, tags, { told }) => {
    const cut = (name: string, count: number, width: number): Float32Array => {
      // The sentence's beginning is a word too.
      const from = (row * sizes.W! + 1) * width;
      return (outputs[name]!.data as Float32Array).subarray(from, from + count * width);
    };
    const scores = {
      words: seen,
      leaves: cut('leaves', seen, leaves.length),
      gaps: cut('gaps', seen - 1, gaps.length),
    };
    requireFinite(scores.leaves, words);
    requireFinite(scores.gaps, words);
    const best = bestSides(scores, { leaves, gaps });
    const confidence = undefined;
    if (best === undefined) {
      return [{ ...attachRest(undefined, 0, words, tags, noRepairs()), score: undefined, confidence }];
    }
    const score = told ? best.score - best.logTotal : undefined;
    return [{ ...treeOfSides(best.labels, words, tags), score, confidence }];
  },
};

/** What trees have to tell, of their first `seen` words alone where the model sees no more. */
export function sideTargets({ labels, gaps = [], tags }: Known): (tree: Tree, seen: number) => SideTargets {
  const [leafOf, gapOf, tagOf] = [labels, gaps, tags].map(numbersOf);
  return (tree, seen) => {
    const own = sidesOf(tree);
    return {
      leaves: own.leaves.slice(0, seen).map(leafOf!),
      gaps: own.gaps.slice(0, seen - 1).map(gapOf!),
      tags: tagsOf(tree).slice(0, seen).map(tagOf!),
    };
  };
}
