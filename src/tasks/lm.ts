// Language models: a decoder alone learns the next token of running text. Documents are packed into contexts of one
// length, each behind the end-of-sentence token, with which generation begins and ends. Radford et al. 2018.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import type { Batch } from '../data/batch.ts';
import { defaultStorage, indexSchema } from '../data/index-store.ts';
import { describeLengths } from '../data/length-statistics.ts';
import { orderedContexts, PackedBatches, type PackOptions } from '../data/packed.ts';
import { Sequences } from '../data/sequences.ts';
import { documentsSchema } from '../data/sources/documents.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { kvBytesPerToken } from '../models/layer-config.ts';
import { NO_LABEL, nextTokenCrossEntropy } from '../objectives/cross-entropy.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import type { DataRecord } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import { formatCount } from '../util/format.ts';
import { buildDecodeGraph, generateSchema } from './lm-decode.ts';
import { objectiveSchema } from './objective.ts';
import { type RunningText, readRunningText, side, wholeDocuments } from './running-text.ts';
import type { Task } from './task.ts';
import { countUnits, type TextUnits } from './text-units.ts';
import { checkTokenizers, completeTokenizers, specialIds, tokenizersSchema } from './tokenizers.ts';

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
        /** Tokens from the start of one held-out context to the next; by default those of a context. */
        stride: z.int().min(1).optional(),
        index: indexSchema,
      }),
      tokenizers: tokenizersSchema.prefault({ [side]: { type: 'bpe' } }),
      model: modelSchema('decoder').prefault({} as never),
      objective: objectiveSchema(0),
      decode: generateSchema.prefault({}),
    })
    .superRefine(({ data, model, tokenizers }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, [side], [], refuse);
      const { stride = data.contextLength } = data;
      if (stride > data.contextLength) {
        refuse(['data', 'stride'], `would leave tokens out: a context has ${data.contextLength}`);
      }
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
  identity: ({ model }) => ({ model }),
  generator: ({ model }, pieces) => buildModel('decoder', model, { vocabSize: pieces(side) }),
  read: async (config, observer, storage = defaultStorage()) => {
    const describe = (name: SplitName, sequences: Sequences) => {
      const tokens = formatCount(countTokens(sequences));
      observer.note(`data.${name}: ${formatCount(sequences.length)} documents, ${tokens} tokens`);
      return sequences;
    };
    const build = ({ tokenizer, train, valid, test, record }: RunningText): System => {
      const heldOut = (name: SplitName, documents: string[]): HeldOut => {
        const ids = Sequences.build(documents.length, (i) => tokenizer.encode(documents[i]!));
        return { documents: describe(name, ids), units: countUnits(documents) };
      };
      const splits = {
        train: describe('train', train),
        valid: heldOut('valid', valid),
        test: test && heldOut('test', test),
      };
      return buildSystem(config, tokenizer, splits, record);
    };
    return readRunningText(config, wholeDocuments, { observer, storage }, build);
  },
};

export const buildLm = ({ model }: LmConfig, { size }: Tokenizer) =>
  buildModel('decoder', model, { vocabSize: size });

/** How a config packs documents into contexts. */
export function packOptions({ data }: LmConfig, separator: number): PackOptions {
  const { contextLength, batchTokens, separateDocuments: segments } = data;
  const rows = Math.max(1, Math.floor(batchTokens / contextLength));
  return { contextLength, rows, separator, noLabel: NO_LABEL, segments };
}

/** A held-out set. */
interface HeldOut {
  documents: Sequences;
  units: TextUnits;
}

function buildSystem(
  config: LmConfig,
  tokenizer: Tokenizer,
  { train, valid, test }: { train: Sequences; valid: HeldOut; test: HeldOut | undefined },
  record: DataRecord,
): System {
  const model = buildLm(config, tokenizer);
  const ids = specialIds([tokenizer]);
  const options = packOptions(config, ids.eosId);
  const { segments } = options;
  const batchesOf = ({ documents, units }: HeldOut): Batch[] => {
    // Units are those of the whole text; they stand with its first batch.
    return orderedContexts(documents, options, config.data.stride).map((batch, k) => {
      return { ...batch, weights: { ...batch.weights, ...(k === 0 ? units : { words: 0, bytes: 0 }) } };
    });
  };
  const { labelSmoothing } = config.objective;
  return {
    objective: nextTokenCrossEntropy(model, { labelSmoothing, segments }),
    dModel: config.model.dModel,
    batches: (rng) => new PackedBatches(train, options, rng),
    held: { valid: batchesOf(valid), ...(test && { test: batchesOf(test) }) },
    hasTest: test !== undefined,
    kvBytesPerToken: kvBytesPerToken(model.cache),
    mainFigure: 'perplexity',
    artifacts: (weights) => ({
      decode: buildDecodeGraph(model, { decode: config.decode, ids, weights }).model,
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
