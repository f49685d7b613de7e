// From the config's files to encoded pairs: preprocessing, vocabulary, length filter.
import type { DataConfig } from '../data/config.ts';
import { resolvePath } from '../data/expand-path.ts';
import { filesOf, requireFiles } from '../data/known-corpora.ts';
import { type FilterResult, filterPairs, formatFilterReport, MAX_CHARACTERS } from '../data/length-filter.ts';
import { collectPairs, type EncodedPairs } from '../data/pairs.ts';
import type { ParallelText } from '../data/parallel.ts';
import type { Constraint } from '../decode/constraint.ts';
import { type Languages, loadLanguages } from '../run/languages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Codec, Task, TaskText } from '../run/task.ts';
import { buildTask } from '../run/tasks.ts';
import { trainBpe } from '../tokenizers/bpe-trainer.ts';
import { Vocabulary } from '../tokenizers/sentencepiece.ts';
import { findOtherCut } from '../tokenizers/sentencepiece-check.ts';
import { encodeModel } from '../tokenizers/sentencepiece-model.ts';
import { trainWords } from '../tokenizers/word-trainer.ts';
import { type DataRecord, recordFile, recordLines } from '../train/data-record.ts';
import type { TrainObserver } from '../train/observer.ts';
import { UserError } from '../util/errors.ts';
import { copyFile, fileExists, writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { Rng } from '../util/rng.ts';
import type { TrainConfig } from './config.ts';

export interface Corpora {
  task: Task;
  /** Lines in the model's form. */
  train: ParallelText;
  valid: TaskText;
  test: TaskText | undefined;
  /** Checksums of what decides training. */
  record: DataRecord;
}

export interface PreparedData {
  task: Task;
  languages: Languages;
  codec: Codec;
  constraint: Constraint | undefined;
  train: (epoch: number) => EncodedPairs;
  valid: TaskText;
  /** The validation pairs that fit the model, for the loss. */
  validPairs: EncodedPairs;
  test: TaskText | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The config with every file name absolute, so that it means the same from anywhere. */
export function resolvePaths(config: TrainConfig, folder: string, env: Environment): TrainConfig {
  const resolve = (path: string) => resolvePath(path, folder, env);
  const split = (given: DataConfig['train']): DataConfig['train'] => ({
    ...given,
    ...(given.src && { src: given.src.map(resolve) }),
    ...(given.tgt && { tgt: given.tgt.map(resolve) }),
    ...(given.table && { table: given.table.map(resolve) }),
    ...(given.trees && { trees: given.trees.map(resolve) }),
  });
  const { train, valid, test } = config.data;
  const { models } = config.vocabulary;
  return {
    ...config,
    data: { ...config.data, train: split(train), valid: split(valid), ...(test && { test: split(test) }) },
    vocabulary: {
      ...config.vocabulary,
      ...(models && {
        models: { src: resolve(models.src), ...(models.tgt !== undefined && { tgt: resolve(models.tgt) }) },
      }),
    },
  };
}

/** Reads and preprocesses the corpora. */
export function readCorpora(config: TrainConfig, observer: TrainObserver): Corpora {
  requireFiles(filesOf(config.data));
  observer.note('reading and preprocessing the corpora');
  const task = buildTask(config);
  const train = task.read(config.data, 'train');
  const heldOut = (name: 'valid' | 'test'): TaskText => {
    const text = task.read(config.data, name);
    if (text.raw.src.length === 0) throw new UserError(`data.${name} has no lines`);
    return text;
  };
  const valid = heldOut('valid');
  const test = config.data.test === undefined ? undefined : heldOut('test');
  const record = { ...recordSplit('train', config, train), ...recordSplit('valid', config, valid) };
  return { task, train: train.text, valid, test, record };
}

/** Checksums of a split's lines as they were read. */
function recordSplit(name: 'train' | 'valid', { data }: TrainConfig, { raw }: TaskText): DataRecord {
  const complain = (side: 'src' | 'tgt') => {
    const files = data[name][side] ?? data[name].table ?? data[name].trees;
    const source = files === undefined ? `${data[name].builtin} (${side})` : files.join(', ');
    return `data.${name} is not what the run was trained on: ${source}`;
  };
  return {
    [`data.${name}.src`]: recordLines(raw.src, complain('src')),
    [`data.${name}.tgt`]: recordLines(raw.tgt, complain('tgt')),
  };
}

/** Checksums of the vocabularies in a run's folder, and of the files that they came from where these are there. */
export function recordVocabularies(
  { vocabulary: { joint, models } }: TrainConfig,
  folder: RunFolder,
): DataRecord {
  const sides = joint ? (['joint'] as const) : (['src', 'tgt'] as const);
  const record = (path: string) =>
    recordFile(path, `${path} is not the vocabulary that the run was trained with`);
  const entries = sides.flatMap((side) => {
    const given = side === 'tgt' ? models?.tgt : models?.src;
    const isThere = given !== undefined && fileExists(given);
    return [
      [`vocabulary.${side}`, record(folder.vocabulary(side))] as const,
      ...(isThere ? [[`vocabulary.models.${side === 'tgt' ? 'tgt' : 'src'}`, record(given)] as const] : []),
    ];
  });
  return Object.fromEntries(entries);
}

/** Encodes the corpora with the vocabularies in the run's folder. */
export function prepareData(
  config: TrainConfig,
  { task, train, valid, test }: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): PreparedData {
  const languages = loadLanguages(config, folder);
  const codec = task.codec(languages);
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
  const pairs: (epoch: number) => EncodedPairs =
    config.vocabulary.bpeDropout > 0
      ? resegment(config, codec, train, filtered, longest)
      : () => filtered.pairs;
  const constraint = task.constraint(languages);
  return { task, languages, codec, constraint, train: pairs, valid, validPairs: fitting.pairs, test };
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
  { text: { src } }: TaskText,
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

/** The kept pairs cut anew for each epoch by BPE-dropout; a cut that does not fit the model gives way to the plain one. */
function resegment(
  { seed, vocabulary }: TrainConfig,
  codec: Codec,
  { src, tgt }: ParallelText,
  { pairs, indices }: FilterResult,
  longest: number,
): (epoch: number) => EncodedPairs {
  const root = Rng.fromSeed(seed).split('bpe-dropout');
  const { bpeDropout: dropout, bpeDropoutMode: mode } = vocabulary;
  return (epoch) => {
    const rng = root.split(epoch);
    return collectPairs(indices.length, (i) => {
      const line = indices[i]!;
      const pair = codec.encodePair(src[line]!, tgt[line]!, { dropout, mode, rng });
      if (pair.src.length <= longest && pair.tgt.length <= longest) return pair;
      return { src: pairs.src.at(i), tgt: pairs.tgt.at(i) };
    });
  };
}

/** Lines on which a new vocabulary is held against SentencePiece itself. */
const CHECKED_LINES = 200;

/** Puts the vocabularies into the run's folder: those that the config names, or new ones. */
export async function provideVocabularies(
  { vocabulary }: TrainConfig,
  { task, train }: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<void> {
  const all = task.vocabularyText(train);
  const text = { src: all.src.filter(isEncodable), tgt: all.tgt.filter(isEncodable) };
  const { characterCoverage, normalization, joint, models } = vocabulary;
  const provide = async (side: 'joint' | 'src' | 'tgt', given: string | undefined, lines: string[]) => {
    const path = folder.vocabulary(side);
    if (given !== undefined) {
      if (!fileExists(given))
        throw new UserError(`${given}: no such vocabulary; leave vocabulary.models out to train one`);
      copyFile(given, path);
      return;
    }
    const { type, size } = { ...vocabulary, ...(side === 'tgt' && vocabulary.tgt) };
    observer.note(`training a ${type === 'bpe' ? 'BPE' : type} vocabulary of ${size} pieces (${side})`);
    const onProgress = (done: number, total: number) => observer.progress('vocabulary', done, total);
    const key =
      side === 'tgt' && vocabulary.tgt?.size !== undefined ? 'vocabulary.tgt.size' : 'vocabulary.size';
    const model = naming(key, () =>
      type === 'bpe'
        ? trainBpe(lines, { vocabSize: size, characterCoverage, normalization, onProgress })
        : trainWords(lines, { vocabSize: size, normalization }),
    );
    writeFileAtomic(path, encodeModel(model));
    const step = Math.ceil(lines.length / CHECKED_LINES);
    const sample = lines.filter((_, i) => i % step === 0);
    const loaded = Vocabulary.load(path, { normalization });
    const other = await findOtherCut(path, sample, loaded, normalization);
    if (other !== undefined)
      observer.warn(
        `${path}: SentencePiece cuts this line otherwise: ${JSON.stringify(other.slice(0, 200))}`,
      );
  };
  if (joint) await provide('joint', models?.src, [...text.src, ...text.tgt]);
  else {
    await provide('src', models?.src, text.src);
    await provide('tgt', models?.tgt, text.tgt);
  }
}

/** Runs `act`; what a person can mend in it is told under the key of the config that it is about. */
function naming<T>(key: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${key}: ${error.message}`) : error;
  }
}
