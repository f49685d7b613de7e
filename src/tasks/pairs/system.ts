// What training is given by the tasks that turn a source into a target.
import { BatchIterator, orderedBatches } from '../../data/batches.ts';
import { batchLimit } from '../../data/config.ts';
import type { Storage } from '../../data/index-store.ts';
import { pairExamples } from '../../data/pairs.ts';
import { buildTranslationGraph } from '../../decode/translation-graph.ts';
import { buildModel } from '../../models/index.ts';
import { kvBytesPerToken } from '../../models/layer-config.ts';
import { targetCrossEntropy } from '../../objectives/cross-entropy.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import type { DataRecord } from '../../train/data-record.ts';
import type { Reading } from '../../train/job.ts';
import type { TrainObserver } from '../../train/observer.ts';
import type { System } from '../../train/system.ts';
import type { PairConfig } from './config.ts';
import type { PairText, PairTokenizers } from './pair-text.ts';
import { type PreparedData, prepareData, readCorpora, recordCorpora } from './prepare.ts';
import { SearchEvaluator } from './search-evaluator.ts';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 4096;

/** Reads the corpora; then the run's tokenizers can be made, and the system be built. */
export async function readPairs(
  config: PairConfig,
  text: PairText,
  observer: TrainObserver,
  storage?: Storage,
): Promise<Reading> {
  const corpora = await readCorpora(config, text, observer, storage);
  return async (home, isNew) => {
    const record = await recordCorpora(config, corpora, home, isNew, observer);
    const build = async () =>
      buildPairSystem(config, await prepareData(config, corpora, home, observer), record);
    return { record, build };
  };
}

/** The model over tokenizers of so many pieces. */
export const pairGenerator = (
  { model }: Pick<PairConfig, 'model'>,
  pieces: (side: 'src' | 'tgt') => number,
  padId = 0,
) => buildModel('encoderDecoder', model, { srcVocabSize: pieces('src'), tgtVocabSize: pieces('tgt'), padId });

/** The model over the tokenizers of both sides. */
export const buildPairModel = (config: Pick<PairConfig, 'model'>, { ids, ...tokenizers }: PairTokenizers) =>
  pairGenerator(config, (side) => tokenizers[side].size, ids.padId);

function buildPairSystem(config: PairConfig, data: PreparedData, record: DataRecord): System {
  const { tokenizers, constraint, validPairs } = data;
  const { ids } = tokenizers;
  const model = buildPairModel(config, tokenizers);
  const { labelSmoothing, tagWeight } = config.objective;
  const tags = tagWeight === undefined ? undefined : { count: tokenizers.tgt.size, weight: tagWeight };
  const searchGraph = (weights?: ReadonlyMap<string, TensorData>) =>
    buildTranslationGraph(model, { decode: config.decode, ids, constraint, ...(weights && { weights }) });
  const { padToMultiple } = config.data;
  const { maxLength, dModel } = config.model;
  const options = { ...batchLimit(config.data), padToMultiple, maxLength };
  return {
    objective: targetCrossEntropy(model, { labelSmoothing, padId: ids.padId, tags }),
    dModel,
    batches: (rng) => new BatchIterator((epoch) => pairExamples(data.train(epoch), ids), options, rng),
    held: { valid: orderedBatches(pairExamples(validPairs, ids), { batchTokens: HELD_OUT_TOKENS }) },
    hasTest: data.test !== undefined,
    kvBytesPerToken: kvBytesPerToken(model.cache),
    evaluator: new SearchEvaluator(config, data, searchGraph),
    mainFigure: data.text.metric,
    artifacts: (weights) => ({ decode: searchGraph(weights).model }),
    record,
    statistics: data.statistics,
  };
}
