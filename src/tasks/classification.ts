// Classification: a class for each text, by an encoder and a layer over the mean of its contextual vectors.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { BatchIterator, orderedBatches } from '../data/batches.ts';
import { batchLimit, batchSettings, withBatchLimit } from '../data/config.ts';
import { labelledExamples } from '../data/labelled.ts';
import { isEncodable, MAX_CHARACTERS } from '../data/length-filter.ts';
import { describeLengths } from '../data/length-statistics.ts';
import { Sequences } from '../data/sequences.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { Scope } from '../nn/scope.ts';
import { type ClassificationOptions, classCrossEntropy, classLogits } from '../objectives/classification.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { Session } from '../runtime/session.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import type { DataRecord } from '../train/data-record.ts';
import type { TrainObserver } from '../train/observer.ts';
import type { System } from '../train/system.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { readText } from '../util/text.ts';
import { classProbabilities, describePrediction } from './class-probabilities.ts';
import {
  checkLabels,
  countClasses,
  readSplit,
  recordSplit,
  type Table,
  tablesSchema,
} from './labelled-tables.ts';
import { makeTokenizers } from './make-tokenizers.ts';
import { objectiveSchema } from './objective.ts';
import type { Task } from './task.ts';
import {
  checkTokenizers,
  completeTokenizers,
  loadTokenizers,
  recordTokenizers,
  specialIds,
  tokenizersSchema,
} from './tokenizers.ts';

const side = 'text';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 4096;

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('classification'),
      ...trainingSections,
      data: withBatchLimit(
        z.strictObject({
          /** The language of the text. */
          lang: z.string().min(1).optional(),
          train: tablesSchema,
          valid: tablesSchema,
          test: tablesSchema.optional(),
          ...batchSettings,
        }),
      ),
      tokenizers: tokenizersSchema.prefault({ [side]: { type: 'bpe' } }),
      model: modelSchema('encoder').prefault({} as never),
      objective: objectiveSchema(0),
      /** The layer over the encoder. */
      head: z.strictObject({ dropout: z.number().min(0).lt(1).default(0.1) }).prefault({}),
    })
    .superRefine(({ tokenizers }, context) => {
      checkTokenizers(tokenizers, [side], [], refusing(context));
    })
    .transform(({ tokenizers, ...config }) => ({
      ...config,
      tokenizers: completeTokenizers(tokenizers, { [side]: config.data.lang }),
    }));
export type ClassificationConfig = z.output<ReturnType<typeof buildSchema>>;

export const classification: Task<ClassificationConfig> = {
  describe: 'Classification: a class for each text',
  command: 'tx classify',
  schema: buildSchema,
  identity: ({ model, head }) => ({ model, head }),
  read: async (config, observer) => {
    observer.note('reading the tables');
    const train = await readSplit(config, 'train');
    const classes = [...new Set(train.label)].sort();
    if (classes.length < 2) {
      throw new UserError(`data.train: all texts have the label ${classes[0]}; two classes are needed`);
    }
    const valid = checkLabels('valid', await readSplit(config, 'valid'), classes);
    const test =
      config.data.test === undefined
        ? undefined
        : checkLabels('test', await readSplit(config, 'test'), classes);
    const ofData = { ...recordSplit('train', config, train), ...recordSplit('valid', config, valid) };
    return async (home, isNew) => {
      if (isNew) {
        await makeTokenizers(config.tokenizers, { [side]: train.text.filter(isEncodable) }, home, observer);
        writeFileAtomic(home.classes, `${JSON.stringify(classes, null, 2)}\n`);
      }
      const record = { ...ofData, ...recordTokenizers(config.tokenizers, home) };
      const build = async () => buildSystem(config, home, { train, valid, test }, record, observer);
      return { record, build };
    };
  },
};

/** The classes of a run, in the order of the model's outputs. */
export function loadClasses(folder: RunFolder): string[] {
  const schema = z.array(z.string()).min(2);
  try {
    return schema.parse(JSON.parse(readText(folder.classes)));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${folder.classes}: is no list of classes, as tx train writes it`);
  }
}

/** What turns texts into ids, and ids into probabilities. */
export interface Classifier {
  classes: readonly string[];
  /** Ids of a text, without eos; cut to the model's length, which `onTruncated` hears of with the tokens it had. */
  encode(text: string, onTruncated?: (tokens: number) => void): Int32Array;
  ids: ReturnType<typeof specialIds>;
  /** Entries of the vocabulary. */
  vocabulary: number;
  model: ReturnType<typeof buildModel<'encoder'>>;
  options: ClassificationOptions;
}

export function loadClassifier(config: ClassificationConfig, folder: RunFolder): Classifier {
  const tokenizer: Tokenizer = loadTokenizers(config.tokenizers, [side], folder)[side];
  const ids = specialIds([tokenizer]);
  const classes = loadClasses(folder);
  const { maxLength } = config.model;
  return {
    classes,
    ids,
    vocabulary: tokenizer.size,
    encode: (text, onTruncated) => {
      const found = Int32Array.from(tokenizer.encode(text.slice(0, MAX_CHARACTERS)));
      if (found.length < maxLength) return found;
      onTruncated?.(found.length);
      return found.subarray(0, maxLength - 1);
    },
    model: buildModel('encoder', config.model, { vocabSize: tokenizer.size, padId: ids.padId }),
    options: {
      numClasses: classes.length,
      dropout: config.head.dropout,
      labelSmoothing: config.objective.labelSmoothing,
    },
  };
}

/**
 * `ids` int32 [B, S], ended by eos and padded, to `probabilities` float32 [B, C]. Without weights the parameters are
 * inputs.
 */
export function buildClassGraph(
  { model, options }: Pick<Classifier, 'model' | 'options'>,
  weights?: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const graph = new Graph();
  const ids = graph.input('ids', 'int32', ['B', 'S']);
  const logits = classLogits(new Scope(graph, { training: false }), model, ids, options);
  return exportModel(graph, { outputs: { probabilities: softmax(logits) }, ...(weights && { weights }) });
}

function buildSystem(
  config: ClassificationConfig,
  home: RunFolder,
  { train, valid, test }: { train: Table; valid: Table; test: Table | undefined },
  record: DataRecord,
  observer: TrainObserver,
): System {
  const classifier = loadClassifier(config, home);
  const { classes, ids, model, options } = classifier;
  const numbers = new Map(classes.map((label, i) => [label, i]));
  const encode = (name: SplitName, { text }: Table): Sequences => {
    let cut = 0;
    const texts = Sequences.build(text.length, (i) => classifier.encode(text[i]!, () => cut++));
    if (cut > 0) {
      const counts = `${formatCount(cut)} of ${formatCount(text.length)} texts`;
      observer.warn(`data.${name}: ${counts} have more tokens than model.maxLength allows; they are cut`);
    }
    return texts;
  };
  const examplesOf = (texts: Sequences, { label }: Table) =>
    labelledExamples(
      texts,
      Int32Array.from(label, (one) => numbers.get(one)!),
      ids,
    );
  const { padToMultiple } = config.data;
  const { dModel, maxLength } = config.model;
  const batching = { ...batchLimit(config.data), padToMultiple, maxLength };
  const texts = { train: encode('train', train), valid: encode('valid', valid) };
  const trained = examplesOf(texts.train, train);
  const held = (texts: Sequences, table: Table) =>
    orderedBatches(examplesOf(texts, table), { batchTokens: HELD_OUT_TOKENS });
  return {
    objective: classCrossEntropy(model, options),
    dModel,
    batches: (rng) => new BatchIterator(() => trained, batching, rng),
    held: { valid: held(texts.valid, valid), ...(test && { test: held(encode('test', test), test) }) },
    hasTest: test !== undefined,
    predict: async (parameters) => {
      const graph = buildClassGraph(classifier);
      const session = await Session.create(graph.model, { threads: config.threads });
      const search = { session, weights: parameters.feeds, ids, peakBytes: graph.peakBytes };
      const numClasses = classes.length;
      const all = await classProbabilities(texts.valid, { ...search, numClasses });
      await session.release();
      return { jsonl: all.map((of, i) => describePrediction(valid.text[i]!, valid.label[i]!, classes, of)) };
    },
    mainFigure: 'accuracy',
    artifacts: (weights) => ({ classify: buildClassGraph(classifier, weights).model }),
    record,
    statistics: {
      unit: 'texts',
      kept: texts.train.length,
      dropped: {},
      sides: {
        [side]: {
          vocabulary: classifier.vocabulary,
          lengths: describeLengths(texts.train.length, (i) => texts.train.lengthOf(i)),
        },
      },
      classes: countClasses(train, classes),
    },
  };
}
