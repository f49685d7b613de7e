// From the config's files to encoded pairs: preprocessing, vocabulary, length filter.
import { copyFileSync } from 'node:fs';
import type { DataConfig } from '../data/config.ts';
import { loadSplit } from '../data/corpus.ts';
import { resolvePath } from '../data/expand-path.ts';
import { type FilterResult, filterPairs, formatFilterReport } from '../data/length-filter.ts';
import type { EncodedPairs, PairSource } from '../data/pairs.ts';
import type { ParallelText } from '../data/parallel.ts';
import { Sequences } from '../data/sequences.ts';
import { buildPreprocessors, type Languages, loadLanguages } from '../run/languages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { trainBpe } from '../tokenizers/bpe-trainer.ts';
import type { Vocabulary } from '../tokenizers/sentencepiece.ts';
import { encodeModel } from '../tokenizers/sentencepiece-model.ts';
import { UserError } from '../util/errors.ts';
import { fileExists, writeFileAtomic } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import type { TrainConfig } from './config.ts';
import type { TrainObserver } from './observer.ts';

export interface HeldOut {
  /** Lines as in the file. */
  raw: ParallelText;
  /** Lines after the preprocessing steps. */
  text: ParallelText;
}

export interface Corpora {
  /** After the preprocessing steps. */
  train: ParallelText;
  valid: HeldOut;
  test: HeldOut | undefined;
}

export interface PreparedData {
  languages: Languages;
  train: PairSource;
  valid: HeldOut;
  /** The validation pairs that fit the model, for the loss. */
  validPairs: EncodedPairs;
  test: HeldOut | undefined;
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
  observer.note('reading and preprocessing the corpora');
  const { src, tgt } = buildPreprocessors(config);
  const apply = (raw: ParallelText): ParallelText => ({
    src: raw.src.map((line) => src.apply(line)),
    tgt: raw.tgt.map((line) => tgt.apply(line)),
  });
  const train = apply(loadSplit(config.data, 'train'));
  const heldOut = (name: 'valid' | 'test'): HeldOut => {
    const raw = loadSplit(config.data, name);
    if (raw.src.length === 0) throw new UserError(`data.${name} has no lines`);
    return { raw, text: apply(raw) };
  };
  const valid = heldOut('valid');
  const test = config.data.test === undefined ? undefined : heldOut('test');
  return { train, valid, test };
}

/** Encodes the corpora; trains the vocabularies that the run's folder does not have yet. */
export async function prepareData(
  config: TrainConfig,
  { train, valid, test }: Corpora,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<PreparedData> {
  provideVocabularies(config, folder, train, observer);
  const languages = await loadLanguages(config, folder);
  const encode = (text: ParallelText): EncodedPairs => ({
    src: encodeLines(languages.src.vocabulary, text.src),
    tgt: encodeLines(languages.tgt.vocabulary, text.tgt),
  });
  // A sentence and its eos must fit the model's positions.
  const longest = config.model.maxLength - 1;
  const { filter } = config.data;
  const limits = { ...filter, maxLength: Math.min(filter.maxLength, longest) };
  const filtered = filterPairs(encode(train), limits);
  observer.note(`training text: ${formatFilterReport(filtered)}`);
  const fitting = filterPairs(encode(valid.text), {
    minLength: 1,
    maxLength: longest,
    dropDuplicates: false,
  });
  if (fitting.indices.length < valid.text.src.length) {
    observer.note(`validation loss: ${formatFilterReport(fitting)}`);
  }
  if (fitting.indices.length === 0) throw new UserError('data.valid: no pair fits the model');
  const pairs: PairSource =
    config.vocabulary.bpeDropout > 0
      ? resegment(config, languages, train, filtered, longest)
      : () => filtered.pairs;
  return { languages, train: pairs, valid, validPairs: fitting.pairs, test };
}

/** The kept pairs cut anew for each epoch by BPE-dropout; a cut that does not fit the model gives way to the plain one. */
function resegment(
  { seed, vocabulary }: TrainConfig,
  { src, tgt }: Languages,
  text: ParallelText,
  { pairs, indices }: FilterResult,
  longest: number,
): PairSource {
  const root = Rng.fromSeed(seed).split('bpe-dropout');
  const dropout = vocabulary.bpeDropout;
  return (epoch) => {
    const rng = root.split(epoch);
    const cut = (vocabulary: Vocabulary, lines: readonly string[], plain: Sequences) =>
      Sequences.build(indices.length, (i) => {
        const ids = vocabulary.sample(lines[indices[i]!]!, { dropout, rng });
        return ids.length > longest ? plain.at(i) : ids;
      });
    return { src: cut(src.vocabulary, text.src, pairs.src), tgt: cut(tgt.vocabulary, text.tgt, pairs.tgt) };
  };
}

function encodeLines(vocabulary: Vocabulary, lines: readonly string[]): Sequences {
  return Sequences.build(lines.length, (i) => vocabulary.encode(lines[i]!));
}

function provideVocabularies(
  { vocabulary }: TrainConfig,
  folder: RunFolder,
  text: ParallelText,
  observer: TrainObserver,
): void {
  const { size, characterCoverage, normalization, joint, models } = vocabulary;
  const provide = (side: 'joint' | 'src' | 'tgt', given: string | undefined, lines: string[]) => {
    const path = folder.vocabulary(side);
    if (fileExists(path)) return;
    if (given !== undefined) {
      if (!fileExists(given))
        throw new UserError(`${given}: no such vocabulary; leave vocabulary.models out to train one`);
      copyFileSync(given, path);
      return;
    }
    observer.note(`training a BPE vocabulary of ${size} pieces (${side})`);
    const onProgress = (done: number, total: number) => observer.progress('vocabulary', done, total);
    const model = trainBpe(lines, { vocabSize: size, characterCoverage, normalization, onProgress });
    writeFileAtomic(path, encodeModel(model));
  };
  if (joint) provide('joint', models?.src, [...text.src, ...text.tgt]);
  else {
    provide('src', models?.src, text.src);
    provide('tgt', models?.tgt, text.tgt);
  }
}
