// All trees over a few words, for tests of the chart.
import fc from 'fast-check';
import { type ChartScores, type ChartSpan, countSpans } from '../../src/trees/chart.ts';

/** All trees over the words from i to j whose root is a constituent. */
export function allTrees(i: number, j: number, labels: number): ChartSpan[][] {
  const inner = j - i === 1 ? [[]] : allLists(i, j, labels);
  return Array.from({ length: labels }, (_, label) => label).flatMap((label) =>
    inner.map((below) => [{ start: i, end: j, label }, ...below]),
  );
}

/** All ways to have at least two children over the words. */
function allLists(i: number, j: number, labels: number): ChartSpan[][] {
  const found: ChartSpan[][] = [];
  for (let k = i + 1; k < j; k++) {
    for (const first of allChildren(i, k, labels)) {
      const others = [...allChildren(k, j, labels), ...(j - k > 1 ? allLists(k, j, labels) : [])];
      for (const rest of others) found.push([...first, ...rest]);
    }
  }
  return found;
}

const allChildren = (i: number, j: number, labels: number): ChartSpan[][] => [
  ...(j - i === 1 ? [[]] : []),
  ...allTrees(i, j, labels),
];

/** By the numbers of words and labels. */
const known = new Map<string, ChartSpan[][]>();
export function treesOf({ words, labels }: ChartScores): ChartSpan[][] {
  const key = `${words} ${labels}`;
  const trees = known.get(key) ?? allTrees(0, words, labels);
  known.set(key, trees);
  return trees;
}

export const chartArb = fc
  .record({ words: fc.integer({ min: 1, max: 4 }), labels: fc.integer({ min: 1, max: 2 }) })
  .chain(({ words, labels }) =>
    fc
      .array(fc.integer({ min: -40, max: 40 }), {
        minLength: countSpans(words) * labels,
        maxLength: countSpans(words) * labels,
      })
      .map((scores): ChartScores => ({ words, labels, scores: Float32Array.from(scores, (x) => x / 8) })),
  );

export const keyOf = (spans: readonly ChartSpan[]) =>
  spans.map((s) => `${s.start}-${s.end}:${s.label}`).join(' ');
