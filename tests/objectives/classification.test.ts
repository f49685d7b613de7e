// The class of a text: against the formula, and a classifier that learns to tell two kinds of sentences apart.
import { expect, test } from 'vitest';
import { orderedBatches } from '../../src/data/batches.ts';
import { labelledExamples } from '../../src/data/labelled.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { classCrossEntropy, classLogits } from '../../src/objectives/classification.ts';
import { Session } from '../../src/runtime/session.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { Rng } from '../../src/util/rng.ts';
import { learn } from './learns.ts';

const ids = { padId: 0, eosId: 1 };
const config = encoderSchema.parse({
  numLayers: 1,
  dModel: 16,
  dFf: 32,
  numHeads: 2,
  norm: 'pre',
  dropout: 0.1,
  maxLength: 12,
});
const model = new EncoderModel(config, { vocabSize: 20, padId: ids.padId });

/** Texts of words 2 to 19; those of class 1 have one of the words 18 and 19, those of class 0 none. */
function makeTexts(count: number, seed: number) {
  const rng = Rng.fromSeed(seed);
  const classes = Int32Array.from({ length: count }, () => rng.int(2));
  const texts = Sequences.build(count, (i) => {
    const words = Array.from({ length: 3 + rng.int(6) }, () => 2 + rng.int(16));
    if (classes[i] === 1) words[rng.int(words.length)] = 18 + rng.int(2);
    return words;
  });
  return labelledExamples(texts, classes, ids);
}

test('a classifier learns to tell sentences apart by a word', async () => {
  const objective = classCrossEntropy(model, { numClasses: 2, dropout: 0.1, labelSmoothing: 0 });
  const train = orderedBatches(makeTexts(256, 1), { batchSentences: 32 });
  const { figures, losses } = await learn(objective, 80, (step) => train[step % train.length]!);
  expect(losses[0]).toBeGreaterThan(0.3);
  const [held] = orderedBatches(makeTexts(200, 2), { batchSentences: 200 });
  expect(await figures(held!)).toMatchObject({ accuracy: 1 });
});

test('loss, statistics and padding are what the formulas say', async () => {
  const labelSmoothing = 0.2;
  const objective = classCrossEntropy(model, { numClasses: 3, dropout: 0, labelSmoothing });
  const texts = Sequences.build(3, (i) => [[2, 3, 4, 5, 6], [7], [8, 9, 10]][i]!);
  const examples = labelledExamples(texts, Int32Array.of(2, 0, 1), ids);
  const batch = examples.collate([0, 1, 2], {});
  expect(batch.weights).toEqual({ examples: 3 });
  const { figures, feeds } = await learn(objective, 0, () => batch);
  const graph = new Graph();
  const logits = classLogits(
    new Scope(graph, { training: false }),
    model,
    graph.input('ids', 'int32', ['B', 'S']),
    { numClasses: 3, dropout: 0 },
  );
  const session = await Session.create(exportModel(graph, { outputs: { logits } }).model, { threads: 1 });
  const rowsOf = async (rows: number[], padToMultiple: number) => {
    const result = await session.run({ ...batchFeeds(examples.collate(rows, { padToMultiple })), ...feeds });
    const data = [...(result.logits!.data as Float32Array)];
    return rows.map((_, b) => data.slice(3 * b, 3 * b + 3));
  };
  const all = await rowsOf([0, 1, 2], 8);
  // A text has the same logits alone, without padding.
  for (const i of [0, 1, 2]) {
    const [row] = await rowsOf([i], 1);
    row!.forEach((x, c) => {
      expect(Math.abs(x - all[i]![c]!)).toBeLessThan(1e-5);
    });
  }
  await session.release();
  const labels = [2, 0, 1];
  const logProbs = all.map((row) => {
    const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
    return row.map((x) => x - total);
  });
  const mean = (f: (row: number[], i: number) => number) =>
    logProbs.reduce((sum, row, i) => sum + f(row, i), 0) / 3;
  const nll = mean((row, i) => -row[labels[i]!]!);
  const spread = mean((row) => -row.reduce((a, b) => a + b, 0) / 3);
  const told = await figures(batch);
  expect(told.nll).toBeCloseTo(nll, 5);
  expect(told.loss).toBeCloseTo((1 - labelSmoothing) * nll + labelSmoothing * spread, 5);
  expect(told.accuracy).toBeCloseTo(
    mean((row, i) => (row.indexOf(Math.max(...row)) === labels[i] ? 1 : 0)),
    6,
  );
});
