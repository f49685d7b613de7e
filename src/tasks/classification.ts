// Classification: a class for each text, by an encoder and a layer over the mean of its contextual vectors.
import { z } from 'zod';
import { BatchIterator, orderedBatches } from '../data/batches.ts';
import { batchLimit, batchSettings, withBatchLimit } from '../data/config.ts';
import { labelledExamples } from '../data/labelled.ts';
import { isEncodable, MAX_CHARACTERS } from '../data/length-filter.ts';
import { Sequences } from '../data/sequences.ts';
import { describeSource } from '../data/sources/index.ts';
import { type Columns, collectColumns } from '../data/sources/source.ts';
import { readTables, tableSchema } from '../data/sources/table.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { softmax } from '../graph/ops/normalization.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { Scope } from '../nn/scope.ts';
import { type ClassificationOptions, classCrossEntropy, classLogits } from '../objectives/classification.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import { type DataRecord, recordLines } from '../train/data-record.ts';
import type { TrainObserver } from '../train/observer.ts';
import type { System } from '../train/system.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { readText } from '../util/text.ts';
import { makeTokenizers } from './make-tokenizers.ts';
import { objectiveSchema } from './objective.ts';
import type { Task } from './task.ts';
import {
  checkTokenizers,
  completeTokenizers,
  identityOfTokenizers,
  loadTokenizers,
  recordTokenizers,
  specialIds,
  tokenizersSchema,
} from './tokenizers.ts';

const side = 'text';
const fields = ['text', 'label'] as const;
type Table = Columns<(typeof fields)[number]>;

const splitSchema = tableSchema(fields);

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
          train: splitSchema,
          valid: splitSchema,
          test: splitSchema.optional(),
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
      checkTokenizers(tokenizers, [side], [], (path, message) =>
        context.addIssue({ code: 'custom', path, message }),
      );
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
  identity: ({ data, tokenizers, model, head }) => {
    const { lang, batchTokens, batchSentences, padToMultiple } = data;
    return {
      data: { lang, batchTokens, batchSentences, padToMultiple },
      tokenizers: identityOfTokenizers(tokenizers),
      model,
      head,
    };
  },
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

/** The texts and labels of a split; a UserError where there are none. */
async function readSplit({ data }: ClassificationConfig, name: SplitName): Promise<Table> {
  const { files, text, label } = data[name]!;
  const table = await collectColumns(readTables(files, { text, label }), fields);
  if (table.text.length === 0)
    throw new UserError(`data.${name} has no rows: ${describeSource(data[name]!)}`);
  return table;
}

function checkLabels(name: SplitName, table: Table, classes: readonly string[]): Table {
  const known = new Set(classes);
  const row = table.label.findIndex((label) => !known.has(label));
  if (row < 0) return table;
  throw new UserError(
    `data.${name}: row ${row + 1} has the label ${JSON.stringify(table.label[row])}, which data.train has not`,
  );
}

function recordSplit(name: SplitName, { data }: ClassificationConfig, table: Table): DataRecord {
  const complaint = `data.${name} is not what the run was trained on: ${describeSource(data[name]!)}`;
  return Object.fromEntries(
    fields.map((field) => [`data.${name}.${field}`, { ...recordLines(table[field]), complaint }]),
  );
}

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

/** `ids` int32 [B, S], ended by eos and padded, to `probabilities` float32 [B, C]. */
export function buildClassGraph(
  { model, options }: Pick<Classifier, 'model' | 'options'>,
  weights: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const graph = new Graph();
  const ids = graph.input('ids', 'int32', ['B', 'S']);
  const logits = classLogits(new Scope(graph, { training: false }), model, ids, options);
  return exportModel(graph, { outputs: { probabilities: softmax(logits) }, weights });
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
  const encode = (name: SplitName, { text, label }: Table) => {
    let cut = 0;
    const texts = Sequences.build(text.length, (i) => classifier.encode(text[i]!, () => cut++));
    if (cut > 0) {
      const counts = `${formatCount(cut)} of ${formatCount(text.length)} texts`;
      observer.warn(`data.${name}: ${counts} have more tokens than model.maxLength allows; they are cut`);
    }
    const labels = Int32Array.from(label, (one) => numbers.get(one)!);
    return labelledExamples(texts, labels, ids);
  };
  const { padToMultiple } = config.data;
  const { dModel, maxLength } = config.model;
  const batching = { ...batchLimit(config.data), padToMultiple, maxLength };
  const trained = encode('train', train);
  const held = (name: SplitName, table: Table) =>
    orderedBatches(encode(name, table), { batchTokens: HELD_OUT_TOKENS });
  return {
    objective: classCrossEntropy(model, options),
    dModel,
    batches: (rng) => new BatchIterator(() => trained, batching, rng),
    held: { valid: held('valid', valid), ...(test && { test: held('test', test) }) },
    hasTest: test !== undefined,
    mainFigure: 'accuracy',
    artifacts: (weights) => ({ classify: buildClassGraph(classifier, weights).model }),
    record,
  };
}
