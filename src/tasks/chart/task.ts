// Constituency parsing by scores of spans: trees as something to train on.
import { BatchIterator, orderedBatches } from '../../data/batches.ts';
import { batchLimit } from '../../data/config.ts';
import { describeLengths } from '../../data/length-statistics.ts';
import { describeSource } from '../../data/sources/index.ts';
import { readTreebank } from '../../data/sources/trees.ts';
import type { WordSentence } from '../../data/tree-words.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { samplingOf } from '../../tokenizers/index.ts';
import { type DataRecord, recordLines } from '../../train/data-record.ts';
import type { TrainObserver } from '../../train/observer.ts';
import type { System } from '../../train/system.ts';
import { type Tree, words as wordsOf } from '../../trees/tree.ts';
import { writeTree } from '../../trees/write.ts';
import { UserError } from '../../util/errors.ts';
import { formatCount } from '../../util/format.ts';
import { Rng } from '../../util/rng.ts';
import { side } from '../labelled/config.ts';
import { makeTokenizers } from '../make-tokenizers.ts';
import type { Task } from '../task.ts';
import { entryOf, recordTokenizers } from '../tokenizers.ts';
import { buildChartGraph, type ChartModel, isForeignText, loadChartModel } from './chart-model.ts';
import { buildSchema, type ChartConfig, wordOptions } from './config.ts';
import { treeDecoders } from './decoders.ts';
import { ChartEvaluator, type HeldTrees, METRIC } from './evaluator.ts';
import { saveKnown } from './known.ts';
import { learnKnown } from './learn-known.ts';
import { plainWord } from './reader.ts';

/** Places of a held-out batch, which only runs forward. */
const HELD_OUT_TOKENS = 1024;

type Splits = Record<'train' | 'valid', readonly Tree[]> & { test?: readonly Tree[] | undefined };

export const chartParsing: Task<ChartConfig> = {
  describe: 'Constituency parsing: from sentences to their trees, by an encoder',
  command: 'tx parse',
  schema: buildSchema,
  identity: ({ parsing, model, head, decoder, characters }) => {
    return { parsing, model, head, decoder, characters };
  },
  read: async (config, observer) => {
    observer.note('reading the treebanks');
    const read = (name: SplitName) => {
      const trees = readTreebank(config.data[name]!.files, config.parsing.normalize);
      if (trees.length === 0)
        throw new UserError(`data.${name} has no trees: ${describeSource(config.data[name]!)}`);
      return trees;
    };
    const splits: Splits = {
      train: read('train'),
      valid: read('valid'),
      ...(config.data.test && { test: read('test') }),
    };
    return async (home, isNew) => {
      if (isNew) {
        await makeTokenizers(config.tokenizers, { [side]: linesOf(config, splits.train) }, home, observer);
        const spell = (word: string) => plainWord(word, isForeignText(config));
        const decoder = treeDecoders[config.decoder];
        saveKnown(learnKnown(splits.train, decoder, config.characters && spell), home);
      }
      const record: DataRecord = {
        ...recordTrees(config, 'train', splits.train),
        ...recordTrees(config, 'valid', splits.valid),
        ...recordTokenizers(config.tokenizers, home),
      };
      return { record, build: async () => buildSystem(config, home, splits, record, observer) };
    };
  },
};

/** The sentences that a tokenizer learns of. */
function linesOf(config: ChartConfig, trees: readonly Tree[]): string[] {
  const isForeign = isForeignText(config);
  return trees.map((tree) =>
    wordsOf(tree)
      .map((word) => plainWord(word, isForeign))
      .join(' '),
  );
}

function recordTrees({ data }: ChartConfig, name: SplitName, trees: readonly Tree[]): DataRecord {
  const complaint = `data.${name} is not what the run was trained on: ${describeSource(data[name]!)}`;
  return { [`data.${name}`]: { ...recordLines(trees.map(writeTree)), complaint } };
}

function buildSystem(
  config: ChartConfig,
  home: RunFolder,
  { train, valid, test }: Splits,
  record: DataRecord,
  observer: TrainObserver,
): System {
  const chart = loadChartModel(config, home);
  const { reader, known, decoder } = chart;
  const read = (trees: readonly Tree[]) => trees.map((tree) => reader.read(wordsOf(tree)));
  const examplesOf = (trees: readonly Tree[], sentences: readonly WordSentence[]) =>
    decoder.examples(sentences, trees, chart.batching, known);
  const hold = (name: SplitName, trees: readonly Tree[]): HeldTrees => {
    const sentences = read(trees);
    const cut = trees.filter((tree, i) => sentences[i]!.words.length - 2 < wordsOf(tree).length).length;
    if (cut > 0) {
      const counts = `${formatCount(cut)} of ${formatCount(trees.length)} sentences`;
      observer.warn(`data.${name}: ${counts} have more pieces than model.maxLength allows; they are cut`);
    }
    return { trees, sentences };
  };
  const trained = hold('train', train);
  const sets = { valid: hold('valid', valid), ...(test && { test: hold('test', test) }) };
  const { padToMultiple } = config.data;
  const { dModel, maxLength } = config.model;
  const options = { ...batchLimit(config.data), padToMultiple, maxLength };
  return {
    objective: decoder.objective(chart.model, wordOptions(config, known), known, config.objective.loss),
    dModel,
    batches: (rng) => {
      const plain = examplesOf(train, trained.sentences);
      const resegment = segmentations(chart, trained);
      return new BatchIterator(
        resegment === undefined ? () => plain : (epoch) => examplesOf(train, resegment(epoch)),
        options,
        rng,
      );
    },
    held: {
      valid: orderedBatches(examplesOf(valid, sets.valid.sentences), { batchTokens: HELD_OUT_TOKENS }),
    },
    hasTest: test !== undefined,
    evaluator: new ChartEvaluator(chart, sets),
    mainFigure: METRIC,
    artifacts: (weights) => ({ parse: buildChartGraph(chart, weights).model }),
    record,
    statistics: {
      unit: 'trees',
      kept: train.length,
      dropped: {},
      sides: {
        [side]: {
          vocabulary: reader.tokenizer.size,
          lengths: describeLengths(train.length, (i) => trained.sentences[i]!.words.at(-1)![0] - 1),
        },
      },
    },
  };
}

/** The training sentences as an epoch cuts them at random, where the config asks for that. */
function segmentations(
  { config, reader }: ChartModel,
  { trees }: HeldTrees,
): ((epoch: number) => WordSentence[]) | undefined {
  const { tokenizers, seed } = config;
  const { dropout, mode } = samplingOf(tokenizers[entryOf(tokenizers, side)]!);
  if (dropout === 0) return undefined;
  const root = Rng.fromSeed(seed).split('bpe-dropout');
  return (epoch) => {
    const rng = root.split(epoch);
    return trees.map((tree) => reader.read(wordsOf(tree), { dropout, mode, rng }));
  };
}
