// From a config's sources to encoded pairs: reading, preprocessing, tokenizing, length filter.
import { defaultStorage, type Storage, withIndex } from '../../data/index-store.ts';
import { filterPairs, formatFilterReport, isEncodable } from '../../data/length-filter.ts';
import { describeLengths } from '../../data/length-statistics.ts';
import { collectPairs, type EncodedPairs } from '../../data/pairs.ts';
import { describeSource, filesOf, mapFiles } from '../../data/sources/index.ts';
import type { Constraint } from '../../decode/constraint.ts';
import type { DataStatistics } from '../../run/data-statistics.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { samplingOf } from '../../tokenizers/index.ts';
import { type DataRecord, recordFile, recordLines } from '../../train/data-record.ts';
import type { TrainObserver } from '../../train/observer.ts';
import { UserError } from '../../util/errors.ts';
import { formatCount } from '../../util/format.ts';
import { provideTokenizers } from '../make-tokenizers.ts';
import {
  entryOf,
  identityOfTokenizers,
  loadTokenizers,
  recordTokenizers,
  specialIds,
} from '../tokenizers.ts';
import { nameRecord, TrainingText } from '../training-text.ts';
import type { PairConfig } from './config.ts';
import { type Codec, type PairText, type PairTokenizers, type SplitText, sides } from './pair-text.ts';
import {
  encodePair,
  encodeTraining,
  type PairEncoding,
  type PairTrainingText,
  resegment,
  type TrainingPairs,
} from './training-pairs.ts';

export interface Corpora {
  text: PairText;
  train: PairTrainingText;
  /** The training text in ids, once it has been encoded. */
  encoded?: Promise<TrainingPairs>;
  valid: SplitText;
  test: SplitText | undefined;
}

export interface PreparedData {
  text: PairText;
  tokenizers: PairTokenizers;
  codec: Codec;
  constraint: Constraint | undefined;
  train: (epoch: number) => EncodedPairs;
  valid: SplitText;
  statistics: DataStatistics;
  /** The validation pairs that fit the model, for the loss. */
  validPairs: EncodedPairs;
  test: SplitText | undefined;
}

/** Reads and preprocesses the corpora; of training text that is larger than memory only the files' bytes. */
export async function readCorpora(
  config: PairConfig,
  text: PairText,
  observer: TrainObserver,
  storage: Storage = defaultStorage(),
): Promise<Corpora> {
  observer.note('reading and preprocessing the corpora');
  const source = config.data.train!;
  const settings = [mapFiles(source, () => 'given'), text.form];
  const open = () => text.open('train');
  const train = await TrainingText.open(
    { fields: sides, files: filesOf(source), settings, open },
    withIndex(storage, config.data.index),
    (message) => observer.warn(message),
  );
  const heldOut = async (name: 'valid' | 'test'): Promise<SplitText> => {
    const split = await text.read(name);
    if (split.raw.src.length === 0) throw new UserError(`data.${name} has no lines`);
    return split;
  };
  const valid = await heldOut('valid');
  const test = config.data.test === undefined ? undefined : await heldOut('test');
  for (const doubt of text.doubts(valid.raw.tgt)) observer.warn(doubt);
  return { text, train, valid, test };
}

/** Puts what the run needs of the corpora into its folder, if it is new; the record of all that decides training. */
export async function recordCorpora(
  config: PairConfig,
  corpora: Corpora,
  folder: RunFolder,
  isNew: boolean,
  observer: TrainObserver,
): Promise<DataRecord> {
  const { text, train, valid } = corpora;
  if (isNew) {
    const lesson = { text: train, sides, accepts: isEncodable, beside: text.beside };
    await provideTokenizers(config.tokenizers, lesson, folder, observer);
  }
  // The record of a text that is not held is made, or found, where the text is encoded.
  if (train.record === undefined) await encode(config, corpora, folder, observer);
  const describe = (split: 'train' | 'valid') => (side: 'src' | 'tgt') => ({
    name: `data.${split}.${side}`,
    complaint: `data.${split} is not what the run was trained on: ${describeSource(config.data[split]!, side)}`,
  });
  const validRecord = { src: recordLines(valid.raw.src), tgt: recordLines(valid.raw.tgt) };
  return {
    ...nameRecord(train.record!, describe('train')),
    ...nameRecord(validRecord, describe('valid')),
    ...recordTokenizers(config.tokenizers, folder),
  };
}

/** The tokenizers of a run, which must agree on the ids that frame sentences. */
export function loadPairTokenizers({ tokenizers }: Pick<PairConfig, 'tokenizers'>, folder: RunFolder) {
  const { src, tgt } = loadTokenizers(tokenizers, sides, folder);
  return { src, tgt, ids: specialIds([src, tgt]) };
}

/** How training text is encoded with the tokenizers in the run's folder. */
function encodingOf(config: PairConfig, text: PairText, folder: RunFolder) {
  const tokenizers = loadPairTokenizers(config, folder);
  // A sentence and its eos must fit the model's positions.
  const longest = config.model.maxLength - 1;
  const { filter } = config.data;
  const sampling = samplingOfSides(config);
  const files = sides.map((side) => recordFile(folder.tokenizer(entryOf(config.tokenizers, side)), ''));
  const encoding: PairEncoding = {
    codec: text.codec(tokenizers),
    filter: { ...filter, maxLength: Math.min(filter.maxLength, longest) },
    longest,
    vocabulary: Math.max(tokenizers.src.size, tokenizers.tgt.size),
    keepsLines: sampling.src.dropout > 0 || sampling.tgt.dropout > 0,
    identity: [identityOfTokenizers(config.tokenizers), files],
  };
  return { tokenizers, sampling, encoding };
}

function samplingOfSides({ tokenizers }: PairConfig) {
  const of = (side: string) => samplingOf(tokenizers[entryOf(tokenizers, side)]!);
  return { src: of('src'), tgt: of('tgt') };
}

/** The training text in ids; encoded once. */
function encode(
  config: PairConfig,
  corpora: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<TrainingPairs> {
  corpora.encoded ??= encodeTraining(
    corpora.train,
    encodingOf(config, corpora.text, folder).encoding,
    observer,
  );
  return corpora.encoded;
}

/** Encodes the corpora with the tokenizers in the run's folder. */
export async function prepareData(
  config: PairConfig,
  corpora: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<PreparedData> {
  const { text, valid, test } = corpora;
  const { tokenizers, sampling, encoding } = encodingOf(config, text, folder);
  const { codec, longest } = encoding;
  const training = await encode(config, corpora, folder, observer);
  observer.note(`training text: ${formatFilterReport(training.report)}`);
  const { src, tgt } = valid.text;
  const fitting = filterPairs(
    collectPairs(src.length, (i) => encodePair(codec, src[i]!, tgt[i]!, longest), codec.isTagged),
    { minLength: 1, maxLength: longest, dropDuplicates: false },
  );
  if (fitting.kept < src.length) observer.warn(`validation loss: ${formatFilterReport(fitting)}`);
  if (fitting.kept === 0) throw new UserError('data.valid: no pair fits the model');
  warnOfCut('data.valid', valid, codec, longest, observer);
  if (test !== undefined) warnOfCut('data.test', test, codec, longest, observer);
  return {
    text,
    tokenizers,
    codec,
    constraint: text.constraint(tokenizers),
    train: resegment(training, encoding, sampling, config.seed),
    valid,
    validPairs: fitting.pairs,
    statistics: describeTraining(training, tokenizers),
    test,
  };
}

function describeTraining({ pairs, report }: TrainingPairs, tokenizers: PairTokenizers): DataStatistics {
  const ofSide = (side: 'src' | 'tgt') => ({
    vocabulary: tokenizers[side].size,
    lengths: describeLengths(pairs[side].length, (i) => pairs[side].lengthOf(i)),
  });
  return { unit: 'pairs', ...report, sides: { src: ofSide('src'), tgt: ofSide('tgt') } };
}

/** Tells how many source lines of a held-out set are searched, and scored, without their ends. */
function warnOfCut(
  name: string,
  { text: { src } }: SplitText,
  codec: Codec,
  longest: number,
  observer: TrainObserver,
): void {
  const cut = src.filter((line) => !isEncodable(line) || codec.encodeSource(line).length > longest);
  if (cut.length === 0) return;
  const lines = `${formatCount(cut.length)} of ${formatCount(src.length)} source lines`;
  observer.warn(
    `${name}: ${lines} have more than the ${formatCount(longest)} tokens that model.maxLength allows; they are cut and scored so`,
  );
}
