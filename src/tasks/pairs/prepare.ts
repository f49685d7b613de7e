// From a config's sources to encoded pairs: reading, preprocessing, tokenizing, length filter.
import {
  type FilterResult,
  filterPairs,
  formatFilterReport,
  MAX_CHARACTERS,
} from '../../data/length-filter.ts';
import { collectPairs, type EncodedPairs } from '../../data/pairs.ts';
import { describeSource } from '../../data/sources/index.ts';
import type { ParallelText } from '../../data/sources/source.ts';
import type { Constraint } from '../../decode/constraint.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { samplingOf } from '../../tokenizers/index.ts';
import { type DataRecord, recordLines } from '../../train/data-record.ts';
import type { TrainObserver } from '../../train/observer.ts';
import { UserError } from '../../util/errors.ts';
import { formatCount } from '../../util/format.ts';
import { Rng } from '../../util/rng.ts';
import { entryOf, loadTokenizers, makeTokenizers, recordTokenizers, specialIds } from '../tokenizers.ts';
import type { PairConfig } from './config.ts';
import { type Codec, type PairText, type PairTokenizers, type SplitText, sides } from './pair-text.ts';

export interface Corpora {
  text: PairText;
  /** Lines in the model's form. */
  train: ParallelText;
  valid: SplitText;
  test: SplitText | undefined;
  /** Checksums of what decides training. */
  record: DataRecord;
}

export interface PreparedData {
  text: PairText;
  tokenizers: PairTokenizers;
  codec: Codec;
  constraint: Constraint | undefined;
  train: (epoch: number) => EncodedPairs;
  valid: SplitText;
  /** The validation pairs that fit the model, for the loss. */
  validPairs: EncodedPairs;
  test: SplitText | undefined;
}

/** Reads and preprocesses the corpora. */
export async function readCorpora(
  config: PairConfig,
  text: PairText,
  observer: TrainObserver,
): Promise<Corpora> {
  observer.note('reading and preprocessing the corpora');
  const train = await text.read('train');
  const heldOut = async (name: 'valid' | 'test'): Promise<SplitText> => {
    const split = await text.read(name);
    if (split.raw.src.length === 0) throw new UserError(`data.${name} has no lines`);
    return split;
  };
  const valid = await heldOut('valid');
  const test = config.data.test === undefined ? undefined : await heldOut('test');
  for (const doubt of text.doubts(valid.raw.tgt)) observer.warn(doubt);
  const record = { ...recordSplit('train', config, train), ...recordSplit('valid', config, valid) };
  return { text, train: train.text, valid, test, record };
}

/** Checksums of a split's lines as they were read. */
function recordSplit(name: 'train' | 'valid', { data }: PairConfig, { raw }: SplitText): DataRecord {
  const complain = (side: 'src' | 'tgt') =>
    `data.${name} is not what the run was trained on: ${describeSource(data[name]!, side)}`;
  return {
    [`data.${name}.src`]: recordLines(raw.src, complain('src')),
    [`data.${name}.tgt`]: recordLines(raw.tgt, complain('tgt')),
  };
}

/** Puts what the run needs of the corpora into its folder, if it is new; the record of all that decides training. */
export async function provideTokenizers(
  { tokenizers }: PairConfig,
  { text, train, record }: Corpora,
  folder: RunFolder,
  isNew: boolean,
  observer: TrainObserver,
): Promise<DataRecord> {
  if (isNew) {
    const all = text.tokenizerText(train);
    const lines = { src: all.src.filter(isEncodable), tgt: all.tgt.filter(isEncodable) };
    await makeTokenizers(tokenizers, lines, folder, observer);
  }
  return { ...record, ...recordTokenizers(tokenizers, folder) };
}

/** The tokenizers of a run, which must agree on the ids that frame sentences. */
export function loadPairTokenizers({ tokenizers }: Pick<PairConfig, 'tokenizers'>, folder: RunFolder) {
  const { src, tgt } = loadTokenizers(tokenizers, sides, folder);
  return { src, tgt, ids: specialIds([src, tgt]) };
}

/** Encodes the corpora with the tokenizers in the run's folder. */
export function prepareData(
  config: PairConfig,
  { text, train, valid, test }: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): PreparedData {
  const tokenizers = loadPairTokenizers(config, folder);
  const codec = text.codec(tokenizers);
  // A sentence and its eos must fit the model's positions.
  const longest = config.model.maxLength - 1;
  const { filter } = config.data;
  const limits = { ...filter, maxLength: Math.min(filter.maxLength, longest) };
  const filtered = filterPairs(encodePairs(codec, train, longest), limits);
  observer.note(`training text: ${formatFilterReport(filtered)}`);
  const fitting = filterPairs(encodePairs(codec, valid.text, longest), {
    minLength: 1,
    maxLength: longest,
    dropDuplicates: false,
  });
  if (fitting.indices.length < valid.text.src.length) {
    observer.warn(`validation loss: ${formatFilterReport(fitting)}`);
  }
  if (fitting.indices.length === 0) throw new UserError('data.valid: no pair fits the model');
  warnOfCut('data.valid', valid, codec, longest, observer);
  if (test !== undefined) warnOfCut('data.test', test, codec, longest, observer);
  return {
    text,
    tokenizers,
    codec,
    constraint: text.constraint(tokenizers),
    train: resegment(config, codec, train, filtered, longest),
    valid,
    validPairs: fitting.pairs,
    test,
  };
}

/** Lines that are too long by their characters alone are not encoded: they get a token more than the model takes. */
function encodePairs(codec: Codec, { src, tgt }: ParallelText, longest: number): EncodedPairs {
  const tooLong = new Int32Array(longest + 1);
  return collectPairs(src.length, (i) =>
    isEncodable(src[i]!) && isEncodable(tgt[i]!)
      ? codec.encodePair(src[i]!, tgt[i]!)
      : { src: tooLong, tgt: tooLong },
  );
}

const isEncodable = (line: string): boolean => line.length <= MAX_CHARACTERS;

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

/**
 * The kept pairs of each epoch, cut anew where a tokenizer has a chance of it; a cut that does not fit the model gives
 * way to the plain one.
 */
function resegment(
  { seed, tokenizers }: PairConfig,
  codec: Codec,
  { src, tgt }: ParallelText,
  { pairs, indices }: FilterResult,
  longest: number,
): (epoch: number) => EncodedPairs {
  const [ofSrc, ofTgt] = sides.map((side) => samplingOf(tokenizers[entryOf(tokenizers, side)]!));
  if (ofSrc!.dropout === 0 && ofTgt!.dropout === 0) return () => pairs;
  const root = Rng.fromSeed(seed).split('bpe-dropout');
  return (epoch) => {
    const rng = root.split(epoch);
    const [forSrc, forTgt] = [ofSrc!, ofTgt!].map((own) => (own.dropout === 0 ? undefined : { ...own, rng }));
    const sampling = { src: forSrc, tgt: forTgt };
    return collectPairs(indices.length, (i) => {
      const line = indices[i]!;
      const pair = codec.encodePair(src[line]!, tgt[line]!, sampling);
      if (pair.src.length <= longest && pair.tgt.length <= longest) return pair;
      return { src: pairs.src.at(i), tgt: pairs.tgt.at(i) };
    });
  };
}
