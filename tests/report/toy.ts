// A corpus of three sentences whose figures can be worked out by hand, and a metric as plain.
import { defineMetric, Score } from '../../src/metrics/metric.ts';
import type { Corpus } from '../../src/report/corpus.ts';

export const corpus: Corpus = {
  refs: [['the cat sat', 'a dog', 'the end']],
  src: ['le chat', 'un chien', 'la fin'],
  systems: [
    { name: 'A', hyps: ['the cat sat', 'a cat', 'an end'] },
    { name: 'B', hyps: ['the cat', 'a dog', 'end the'] },
  ],
};

/** The share of the first reference's words that stand in their place. */
export const hits = defineMetric({
  name: 'hits',
  width: 2,
  settings: { place: 'same' },
  computeScore: ([right = 0, all = 0]) => new Score('Hits', all === 0 ? 0 : (100 * right) / all),
  prepareSegments: (segments) => (hyp, i, values, at) => {
    const words = hyp.split(' ');
    const expected = segments[i]![0]!.split(' ');
    values[at]! += expected.filter((word, k) => words[k] === word).length;
    values[at + 1]! += expected.length;
  },
});

/** Its complement. */
export const misses = {
  ...hits,
  computeScore: (statistics: readonly number[] | Float64Array) =>
    new Score('Misses', 100 - hits.computeScore(statistics).score),
  lowerIsBetter: true,
};
