// What tasks of labelled text have in common: their data as something to train, by what is told of a text.
import { BatchIterator, orderedBatches } from '../../data/batches.ts';
import { batchLimit } from '../../data/config.ts';
import { labelledExamples } from '../../data/labelled.ts';
import { isEncodable } from '../../data/length-filter.ts';
import { describeLengths } from '../../data/length-statistics.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import type { DataRecord } from '../../train/data-record.ts';
import type { TrainObserver } from '../../train/observer.ts';
import type { System } from '../../train/system.ts';
import { formatCount } from '../../util/format.ts';
import { makeTokenizers } from '../make-tokenizers.ts';
import type { Task } from '../task.ts';
import { recordTokenizers } from '../tokenizers.ts';
import { type LabelledConfig, side } from './config.ts';
import { LabelEvaluator, type LabelledSet, mainFigureOf } from './evaluator.ts';
import { formOf, kindOf, saveKnown, sourceOf } from './kinds.ts';
import { buildLabelGraph, loadLabeller } from './labeller.ts';
import { parseLabels, type Row, readSplit } from './splits.ts';
import type { AnyTarget } from './target.ts';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 4096;

/** A split with its labels understood. */
interface Split {
  rows: readonly Row[];
  labels: readonly unknown[];
  record: DataRecord;
}

type Splits = { train: Split; valid: Split; test?: Split | undefined };

/** A task over labelled text, of what tells it apart. */
export const labelledTask = <Config extends LabelledConfig>(
  own: Pick<Task<Config>, 'describe' | 'schema'>,
): Task<Config> => ({
  ...own,
  command: 'tx classify',
  identity: ({ model, head }) => ({ model, head }),
  read: async (config, observer) => {
    observer.note('reading the data');
    const kind = kindOf(config);
    const train = await readSplit('train', sourceOf(config, 'train')!);
    const known = kind.learn(train.labels);
    const target = kind.open(known, config);
    const understand = async (name: SplitName, read = readSplit(name, sourceOf(config, name)!)) => {
      const { rows, labels, record } = await read;
      return { rows, labels: parseLabels(`data.${name}`, labels, target.parse), record };
    };
    const splits: Splits = {
      train: await understand('train', Promise.resolve(train)),
      valid: await understand('valid'),
      test: config.data.test && (await understand('test')),
    };
    return async (home, isNew) => {
      if (isNew) {
        const lines = train.rows.flatMap((row) => linesOf(config, row)).filter(isEncodable);
        await makeTokenizers(config.tokenizers, { [side]: lines }, home, observer);
        saveKnown(kind, known, home);
      }
      const ofData = { ...splits.train.record, ...splits.valid.record };
      const record = { ...ofData, ...recordTokenizers(config.tokenizers, home) };
      return { record, build: async () => buildSystem(config, home, splits, record, observer) };
    };
  },
});

/** The text of a row that tokenizers learn of. */
const linesOf = (config: LabelledConfig, row: Row): Row =>
  formOf(config) === 'words' ? [row.join(' ')] : row;

function buildSystem(
  config: LabelledConfig,
  home: RunFolder,
  { train, valid, test }: Splits,
  record: DataRecord,
  observer: TrainObserver,
): System {
  const labeller = loadLabeller(config, home);
  const { reader, model, target } = labeller;
  const { objective, collate } = target.train(model, train.labels);
  const encode = (name: SplitName, { rows, labels }: Split): LabelledSet => {
    let cut = 0;
    const encoded = reader.readAll(rows, () => cut++);
    if (cut > 0) {
      const counts = `${formatCount(cut)} of ${formatCount(rows.length)} texts`;
      observer.warn(`data.${name}: ${counts} have more tokens than model.maxLength allows; they are cut`);
    }
    return { rows, encoded, labels };
  };
  const examplesOf = ({ encoded, labels }: LabelledSet) =>
    labelledExamples(encoded, reader.padId, collate(labels, encoded));
  const { padToMultiple } = config.data;
  const { dModel, maxLength } = config.model;
  const sets = { train: encode('train', train), valid: encode('valid', valid) };
  const trained = examplesOf(sets.train);
  const { pieces } = sets.train.encoded;
  const { figures, mainFigure } = mainFigureOf(target, config.training.selectBy);
  const judged = { valid: sets.valid, ...(test && { test: encode('test', test) }) };
  return {
    objective,
    dModel,
    batches: (rng) =>
      new BatchIterator(() => trained, { ...batchLimit(config.data), padToMultiple, maxLength }, rng),
    held: { valid: orderedBatches(examplesOf(sets.valid), { batchTokens: HELD_OUT_TOKENS }) },
    hasTest: test !== undefined,
    evaluator: new LabelEvaluator(labeller, judged, { figures, mainFigure, threads: config.threads }),
    mainFigure,
    artifacts: (weights) => ({ classify: buildLabelGraph(labeller, { weights }).model }),
    record,
    statistics: {
      unit: reader.form === 'words' ? 'sentences' : reader.form === 'pair' ? 'pairs' : 'texts',
      kept: train.rows.length,
      dropped: {},
      sides: {
        [side]: {
          vocabulary: reader.tokenizer.size,
          lengths: describeLengths(pieces.length, (i) => pieces[i]!),
        },
      },
      ...(target.classes.length > 0 && { classes: countClasses(target, train.labels) }),
    },
  };
}

/** How many labels each class has, the classes in their order. */
function countClasses({ classes }: AnyTarget, labels: readonly unknown[]): Record<string, number> {
  const counts = classes.map(() => 0);
  for (const k of (labels as (number | number[])[]).flat()) counts[k]!++;
  return Object.fromEntries(classes.map((name, k) => [name, counts[k]!]));
}
