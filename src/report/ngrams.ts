// N-grams (orders 1 to 4) that one system gets right more often than another, after Neubig et al. (2019, compare-mt).
import { addCounts } from './words.ts';

const MAX_ORDER = 4;

export interface NgramDifference {
  /** The words, separated by spaces. */
  readonly ngram: string;
  /** How often the first and the second system got it right. */
  readonly a: number;
  readonly b: number;
}

/** How often a system has each n-gram where a reference has it, at most as often as that; `hyps[i]`, `refs[i][r]` in words. */
export function countMatches(
  hyps: readonly (readonly string[])[],
  refs: readonly (readonly (readonly string[])[])[],
): Map<string, number> {
  const matches = new Map<string, number>();
  hyps.forEach((hyp, i) => {
    const ofRefs = refs[i]!.map(countNgrams);
    for (const [ngram, count] of countNgrams(hyp)) {
      const limit = Math.max(...ofRefs.map((counts) => counts.get(ngram) ?? 0));
      if (limit > 0) matches.set(ngram, (matches.get(ngram) ?? 0) + Math.min(count, limit));
    }
  });
  return matches;
}

/**
 * The n-grams with the largest share (a + 1) / (a + b + 2) of all matches, in favour of either system.
 * Equal shares: the longer n-gram first, and none that is part of one listed with the same counts.
 */
export function compareMatches(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  count: number,
): { a: NgramDifference[]; b: NgramDifference[] } {
  const differences: NgramDifference[] = [];
  for (const ngram of new Set([...a.keys(), ...b.keys()])) {
    differences.push({ ngram, a: a.get(ngram) ?? 0, b: b.get(ngram) ?? 0 });
  }
  return {
    a: pick(differences, (d) => [d.a, d.b], count),
    b: pick(differences, (d) => [d.b, d.a], count),
  };
}

function pick(
  differences: readonly NgramDifference[],
  countsOf: (difference: NgramDifference) => [number, number],
  count: number,
): NgramDifference[] {
  const ranked = differences
    .map((difference) => {
      const [more, less] = countsOf(difference);
      const order = difference.ngram.split(' ').length;
      return { difference, more, less, order, share: (more + 1) / (more + less + 2) };
    })
    .filter(({ more, less }) => more > less)
    .sort(
      (x, y) => y.share - x.share || y.order - x.order || (x.difference.ngram < y.difference.ngram ? -1 : 1),
    );
  const picked: NgramDifference[] = [];
  for (const { difference } of ranked) {
    if (picked.length === count) break;
    if (!picked.some((other) => isPart(difference, other))) picked.push(difference);
  }
  return picked;
}

function isPart(part: NgramDifference, whole: NgramDifference): boolean {
  return part.a === whole.a && part.b === whole.b && ` ${whole.ngram} `.includes(` ${part.ngram} `);
}

/** Words hold no space, so that joining is reversible. */
function countNgrams(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 1; n <= MAX_ORDER; n++) {
    const ngrams: string[] = [];
    for (let i = 0; i + n <= words.length; i++) ngrams.push(words.slice(i, i + n).join(' '));
    addCounts(counts, ngrams);
  }
  return counts;
}
