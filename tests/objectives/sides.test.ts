// What is told of words and gaps: losses that fall, probabilities that sum to 1, the same alone and in a batch.
import { expect, it } from 'vitest';
import { type SideTargets, sideExamples } from '../../src/data/sides.ts';
import type { WordSentence } from '../../src/data/tree-words.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { sideCrossEntropy, sideScores } from '../../src/objectives/sides.ts';
import { wordInputs } from '../../src/objectives/tree-words.ts';
import { Session } from '../../src/runtime/session.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { learn } from './learns.ts';

const config = encoderSchema.parse({
  numLayers: 1,
  dModel: 16,
  dFf: 32,
  numHeads: 2,
  norm: 'pre',
  dropout: 0,
});
const model = new EncoderModel(config, { vocabSize: 20, padId: 0 });
const options = { numLeaves: 3, numGaps: 2, numTags: 4, hidden: 8, dropout: 0, tagWeight: 0.5 };

const sentenceOf = (ids: number[]): WordSentence => ({
  ids: Int32Array.of(1, ...ids, 2),
  words: Array.from({ length: ids.length + 2 }, (_, i) => [i, i + 1] as const),
  spellings: ids.map(String),
});
const sentences = [sentenceOf([3, 4, 5]), sentenceOf([6])];
const targets: SideTargets[] = [
  { leaves: [0, 1, -1], gaps: [1, 0], tags: [0, 1, 2] },
  { leaves: [2], gaps: [], tags: [3] },
];
const batchOf = (rows: number[], told = true) =>
  sideExamples(sentences, told ? targets : undefined, { padId: 0, pooling: 'mean' }).collate(rows, {});

it('learns labels; scores are log-probabilities, whose losses are means over words', async () => {
  const objective = sideCrossEntropy(model, options);
  const { losses, figures, feeds } = await learn(objective, 60, () => batchOf([0, 1]));
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 10);
  const graph = new Graph();
  const inputs = Object.fromEntries(
    Object.entries(wordInputs(options)).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape),
    ]),
  );
  const outputs = sideScores(new Scope(graph, { training: false }), model, inputs, options);
  const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
  const run = async (rows: number[]) => {
    const found = await session.run({ ...batchFeeds(batchOf(rows, false)), ...feeds });
    return (name: string) => [...(found[name]!.data as Float32Array)];
  };
  const [both, alone] = [await run([0, 1]), await run([1])];
  await session.release();
  const row = (b: number, w: number, width: number, list: number[]) =>
    list.slice((5 * b + w + 1) * width, (5 * b + w + 2) * width);
  let [leafLoss, gapLoss] = [0, 0];
  for (const [b, { leaves, gaps, tags }] of targets.entries()) {
    for (const [w, k] of leaves.entries()) {
      const logs = row(b, w, 3, both('leaves'));
      expect(logs.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 5);
      if (k >= 0) leafLoss -= logs[k]!;
      const told = row(b, w, options.numTags, both('tags'));
      expect(told.indexOf(Math.max(...told))).toBe(tags[w]);
    }
    for (const [w, k] of gaps.entries()) gapLoss -= row(b, w, 2, both('gaps'))[k]!;
  }
  const told = await figures(batchOf([0, 1]));
  expect(told.leafLoss).toBeCloseTo(leafLoss / 4, 5);
  expect(told.gapLoss).toBeCloseTo(gapLoss / 4, 5);
  expect(told.tagAccuracy).toBe(1);
  for (const [k, x] of row(1, 0, 3, both('leaves')).entries())
    expect(alone('leaves')[3 + k]).toBeCloseTo(x, 4);
});
