// Language models: a decoder alone learns the next token of running text. Documents are packed into contexts of one
// length, each behind the end-of-sentence token, with which generation begins and ends. Radford et al. 2018.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { defaultStorage } from '../data/index-store.ts';
import { describeLengths } from '../data/length-statistics.ts';
import { orderedContexts, PackedBatches, type PackOptions } from '../data/packed.ts';
import { Sequences } from '../data/sequences.ts';
import { documentsSchema } from '../data/sources/documents.ts';
import { describeSource } from '../data/sources/index.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { searchSettings, withNBest } from '../decode/config.ts';
import { buildContinuationGraph } from '../decode/continuation-graph.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { NO_LABEL, nextTokenCrossEntropy } from '../objectives/cross-entropy.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import { type DataRecord, recordLines } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import { formatCount } from '../util/format.ts';
import { checkText, encodeDocuments, loadLmTokenizer, openTraining, readSplit, side } from './lm-text.ts';
import { provideTokenizers } from './make-tokenizers.ts';
import { objectiveSchema } from './objective.ts';
import type { Task } from './task.ts';
import {
  checkTokenizers,
  completeTokenizers,
  identityOfTokenizers,
  recordTokenizers,
  specialIds,
  tokenizersSchema,
} from './tokenizers.ts';
import { nameRecord } from './training-text.ts';

/** How continuations are searched for. */
export const generateSchema = withNBest(
  z.strictObject({
    ...searchSettings({ beamSize: 1, lengthPenalty: 0 }),
    /** The most tokens of a continuation. */
    maxTokens: z.int().min(1).default(100),
  }),
);
export type GenerateConfig = z.output<typeof generateSchema>;

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('lm'),
      ...trainingSections,
      data: z.strictObject({
        train: documentsSchema,
        valid: documentsSchema,
        test: documentsSchema.optional(),
        /** Tokens of a context. */
        contextLength: z.int().min(2).default(256),
        /** Tokens of a batch: as many contexts as fit, at least one. */
        batchTokens: z.int().min(2).default(4096),
        /** Whether a token sees those of its own document alone. */
        separateDocuments: z.boolean().default(false),
      }),
      tokenizers: tokenizersSchema.prefault({ [side]: { type: 'bpe' } }),
      model: modelSchema('decoder').prefault({} as never),
      objective: objectiveSchema(0),
      decode: generateSchema.prefault({}),
    })
    .superRefine(({ data, model, tokenizers }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, [side], [], refuse);
      if (data.contextLength > model.maxLength) {
        refuse(['data', 'contextLength'], `model.maxLength has ${model.maxLength} places for a context`);
      }
    })
    .transform(({ tokenizers, ...config }) => ({
      ...config,
      tokenizers: completeTokenizers(tokenizers, { [side]: undefined }, 'identity'),
    }));
export type LmConfig = z.output<ReturnType<typeof buildSchema>>;

export const lm: Task<LmConfig> = {
  describe: 'Language modelling: the next token of running text',
  command: 'tx lm generate',
  schema: buildSchema,
  identity: ({ data, tokenizers, model }) => {
    const { contextLength, batchTokens, separateDocuments } = data;
    return {
      data: { contextLength, batchTokens, separateDocuments },
      tokenizers: identityOfTokenizers(tokenizers),
      model,
    };
  },
  read: async (config, observer, storage = defaultStorage()) => {
    observer.note('reading the documents');
    const train = await openTraining(config, storage, observer);
    const valid = await readSplit(config, 'valid');
    const test = config.data.test === undefined ? undefined : await readSplit(config, 'test');
    return async (home, isNew) => {
      if (isNew) {
        const lesson = { text: train, sides: [side], accepts: () => true, beside: { [side]: [] } } as const;
        await provideTokenizers(config.tokenizers, lesson, home, observer);
      }
      let encoded: Sequences | undefined;
      const encode = async () => {
        encoded ??= await encodeDocuments(config, train, home, observer);
        return encoded;
      };
      // The record of a text that is not held is made, or found, where the text is encoded.
      if (train.record === undefined) await encode();
      checkText(config, 'train', train.record![side].lines);
      const describe = (name: SplitName) => () => ({
        name: `data.${name}`,
        complaint: `data.${name} is not what the run was trained on: ${describeSource(config.data[name]!)}`,
      });
      const record: DataRecord = {
        ...nameRecord(train.record!, describe('train')),
        ...nameRecord({ [side]: recordLines(valid) }, describe('valid')),
        ...recordTokenizers(config.tokenizers, home),
      };
      const build = async (): Promise<System> => {
        const tokenizer = loadLmTokenizer(config, home);
        const count = (name: string, sequences: Sequences) => {
          const tokens = formatCount(countTokens(sequences));
          observer.note(`data.${name}: ${formatCount(sequences.length)} documents, ${tokens} tokens`);
          return sequences;
        };
        const heldOut = (name: SplitName, documents: string[]) =>
          count(
            name,
            Sequences.build(documents.length, (i) => tokenizer.encode(documents[i]!)),
          );
        const splits = {
          train: count('train', await encode()),
          valid: heldOut('valid', valid),
          test: test && heldOut('test', test),
        };
        return buildSystem(config, tokenizer, splits, record);
      };
      return { record, build };
    };
  },
};

export const buildLm = ({ model }: LmConfig, { size }: Tokenizer) =>
  buildModel('decoder', model, { vocabSize: size });

function buildSystem(
  config: LmConfig,
  tokenizer: Tokenizer,
  { train, valid, test }: { train: Sequences; valid: Sequences; test: Sequences | undefined },
  record: DataRecord,
): System {
  const model = buildLm(config, tokenizer);
  const { contextLength, batchTokens, separateDocuments: segments } = config.data;
  const ids = specialIds([tokenizer]);
  const rows = Math.max(1, Math.floor(batchTokens / contextLength));
  const options: PackOptions = { contextLength, rows, separator: ids.eosId, noLabel: NO_LABEL, segments };
  const { labelSmoothing } = config.objective;
  return {
    objective: nextTokenCrossEntropy(model, { labelSmoothing, segments }),
    dModel: config.model.dModel,
    batches: (rng) => new PackedBatches(train, options, rng),
    held: {
      valid: orderedContexts(valid, options),
      ...(test && { test: orderedContexts(test, options) }),
    },
    hasTest: test !== undefined,
    mainFigure: 'perplexity',
    artifacts: (weights) => ({
      decode: buildContinuationGraph(model, { decode: config.decode, hasPrefix: true, ids, weights }).model,
    }),
    record,
    statistics: {
      unit: 'documents',
      kept: train.length,
      dropped: {},
      sides: {
        [side]: {
          vocabulary: tokenizer.size,
          lengths: describeLengths(train.length, (i) => train.lengthOf(i)),
        },
      },
    },
  };
}

function countTokens(sequences: Sequences): number {
  let tokens = 0;
  for (let i = 0; i < sequences.length; i++) tokens += sequences.lengthOf(i);
  return tokens;
}
