// What training is given by the tasks that turn a source into a target: translation and parsing.
import { BatchIterator, orderedBatches } from '../data/batches.ts';
import { pairExamples } from '../data/pairs.ts';
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import { buildModel } from '../models/index.ts';
import { targetCrossEntropy } from '../objectives/cross-entropy.ts';
import { vocabularyShape } from '../run/languages.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { DataRecord } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import type { TrainConfig } from './config.ts';
import type { PreparedData } from './prepare-data.ts';
import { SearchEvaluator } from './search-evaluator.ts';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 4096;

export function buildPairSystem(config: TrainConfig, data: PreparedData, record: DataRecord): System {
  const { languages, constraint, validPairs } = data;
  const { ids } = languages;
  const model = buildModel(config.model, vocabularyShape(languages));
  const { labelSmoothing } = config.training;
  const searchGraph = (weights?: ReadonlyMap<string, TensorData>) =>
    buildTranslationGraph(model, { decode: config.decode, ids, constraint, ...(weights && { weights }) });
  const { batchTokens, batchSentences, padToMultiple } = config.data;
  const limit = batchTokens === undefined ? { batchSentences: batchSentences! } : { batchTokens };
  const options = { ...limit, padToMultiple, maxLength: config.model.maxLength };
  return {
    objective: targetCrossEntropy(model, { labelSmoothing, padId: ids.padId }),
    dModel: config.model.dModel,
    batches: (rng) => new BatchIterator((epoch) => pairExamples(data.train(epoch), ids), options, rng),
    held: { valid: orderedBatches(pairExamples(validPairs, ids), { batchTokens: HELD_OUT_TOKENS }) },
    hasTest: data.test !== undefined,
    evaluator: new SearchEvaluator(config, data, searchGraph),
    mainFigure: data.task.metric,
    artifacts: (weights) => ({ decode: searchGraph(weights).model }),
    record,
  };
}
