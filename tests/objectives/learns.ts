// Trains an objective on given batches with a small model, for tests of what can be learned.
import type { Batch } from '../../src/data/batch.ts';
import type { Objective } from '../../src/objectives/objective.ts';
import type { ModelProto } from '../../src/onnx/schema.ts';
import { buildOptimizer } from '../../src/optim/index.ts';
import { type Feeds, Session } from '../../src/runtime/session.ts';
import { computeMeans } from '../../src/train/means.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { openSums } from '../../src/train/sums-session.ts';
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
  const opened: Session[] = [];
  const open = async (model: ModelProto) => {
    const session = await Session.create(model, { threads: 1 });
    opened.push(session);
    return session;
  };
  const session = await openSums(objective, graph.model, { training: true }, open);
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
  const release = async () => {
    for (const one of opened.splice(0)) await one.release();
  };
  await release();
  return {
    parameters,
    losses,
    feeds: parameters.feeds,
    figures: async (batch) => {
      const evaluation = await openSums(
        objective,
        buildEvalGraph(objective).model,
        { training: false },
        open,
      );
      const result = await evaluation.run({ ...batchFeeds(batch), ...parameters.feeds });
      await release();
      return computeMeans(objective, readSums(objective, result), batch.weights);
    },
  };
}
