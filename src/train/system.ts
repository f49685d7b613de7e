// What training runs: the graphs of a model (kept in the run's folder too) in their sessions, with parameters,
// optimizer, batches and validation.
import { BatchIterator } from '../data/batches.ts';
import { pairExamples } from '../data/pairs.ts';
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import type { EncoderDecoder } from '../models/encoder-decoder.ts';
import { buildModel } from '../models/index.ts';
import { targetCrossEntropy } from '../objectives/cross-entropy.ts';
import type { Objective } from '../objectives/objective.ts';
import { encodeModel, type ModelProto } from '../onnx/schema.ts';
import { buildOptimizer } from '../optim/index.ts';
import { buildUpdateModel } from '../optim/update-graph.ts';
import { Translator } from '../predict/translator.ts';
import { vocabularyShape } from '../run/languages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { Session } from '../runtime/session.ts';
import { writeFileAtomic } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import type { TrainConfig } from './config.ts';
import { requireEvaluable, requireTrainable } from './memory.ts';
import { decays, Parameters } from './parameters.ts';
import type { PreparedData } from './prepare-data.ts';
import { TrainStep } from './train-step.ts';
import { buildEvalGraph, buildTrainingGraph } from './training-graph.ts';
import { Validator } from './validation.ts';

export interface TrainingSystem {
  model: EncoderDecoder;
  objective: Objective;
  /** Holds the parameters. */
  step: TrainStep;
  validator: Validator;
  batches: BatchIterator;
  /** Split by name for each use; never drawn from. */
  rng: Rng;
  /** Puts the graphs of training into a run's folder. */
  writeGraphs(folder: RunFolder): void;
  release(): Promise<void>;
}

/** Parameters get their initial values. A UserError where the corpus is empty. */
export async function buildSystem(config: TrainConfig, data: PreparedData): Promise<TrainingSystem> {
  const { codec } = data;
  const { ids } = data.languages;
  const model = buildModel(config.model, vocabularyShape(data.languages));
  const { labelSmoothing } = config.training;
  const objective = targetCrossEntropy(model, { labelSmoothing, padId: ids.padId });
  const training = buildTrainingGraph(objective);
  const evaluation = buildEvalGraph(objective);
  const optimizer = buildOptimizer(config.optimizer);
  const rng = Rng.fromSeed(config.seed);
  const batches = buildBatches(config, data, rng);
  requireTrainable(training, {
    stateTensors: optimizer.stateNames.length,
    accumulate: config.training.accumulate,
    batches: batches.largest(),
    batchSettings: `data.${config.data.batchTokens === undefined ? 'batchSentences' : 'batchTokens'} or data.filter.maxLength`,
  });
  const parameters = new Parameters(training.declared.parameters.values());
  parameters.initialize(rng.split('parameters'));
  const updates = buildUpdateModel(
    optimizer,
    parameters.specs.map((spec) => ({ ...spec, decay: decays(spec) })),
  );
  const decoding = buildTranslationGraph(model, {
    decode: config.decode,
    ids,
    constraint: data.constraint,
  });
  const sessions: Session[] = [];
  const open = async (graph: ModelProto): Promise<Session> => {
    const session = await Session.create(graph, { threads: config.threads });
    sessions.push(session);
    return session;
  };
  const step = new TrainStep(
    objective,
    await open(training.model),
    training.declared.masks,
    parameters,
    optimizer,
    config.optimizer.clipNorm,
  );
  const evalSession = await open(evaluation.model);
  const translator = new Translator({
    session: await open(decoding.model),
    weights: parameters.feeds,
    encode: (line) => codec.encodeSource(line),
    decode: (tokens) => codec.decode(tokens),
    ids,
    maxLength: config.model.maxLength,
    batchTokens: config.decode.batchTokens,
    peakBytes: decoding.peakBytes,
  });
  const validator = new Validator(data, objective, evalSession, parameters, translator);
  requireEvaluable(evaluation, validator.largest());
  const release = async () => {
    for (const session of sessions) await session.release();
  };
  const graphs = { training: training.model, eval: evaluation.model, optimizer: updates };
  const writeGraphs = (folder: RunFolder) => {
    for (const name of ['training', 'eval', 'optimizer'] as const)
      writeFileAtomic(folder.graph(name), encodeModel(graphs[name]));
  };
  return { model, objective, step, validator, batches, rng, writeGraphs, release };
}

function buildBatches(
  { data: settings, model: { maxLength } }: TrainConfig,
  data: PreparedData,
  rng: Rng,
): BatchIterator {
  const { batchTokens, batchSentences, padToMultiple } = settings;
  const limit = batchTokens === undefined ? { batchSentences: batchSentences! } : { batchTokens };
  const options = { ...limit, padToMultiple, maxLength };
  const examples = (epoch: number) => pairExamples(data.train(epoch), data.languages.ids);
  return new BatchIterator(examples, options, rng.split('data'));
}
