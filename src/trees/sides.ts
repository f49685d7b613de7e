// Trees as two labels a word, and the best tree of scores of such labels: tetra-tagging, Kitaev and Klein 2020. The tree
// is made binary as linearize-compact.ts has it. The label of a word is whether it is a left or a right child, and the
// chain above it; that of the gap after it is whether the node that splits there is a left child (or the root) or a
// right one, and its label. Whether sides make a tree depends on the number of subtrees that wait for a right child
// alone, so that the best of all trees is found, and their scores are summed, in O(n²) at most.
import { compact } from './linearize-compact.ts';
import type { Restored } from './repair.ts';
import type { Tree } from './tree.ts';

/** Of n words their n labels and the n − 1 of the gaps between them. */
export interface SideLabels {
  leaves: string[];
  gaps: string[];
}

/** The labels of a tree's words and gaps, as `l`, `rVP`, `(S`, `)*`. */
export function sidesOf(tree: Tree): SideLabels {
  const tokens = compact.linearize(tree);
  const cut = (token: string) => /[()]/.exec(token)?.index ?? token.length;
  return {
    leaves: tokens.map((token) => token.slice(0, cut(token))),
    gaps: tokens.slice(0, -1).map((token) => token.slice(cut(token))),
  };
}

/** The tree of labels, over exactly these words. */
export const treeOfSides = (
  { leaves, gaps }: SideLabels,
  words: readonly string[],
  tags: readonly string[],
): Restored =>
  compact.delinearize(
    leaves.map((leaf, t) => leaf + (gaps[t] ?? '')),
    words,
    { tags },
  );

/** Scores of labels, finite: `leaves` [n, L] and `gaps` [n − 1, G]. */
export interface SideScores {
  words: number;
  leaves: Float32Array;
  gaps: Float32Array;
}

/** What labels there are; of leaves some are left children, of gaps some open a left one. */
export interface SideNames {
  leaves: readonly string[];
  gaps: readonly string[];
}

export interface BestSides {
  labels: SideLabels;
  /** The sum of the labels' scores. */
  score: number;
  /** log Σ exp of the scores of all trees' labels. */
  logTotal: number;
}

/**
 * The labels of the best tree. Undefined where the labels that there are make no tree over so many words, as without a
 * left child for the first of several.
 */
export function bestSides(scores: SideScores, names: SideNames): BestSides | undefined {
  const { words: n } = scores;
  const leaves = sidesBest(scores.leaves, names.leaves, 'l');
  const gaps = sidesBest(scores.gaps, names.gaps, '(');
  // Subtrees that wait before a word: 0 before the first, and one fewer than words at most.
  const width = n + 1;
  let best = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  let total = best.slice();
  best[0] = total[0] = 0;
  const from = new Int8Array(n * width);
  for (let t = 0; t < n; t++) {
    const isLast = t === n - 1;
    const nextBest = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
    const nextTotal = nextBest.slice();
    for (let depth = 0; depth <= t; depth++) {
      if (best[depth] === Number.NEGATIVE_INFINITY) continue;
      for (const [way, { leaf, gap, least, step }] of WAYS.entries()) {
        // The last word has no gap, and completes all; a lone one is a left child.
        if (isLast ? gap === 1 || depth !== leaf : depth < least) continue;
        const after = isLast ? 0 : depth + step;
        const sum = leaves.best[2 * t + leaf]! + (isLast ? 0 : gaps.best[2 * t + gap]!);
        if (best[depth]! + sum > nextBest[after]!) {
          nextBest[after] = best[depth]! + sum;
          from[t * width + after] = way;
        }
        const all = leaves.total[2 * t + leaf]! + (isLast ? 0 : gaps.total[2 * t + gap]!);
        nextTotal[after] = logAdd(nextTotal[after]!, total[depth]! + all);
      }
    }
    best = nextBest;
    total = nextTotal;
  }
  if (best[0] === Number.NEGATIVE_INFINITY) return undefined;
  const labels: SideLabels = { leaves: [], gaps: [] };
  for (let t = n - 1, depth = 0; t >= 0; t--) {
    const { leaf, gap, step } = WAYS[from[t * width + depth]!]!;
    labels.leaves.unshift(names.leaves[leaves.which[2 * t + leaf]!]!);
    if (t < n - 1) labels.gaps.unshift(names.gaps[gaps.which[2 * t + gap]!]!);
    depth = t === n - 1 ? leaf : depth - step;
  }
  return { labels, score: best[0]!, logTotal: total[0]! };
}

/**
 * A word and the gap after it: 0 for left, 1 for right, the fewest subtrees that must wait before, and how many more
 * wait after. A gap of a left child makes what is complete wait; that of a right one hangs it into the one before.
 */
const WAYS = [
  { leaf: 0, gap: 0, least: 0, step: 1 },
  { leaf: 0, gap: 1, least: 1, step: 0 },
  { leaf: 1, gap: 0, least: 1, step: 0 },
  { leaf: 1, gap: 1, least: 2, step: -1 },
] as const;

/** Of each place and side, left first: the best label, its score, and log Σ exp of those of the side. */
function sidesBest(scores: Float32Array, names: readonly string[], left: string) {
  const places = names.length === 0 ? 0 : scores.length / names.length;
  const best = new Float64Array(2 * places).fill(Number.NEGATIVE_INFINITY);
  const total = best.slice();
  const which = new Int32Array(2 * places);
  const sides = names.map((name) => (name.startsWith(left) ? 0 : 1));
  for (let t = 0; t < places; t++) {
    for (const [k, side] of sides.entries()) {
      const score = scores[t * names.length + k]!;
      const at = 2 * t + side;
      total[at] = logAdd(total[at]!, score);
      if (score > best[at]!) {
        best[at] = score;
        which[at] = k;
      }
    }
  }
  return { best, total, which };
}

/** log(eᵃ + eᵇ) */
function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
