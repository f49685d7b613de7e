// Trains an objective on given batches with a small model, for tests of what can be learned.
import type { Batch } from '../../src/data/batch.ts';
import type { Objective } from '../../src/objectives/objective.ts';
import { buildOptimizer } from '../../src/optim/index.ts';
import { type Feeds, Session } from '../../src/runtime/session.ts';
import { computeMeans } from '../../src/train/means.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { batchFeeds, readSums, TrainStep } from '../../src/train/train-step.ts';
import { buildEvalGraph, buildTrainingGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';

export interface Trained {
  parameters: Parameters;
  /** The loss of each update. */
  losses: number[];
  /** The objective's figures on a batch, without dropout. */
  figures(batch: Batch): Promise<Record<string, number>>;
  feeds: Feeds;
}

export async function learn(
  objective: Objective,
  steps: number,
  batchOf: (step: number) => Batch,
): Promise<Trained> {
  const graph = buildTrainingGraph(objective);
  const session = await Session.create(graph.model, { threads: 1 });
  const parameters = new Parameters(graph.declared.parameters.values());
  const rng = Rng.fromSeed(1);
  parameters.initialize(rng.split('parameters'));
  const adam = buildOptimizer({
    type: 'adam',
    betas: [0.9, 0.98],
    epsilon: 1e-9,
    biasCorrection: true,
    clipNorm: 1,
  });
  const step = new TrainStep(objective, session, graph.declared.masks, parameters, adam, 1);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++)
    losses.push((await step.run([batchOf(i)], 5e-3, i + 1, rng.split('dropout').split(i))).loss);
  await session.release();
  return {
    parameters,
    losses,
    feeds: parameters.feeds,
    figures: async (batch) => {
      const evaluation = await Session.create(buildEvalGraph(objective).model, { threads: 1 });
      const result = await evaluation.run({ ...batchFeeds(batch), ...parameters.feeds });
      await evaluation.release();
      return computeMeans(objective, readSums(objective, result), batch.weights);
    },
  };
}
