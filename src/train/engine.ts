// What training runs: the graphs of an objective in their sessions, with parameters, optimizer and batches.
import type { Batch } from '../data/batch.ts';
import { type BatchSource, largestOf } from '../data/batches.ts';
import { encodeModel, type ModelProto } from '../onnx/schema.ts';
import { buildOptimizer, type OptimizerConfig } from '../optim/index.ts';
import { buildUpdateModel } from '../optim/update-graph.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { openBound } from '../runtime/bound-session.ts';
import { ALONE, type Group, shareOf } from '../runtime/group.ts';
import type { Runner } from '../runtime/session.ts';
import { writeFileAtomic } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import type { TrainingConfig } from './config.ts';
import { checkPatterns, matches, requireKnown } from './init.ts';
import { layerRates, openingSteps } from './layers.ts';
import {
  addTotals,
  computeMeans,
  computePerplexities,
  type Figures,
  figuresOf,
  type Totals,
} from './means.ts';
import { requireEvaluable, requireTrainable } from './memory.ts';
import { decays, Parameters } from './parameters.ts';
import { sumTotals } from './ranks.ts';
import { openSums, type SumsSession } from './sums-session.ts';
import type { System } from './system.ts';
import { batchFeeds, readSums, TrainStep } from './train-step.ts';
import { buildEvalGraph, buildSearchGraph, buildTrainingGraph } from './training-graph.ts';

export class Engine {
  readonly system: System;
  readonly step: TrainStep;
  readonly batches: BatchSource;
  /** The processes that train together. */
  readonly group: Group;
  /** Split by name for each use; never drawn from. */
  readonly rng: Rng;
  readonly #graphs: Readonly<Record<'training' | 'eval' | 'optimizer', ModelProto>>;
  readonly #open: (graph: ModelProto) => Promise<Runner>;
  readonly #sessions: readonly Runner[];
  #evaluation: Promise<SumsSession> | undefined;

  private constructor(parts: {
    system: System;
    step: TrainStep;
    batches: BatchSource;
    group: Group;
    rng: Rng;
    graphs: Readonly<Record<'training' | 'eval' | 'optimizer', ModelProto>>;
    open: (graph: ModelProto) => Promise<Runner>;
    sessions: readonly Runner[];
  }) {
    this.system = parts.system;
    this.step = parts.step;
    this.batches = parts.batches;
    this.group = parts.group;
    this.rng = parts.rng;
    this.#graphs = parts.graphs;
    this.#open = parts.open;
    this.#sessions = parts.sessions;
  }

  /** Parameters get their initial values. A UserError where there is nothing to train on. */
  static async create(
    system: System,
    { seed, threads, init, optimizer: config, training: { accumulate, reduction } }: TrainingConfig,
    group: Group = ALONE,
  ): Promise<Engine> {
    const { objective } = system;
    const isFrozen = (name: string) => init !== undefined && matches(name, init.freeze);
    const training = buildTrainingGraph(objective, isFrozen);
    const names = [...training.declared.parameters.keys()];
    checkPatterns(init, names);
    const rateOf = ratesOf(config, names);
    const optimizer = buildOptimizer(config);
    const rng = Rng.fromSeed(seed);
    const batches = system.batches(rng.split('data'));
    requireTrainable(training, {
      stateTensors: optimizer.stateNames.length,
      accumulate,
      batches: batches.largest(),
      batchSettings: 'data.batchTokens, data.batchSentences, data.batchRows or data.filter.maxLength',
    });
    if (objective.search) requireEvaluable(buildSearchGraph(objective.search, true), batches.largest());
    const evaluation = buildEvalGraph(objective);
    for (const held of Object.values(system.held)) requireEvaluable(evaluation, largestOf(held ?? []));
    const parameters = new Parameters(training.declared.parameters.values(), isFrozen);
    parameters.initialize(rng.split('parameters'));
    const decaying = parameters.trained.map((spec) => {
      return { ...spec, decay: decays(spec), rate: rateOf(spec.name) };
    });
    const graphs = {
      training: training.model,
      eval: evaluation.model,
      optimizer: buildUpdateModel(optimizer, decaying),
    };
    const sessions: Runner[] = [];
    const open = async (graph: ModelProto): Promise<Runner> => {
      const session = await openBound(graph, { threads });
      sessions.push(session);
      return session;
    };
    const session = await openSums(objective, training.model, { training: true }, open);
    const { masks } = training.declared;
    const step = new TrainStep(objective, session, masks, parameters, optimizer, config.clipNorm, rateOf, {
      group,
      reduction,
      opensAfter: openingSteps(names, init?.unfreezeSteps),
    });
    return new Engine({ system, step, batches, group, rng, graphs, open, sessions });
  }

  get parameters(): Parameters {
    return this.step.parameters;
  }

  /** What the masks of an update are drawn from; it is split by the batch's number. */
  dropout(update: number): Rng {
    return this.rng.split('dropout').split(update);
  }

  /** The objective's figures on held-out batches, perplexities among them; the ranks of a group share the batches. */
  async means(batches: readonly Batch[], group: Group = ALONE): Promise<Figures> {
    const { objective } = this.system;
    this.#evaluation ??= openSums(objective, this.#graphs.eval, { training: false }, this.#open);
    const session = await this.#evaluation;
    const [sums, weights]: [Totals, Totals] = [{}, {}];
    for (const batch of shareOf(group, batches)) {
      const result = await session.run({ ...batchFeeds(batch), ...this.parameters.feeds });
      addTotals(sums, readSums(objective, result));
      addTotals(weights, batch.weights);
    }
    await sumTotals(
      group,
      sums,
      figuresOf(objective).map(([name]) => name),
    );
    await sumTotals(group, weights, Object.keys(batches[0]?.weights ?? {}));
    return { ...computeMeans(objective, sums, weights), ...computePerplexities(objective, sums, weights) };
  }

  /** Puts the graphs of training into a run's folder. */
  writeGraphs(folder: RunFolder): void {
    for (const name of ['training', 'eval', 'optimizer'] as const)
      writeFileAtomic(folder.graph(name), encodeModel(this.#graphs[name]));
  }

  async release(): Promise<void> {
    await this.system.evaluator?.release();
    for (const session of this.#sessions) await session.release();
  }
}

/** What a parameter's learning rate is multiplied by. A UsageError where a pattern stands for none. */
function ratesOf(
  { layerDecay, rates = {} }: OptimizerConfig,
  names: readonly string[],
): (name: string) => number {
  requireKnown('optimizer.rates', Object.keys(rates), names);
  const byLayer = layerRates(names, layerDecay);
  const byPattern = Object.entries(rates);
  return (name) => byLayer(name) * (byPattern.find(([pattern]) => matches(name, [pattern]))?.[1] ?? 1);
}
