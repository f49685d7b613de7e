// Pre-training of BERT: an encoder learns, of running text, to tell words that are hidden and whether a text follows
// another. Devlin et al. 2019. Its runs are what other tasks over texts begin with (`init.from`).
import { z } from 'zod';
import { type Refuse, refusing } from '../config/refuse.ts';
import { batchLimit, batchSettings, withBatchLimit } from '../data/config.ts';
import { defaultStorage, indexSchema } from '../data/index-store.ts';
import { describeLengths } from '../data/length-statistics.ts';
import { heldOutBatches, pretrainingBatches } from '../data/pretraining.ts';
import { Sentences } from '../data/sentences.ts';
import { documentsSchema } from '../data/sources/documents.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { EncoderConfig } from '../models/encoder.ts';
import { buildModel, type ModelConfig, modelSchema } from '../models/index.ts';
import type { EncoderOnly } from '../models/model.ts';
import { Scope } from '../nn/scope.ts';
import { type PretrainingOptions, wordsAndNextSentence } from '../objectives/pretraining.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import type { DataRecord } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import { formatCount } from '../util/format.ts';
import { Rng } from '../util/rng.ts';
import {
  checkSentences,
  describeExamples,
  encodeSentences,
  pretrainingVocabulary,
  sentenceRows,
  sentencesSchema,
} from './bert-text.ts';
import { checkText, type RunningText, readRunningText, side } from './running-text.ts';
import type { Task } from './task.ts';
import { checkTokenizers, completeTokenizers, tokenizersSchema } from './tokenizers.ts';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 4096;
/** The seed of held-out pairs and masks: figures of different trainings are of the same ones. */
const HELD_OUT_SEED = 0;

const share = z.number().min(0).max(1);

const maskingSchema = z
  .strictObject({
    /** The share of places whose words are to be told. */
    probability: z.number().gt(0).max(1).default(0.15),
    /** Of those the share that the mask hides, and the share that any piece stands in for; the rest stay as they are. */
    mask: share.default(0.8),
    random: share.default(0.1),
    /** Whether all pieces of a word are hidden together. */
    wholeWords: z.boolean().default(false),
  })
  .refine(({ mask, random }) => mask + random <= 1 + 1e-9, {
    error: 'mask and random are more than 1 together',
  })
  .prefault({});

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('bert'),
      ...trainingSections,
      data: withBatchLimit(
        z.strictObject({
          /** The language of the text, for its abbreviations. */
          lang: z.string().min(1).optional(),
          train: documentsSchema,
          valid: documentsSchema,
          test: documentsSchema.optional(),
          sentences: sentencesSchema.default('split'),
          /** Tokens of an example at most, special ones included. */
          contextLength: z.int().min(8).default(128),
          /** Chance that the examples of a document are shorter. */
          shortProbability: share.default(0.1),
          /** Epochs after which pairs and masks come again; by default they never do. */
          dupeFactor: z.int().min(1).optional(),
          ...batchSettings,
          index: indexSchema,
        }),
      ),
      masking: maskingSchema,
      tokenizers: tokenizersSchema.prefault({ [side]: { type: 'wordpiece' } }),
      model: modelSchema('encoder').prefault({} as never),
      objective: z.strictObject({ nextSentence: z.boolean().default(true) }).prefault({}),
    })
    .superRefine(({ tokenizers, data, model, objective }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, [side], [], refuse);
      if (data.contextLength > model.maxLength) {
        refuse(['data', 'contextLength'], `model.maxLength has ${model.maxLength} places for an example`);
      }
      if (objective.nextSentence) checkPairs(model, refuse);
    })
    .transform(({ tokenizers, ...config }) => ({
      ...config,
      tokenizers: completeTokenizers(tokenizers, { [side]: config.data.lang }),
    }));
export type BertConfig = z.output<ReturnType<typeof buildSchema>>;

/** Refuses a model that cannot tell whether one text follows another. */
function checkPairs(model: ModelConfig, refuse: Refuse): void {
  const { segments = 1, pooler = false } = model as ModelConfig & Partial<EncoderConfig>;
  if (segments < 2) refuse(['model'], 'objective.nextSentence needs segments: 2, which tell two texts apart');
  if (!pooler) refuse(['model'], 'objective.nextSentence needs pooler: true, the vector of a pair');
}

export const bert: Task<BertConfig> = {
  describe: 'Pre-training of BERT: hidden words of running text, and whether a text follows another',
  command: 'tx fill',
  schema: buildSchema,
  identity: ({ model, masking, objective }) => ({ model, masking, objective }),
  read: async (config, observer, storage = defaultStorage()) => {
    const form = sentenceRows(config.data);
    const check = (name: SplitName, sentences: Sentences): Sentences => {
      const { length, count, tokens } = sentences;
      const [documents, sentenceCount] = [formatCount(length), formatCount(count)];
      observer.note(
        `data.${name}: ${documents} documents, ${sentenceCount} sentences, ${formatCount(tokens)} tokens`,
      );
      checkText(config, name, length);
      if (config.objective.nextSentence) checkSentences(name, sentences, (message) => observer.warn(message));
      return sentences;
    };
    const build = ({ tokenizer, train, valid, test, record }: RunningText): System => {
      const splits = {
        train: check('train', new Sentences(train)),
        valid: check('valid', encodeSentences(valid, form, tokenizer)),
        test: test && check('test', encodeSentences(test, form, tokenizer)),
      };
      const system = buildSystem(config, tokenizer, splits, record);
      observer.note(`data.valid: ${describeExamples(system.held.valid)}`);
      return system;
    };
    return readRunningText(config, form, { observer, storage }, build);
  },
};

/**
 * `ids` int32 [B, S], padded, and with next sentences `segments` [B, S], to `hidden` float32 [B, S, D] and with next
 * sentences `pooled` [B, D].
 */
function buildEncodeGraph(
  model: EncoderOnly,
  { nextSentence }: PretrainingOptions,
  weights: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const matrix = (name: string) => graph.input(name, 'int32', ['B', 'S']);
  const encoded = model.encode(scope, matrix('ids'), nextSentence ? { segments: matrix('segments') } : {});
  const hidden = reshape(encoded.rows, ['B', 'S', encoded.rows.shape[1]!]);
  const outputs = { hidden, ...(nextSentence && { pooled: model.pool!(scope, encoded) }) };
  return exportModel(graph, { outputs, weights });
}

function buildSystem(
  config: BertConfig,
  tokenizer: Tokenizer,
  { train, valid, test }: { train: Sentences; valid: Sentences; test: Sentences | undefined },
  record: DataRecord,
): System {
  const { data, masking, objective } = config;
  const vocabulary = pretrainingVocabulary(tokenizer);
  const options = { ...data, ...objective, masking };
  const { maxLength, dModel } = config.model;
  const model = buildModel('encoder', config.model, { vocabSize: tokenizer.size, padId: vocabulary.padId });
  const batching = { ...batchLimit(data), padToMultiple: data.padToMultiple, maxLength };
  const held = (name: SplitName, sentences: Sentences) => {
    const rng = Rng.fromSeed(HELD_OUT_SEED).split(name);
    return heldOutBatches(sentences, options, vocabulary, { batchTokens: HELD_OUT_TOKENS }, rng);
  };
  return {
    objective: wordsAndNextSentence(model, objective),
    dModel,
    batches: (rng) => pretrainingBatches(train, options, vocabulary, batching, rng),
    held: { valid: held('valid', valid), ...(test && { test: held('test', test) }) },
    hasTest: test !== undefined,
    mainFigure: 'perplexity',
    artifacts: (weights) => ({ encode: buildEncodeGraph(model, objective, weights).model }),
    record,
    statistics: {
      unit: 'documents',
      kept: train.length,
      dropped: {},
      sides: {
        [side]: {
          vocabulary: tokenizer.size,
          lengths: describeLengths(train.length, (i) => train.lengthOf(...train.extentOf(i))),
        },
      },
    },
  };
}
