// The class of a text, several, a score, the classes of words: against the formulas, and a classifier that learns to
// tell two kinds of sentences apart.
import { expect, test } from 'vitest';
import { orderedBatches } from '../../src/data/batches.ts';
import { classLabels, labelledExamples, scoreLabels, setLabels, tagLabels } from '../../src/data/labelled.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { classCrossEntropy, classLogits } from '../../src/objectives/classification.ts';
import { labelSetCrossEntropy } from '../../src/objectives/label-sets.ts';
import { squaredError, textScores } from '../../src/objectives/regression.ts';
import { tagCrossEntropy, tagLogits } from '../../src/objectives/tagging.ts';
import { poolings } from '../../src/objectives/text-vectors.ts';
import { type Feeds, Session } from '../../src/runtime/session.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { Rng } from '../../src/util/rng.ts';
import { learn } from './learns.ts';

const [PAD, EOS] = [0, 1];
const head = { pairs: false, pooling: 'mean', dropout: 0 } as const;
const config = encoderSchema.parse({
  numLayers: 1,
  dModel: 16,
  dFf: 32,
  numHeads: 2,
  norm: 'pre',
  dropout: 0.1,
  maxLength: 12,
});
const model = new EncoderModel(config, { vocabSize: 20, padId: PAD });

/** Texts of words 2 to 19; those of class 1 have one of the words 18 and 19, those of class 0 none. */
function makeTexts(count: number, seed: number) {
  const rng = Rng.fromSeed(seed);
  const classes = Int32Array.from({ length: count }, () => rng.int(2));
  const texts = Sequences.build(count, (i) => {
    const words = Array.from({ length: 3 + rng.int(6) }, () => 2 + rng.int(16));
    if (classes[i] === 1) words[rng.int(words.length)] = 18 + rng.int(2);
    return [...words, EOS];
  });
  return labelledExamples({ ids: texts }, PAD, classLabels(classes));
}

test('a classifier learns to tell sentences apart by a word', async () => {
  const objective = classCrossEntropy(model, { ...head, numClasses: 2, dropout: 0.1, labelSmoothing: 0 });
  const train = orderedBatches(makeTexts(256, 1), { batchSentences: 32 });
  const { figures, losses } = await learn(objective, 80, (step) => train[step % train.length]!);
  expect(losses[0]).toBeGreaterThan(0.3);
  const [held] = orderedBatches(makeTexts(200, 2), { batchSentences: 200 });
  expect(await figures(held!)).toMatchObject({ accuracy: 1 });
});

const texts = Sequences.build(
  3,
  (i) =>
    [
      [2, 3, 4, 5, 6, EOS],
      [7, EOS],
      [8, 9, 10, EOS],
    ][i]!,
);

/** What a part of the model gives for these rows of the texts, with the parameters that `feeds` has: values a row. */
async function valuesOf(
  build: (scope: Scope, ids: Value) => Value,
  feeds: Feeds,
  rows: number[],
  padToMultiple = 8,
): Promise<number[][]> {
  const graph = new Graph();
  const output = build(new Scope(graph, { training: false }), graph.input('ids', 'int32', ['B', 'S']));
  const session = await Session.create(exportModel(graph, { outputs: { output } }).model, { threads: 1 });
  const batch = labelledExamples({ ids: texts }, PAD).collate(rows, { padToMultiple });
  const { data } = (await session.run({ ...batchFeeds(batch), ...feeds })).output!;
  await session.release();
  const width = data.length / rows.length;
  return rows.map((_, b) => [...(data as Float32Array).slice(b * width, (b + 1) * width)]);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const logSoftmaxOf = (row: readonly number[]) => {
  const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
  return row.map((x) => x - total);
};

test.each([
  [0.2, undefined],
  [0, [0.5, 2, 7]],
  [0.1, [0.5, 2, 7]],
])(
  'one class, smoothed by %d, weights %j: loss, statistics and padding are what the formulas say',
  async (labelSmoothing, classWeights) => {
    const objective = classCrossEntropy(model, { ...head, numClasses: 3, labelSmoothing, classWeights });
    const labels = [2, 0, 1];
    const batch = labelledExamples({ ids: texts }, PAD, classLabels(labels, classWeights)).collate(
      [0, 1, 2],
      {},
    );
    const { figures, feeds } = await learn(objective, 0, () => batch);
    const logits = (rows: number[], padToMultiple?: number) =>
      valuesOf(
        (scope, ids) => classLogits(scope, model, { ids }, { ...head, numClasses: 3 }),
        feeds,
        rows,
        padToMultiple,
      );
    const all = await logits([0, 1, 2]);
    // A text has the same logits alone, without padding.
    for (const i of [0, 1, 2]) {
      const [row] = await logits([i], 1);
      for (const [c, x] of row!.entries()) expect(Math.abs(x - all[i]![c]!)).toBeLessThan(1e-5);
    }
    const logProbs = all.map(logSoftmaxOf);
    const nll = logProbs.map((row, i) => -row[labels[i]!]!);
    const loss = nll.map(
      (x, i) => (1 - labelSmoothing) * x + labelSmoothing * mean(logProbs[i]!.map((y) => -y)),
    );
    const weights = labels.map((k) => classWeights?.[k] ?? 1);
    const told = await figures(batch);
    expect(told.nll).toBeCloseTo(mean(nll), 5);
    expect(told.loss).toBeCloseTo(mean(loss.map((x, i) => x * weights[i]!)) / mean(weights), 5);
    expect(told.accuracy).toBeCloseTo(
      mean(all.map((row, i) => (row.indexOf(Math.max(...row)) === labels[i] ? 1 : 0))),
      6,
    );
  },
);

test.each([[undefined], [[0.5, 1, 3]]])('several classes, weights %j', async (classWeights) => {
  const objective = labelSetCrossEntropy(model, { ...head, numClasses: 3, classWeights });
  const sets = [[0, 2], [], [1]];
  const batch = labelledExamples({ ids: texts }, PAD, setLabels(sets, 3)).collate([0, 1, 2], {});
  const { figures, feeds } = await learn(objective, 0, () => batch);
  const all = await valuesOf(
    (scope, ids) => classLogits(scope, model, { ids }, { ...head, numClasses: 3 }),
    feeds,
    [0, 1, 2],
  );
  const lossOf = (weights: readonly number[]) =>
    mean(
      all.flatMap((row, i) =>
        row.map((z, k) =>
          sets[i]!.includes(k) ? weights[k]! * Math.log(1 + Math.exp(-z)) : Math.log(1 + Math.exp(z)),
        ),
      ),
    );
  const told = await figures(batch);
  expect(told.loss).toBeCloseTo(lossOf(classWeights ?? [1, 1, 1]), 5);
  expect(told.nll).toBeCloseTo(lossOf([1, 1, 1]), 5);
  const isRight = all.map((row, i) => row.every((z, k) => z > 0 === sets[i]!.includes(k)));
  expect(told.accuracy).toBeCloseTo(mean(isRight.map(Number)), 6);
});

test('scores', async () => {
  const objective = squaredError(model, head);
  const batch = labelledExamples({ ids: texts }, PAD, scoreLabels([1, -0.5, 3])).collate([0, 1, 2], {});
  const { figures, feeds } = await learn(objective, 0, () => batch);
  const all = await valuesOf((scope, ids) => textScores(scope, model, { ids }, head), feeds, [0, 1, 2]);
  const told = await figures(batch);
  expect(told.loss).toBeCloseTo(mean(all.map(([x], i) => (x! - [1, -0.5, 3][i]!) ** 2)), 5);
});

test('tags, where they are', async () => {
  const options = { numClasses: 3, dropout: 0 };
  const objective = tagCrossEntropy(model, { ...options, labelSmoothing: 0 });
  const rows = (lists: number[][]) => Sequences.build(lists.length, (i) => lists[i]!);
  const [firsts, tags] = [
    [[0, 2, 4], [0, -1], []],
    [[0, 1, 2], [1, 1], []],
  ];
  const labels = tagLabels(rows(firsts), rows(tags));
  const batch = labelledExamples({ ids: texts }, PAD, labels).collate([0, 1, 2], {});
  expect(batch.weights).toEqual({ examples: 3, allWords: 5, words: 4 });
  const { figures, feeds } = await learn(objective, 0, () => batch);
  const all = await valuesOf((scope, ids) => tagLogits(scope, model, { ids }, options), feeds, [0, 1, 2], 1);
  const found = firsts.flatMap((places, i) =>
    places.flatMap((place, w) =>
      place < 0 ? [] : [{ row: all[i]!.slice(3 * place, 3 * place + 3), k: tags[i]![w]! }],
    ),
  );
  const told = await figures(batch);
  expect(told.loss).toBeCloseTo(mean(found.map(({ row, k }) => -logSoftmaxOf(row)[k]!)), 5);
  const right = found.filter(({ row, k }) => row.indexOf(Math.max(...row)) === k).length;
  expect(told.accuracy).toBeCloseTo(right / 5, 6);
});

test.each(poolings)('pairs by %s: where the second text begins is seen', async (pooling) => {
  const bert = new EncoderModel(
    encoderSchema.parse({ ...config, kvOwner: undefined, segments: 2, pooler: true }),
    {
      vocabSize: 20,
      padId: PAD,
    },
  );
  const options = { numClasses: 2, dropout: 0, pairs: true, pooling };
  const ids = Sequences.build(2, () => [5, 6, EOS, 7, EOS]);
  const batch = labelledExamples({ ids, seconds: Int32Array.of(3, 1) }, PAD, classLabels([0, 1])).collate(
    [0, 1],
    {},
  );
  const { losses, figures } = await learn(
    classCrossEntropy(bert, { ...options, labelSmoothing: 0 }),
    60,
    () => batch,
  );
  expect(losses[0]).toBeGreaterThan(0.2);
  expect(await figures(batch)).toMatchObject({ accuracy: 1 });
});
