// The margin against all trees, one by one; what is learned by it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SpanTargets, spanExamples } from '../../src/data/spans.ts';
import type { WordSentence } from '../../src/data/tree-words.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { spanMargin } from '../../src/objectives/span-margin.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { type ChartSpan, countSpans, scoreOf, spanIndex } from '../../src/trees/chart.ts';
import { chartArb, treesOf } from '../trees/all-trees.ts';
import { learn } from './learns.ts';

const LABELS = 2;
const config = encoderSchema.parse({
  numLayers: 1,
  dModel: 16,
  dFf: 32,
  numHeads: 2,
  norm: 'pre',
  dropout: 0.1,
});
const model = new EncoderModel(config, { vocabSize: 20, padId: 0 });
const options = { numLabels: LABELS, numTags: 3, hidden: 16, dropout: 0.1, tagWeight: 0.5 };

/** The number of spans whose label, none being one, is not the same. */
function hamming(a: readonly ChartSpan[], b: readonly ChartSpan[]): number {
  const labels = (spans: readonly ChartSpan[]) =>
    new Map(spans.map(({ start, end, label }) => [spanIndex(start, end), label]));
  const [one, other] = [labels(a), labels(b)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((at) => one.get(at) !== other.get(at)).length;
}

it('finds the worst of all trees, and how far it is from the gold tree', () => {
  fc.assert(
    fc.property(chartArb, fc.nat(), fc.integer({ min: 0, max: 3 }), (chart, chosen, padding) => {
      const trees = treesOf(chart);
      const gold = trees[chosen % trees.length]!;
      const { words, labels } = chart;
      const M = countSpans(words + padding);
      const classes = new Int32Array(M).fill(0, 0, countSpans(words)).fill(-1, countSpans(words));
      for (const { start, end, label } of gold) classes[spanIndex(start, end)] = 1 + label;
      const scores = new Float32Array(M * labels).fill(9);
      scores.set(chart.scores);
      const { find } = spanMargin(model, { ...options, numLabels: labels }).search!;
      const found = find(
        { scores: { dtype: 'float32', dims: [1, M, labels], data: scores } },
        { labels: { dtype: 'int32', dims: [1, M], data: classes } },
      );
      const list = (name: string) => Array.from((found[name] as TensorData).data as Float32Array);
      const [starts, stops, kinds, signs] = ['starts', 'stops', 'classes', 'signs'].map(list) as number[][];
      const difference = signs!.reduce(
        (sum, sign, k) =>
          sign === 0
            ? sum
            : sum + sign * chart.scores[spanIndex(starts![k]!, stops![k]!) * labels + kinds![k]! - 1]!,
        0,
      );
      const own = scoreOf(chart, gold);
      const worst = Math.max(...trees.map((tree) => scoreOf(chart, tree) + hamming(tree, gold) - own));
      expect(list('distance')[0]! + difference).toBeCloseTo(worst, 4);
      expect(worst).toBeGreaterThanOrEqual(0);
      // Nothing is said of the scores that were given.
      expect([...scores.subarray(0, chart.scores.length)]).toEqual([...chart.scores]);
    }),
    { numRuns: 200, seed: 3 },
  );
});

const sentence = (...words: number[]): WordSentence => ({
  ids: Int32Array.of(1, ...words, 2),
  words: Array.from({ length: words.length + 2 }, (_, i) => [i, i + 1] as const),
  spellings: words.map(String),
});
const sentences = [sentence(3, 4, 5, 6), sentence(7)];
const targets: SpanTargets[] = [
  {
    labels: [
      [spanIndex(0, 4), 1],
      [spanIndex(1, 4), 2],
      [spanIndex(3, 4), 1],
      [spanIndex(0, 1), 2],
    ],
    tags: [0, 1, 2, -1],
  },
  { labels: [[spanIndex(0, 1), 2]], tags: [2] },
];

it('is learned to 0: the gold tree is better than every other by as many spans as they differ in', async () => {
  const batch = spanExamples(sentences, targets, { padId: 0, pooling: 'mean' }).collate([0, 1], {});
  const { losses, figures } = await learn(spanMargin(model, options), 80, () => batch);
  expect(losses[0]).toBeGreaterThan(1);
  const told = await figures(batch);
  expect(told.marginLoss).toBe(0);
  expect(told.tagAccuracy).toBeCloseTo(0.8, 5);
  expect(told.loss).toBeCloseTo(0.5 * told.tagLoss!, 5);
});
