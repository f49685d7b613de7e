// Language models: a decoder alone learns the next token of running text. Documents are packed into contexts of one
// length, each behind the end-of-sentence token, with which generation begins and ends. Radford et al. 2018.
import { z } from 'zod';
import { orderedContexts, PackedBatches, type PackOptions } from '../data/packed.ts';
import { Sequences } from '../data/sequences.ts';
import { documentsSchema, readDocuments } from '../data/sources/documents.ts';
import { describeSource } from '../data/sources/index.ts';
import { collectColumns } from '../data/sources/source.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { buildContinuationGraph } from '../decode/continuation-graph.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { NO_LABEL, nextTokenCrossEntropy } from '../objectives/cross-entropy.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import { type DataRecord, recordLines } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import { UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import { objectiveSchema } from './objective.ts';
import type { Task } from './task.ts';
import {
  checkTokenizers,
  completeTokenizers,
  identityOfTokenizers,
  loadTokenizers,
  makeTokenizers,
  recordTokenizers,
  specialIds,
  tokenizersSchema,
} from './tokenizers.ts';

const side = 'text';

/** How continuations are searched for. */
export const generateSchema = z
  .strictObject({
    /** Hypotheses kept for each prompt; 1 is greedy search. */
    beamSize: z.int().min(1).max(100).default(1),
    lengthPenalty: z.number().min(0).max(10).default(0),
    /** Continuations of each prompt. */
    nBest: z.int().min(1).default(1),
    /** The most tokens of a continuation. */
    maxTokens: z.int().min(1).default(100),
  })
  .refine(({ nBest, beamSize }) => nBest <= beamSize, {
    path: ['nBest'],
    error: 'nBest must not be larger than beamSize',
  });
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
      const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
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
  read: async (config, observer) => {
    observer.note('reading the documents');
    const read = (split: SplitName) => readSplit(config, split);
    const [train, valid] = [await read('train'), await read('valid')];
    const test = config.data.test === undefined ? undefined : await read('test');
    const ofData = {
      'data.train': recordSplit('train', config, train),
      'data.valid': recordSplit('valid', config, valid),
    };
    return async (home, isNew) => {
      if (isNew) await makeTokenizers(config.tokenizers, { [side]: train }, home, observer);
      const record = { ...ofData, ...recordTokenizers(config.tokenizers, home) };
      const build = async (): Promise<System> => {
        const tokenizer = loadLmTokenizer(config, home);
        const splits = { train, valid, test };
        const count = (name: string, sequences: Sequences) => {
          const tokens = formatCount(countTokens(sequences));
          observer.note(`data.${name}: ${formatCount(sequences.length)} documents, ${tokens} tokens`);
          return sequences;
        };
        const encode = (name: SplitName): Sequences | undefined => {
          const documents = splits[name];
          if (documents === undefined) return undefined;
          return count(
            name,
            Sequences.build(documents.length, (i) => tokenizer.encode(documents[i]!)),
          );
        };
        return buildSystem(config, tokenizer, encode('train')!, encode('valid')!, encode('test'), record);
      };
      return { record, build };
    };
  },
};

/** The documents of a split; a UserError where there are none. */
async function readSplit({ data }: LmConfig, name: SplitName): Promise<string[]> {
  const { text } = await collectColumns(readDocuments(data[name]!), [side]);
  if (text.length === 0) throw new UserError(`data.${name} has no text: ${describeSource(data[name]!)}`);
  return text;
}

const recordSplit = (name: SplitName, { data }: LmConfig, documents: string[]): DataRecord[string] =>
  recordLines(documents, `data.${name} is not what the run was trained on: ${describeSource(data[name]!)}`);

/** The tokenizer of a run. */
export const loadLmTokenizer = ({ tokenizers }: LmConfig, folder: RunFolder): Tokenizer =>
  loadTokenizers(tokenizers, [side], folder)[side];

export const buildLm = ({ model }: LmConfig, { size }: Tokenizer) =>
  buildModel('decoder', model, { vocabSize: size });

function buildSystem(
  config: LmConfig,
  tokenizer: Tokenizer,
  train: Sequences,
  valid: Sequences,
  test: Sequences | undefined,
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
  };
}

function countTokens(sequences: Sequences): number {
  let tokens = 0;
  for (let i = 0; i < sequences.length; i++) tokens += sequences.lengthOf(i);
  return tokens;
}
