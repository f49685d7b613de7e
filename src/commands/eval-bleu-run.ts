// `tx eval-bleu RUN`: a set translated by a trained run, and what is kept of it in the run's folder.
import { loadConfig } from '../config/load.ts';
import { dataSchema } from '../data/config.ts';
import { loadSplit } from '../data/corpus.ts';
import { loadTestSet } from '../data/test-sets.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { ScoreReport } from '../metrics/metric.ts';
import { TextTranslator } from '../predict/load-translator.ts';
import { type SystemConfig, systemSchema } from '../run/config.ts';
import { buildPreprocessors } from '../run/languages.ts';
import { saveResult, summarizeScore } from '../run/results.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import type { Context } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { describeTestSet, type Material, parsePair } from './eval-bleu-input.ts';
import { findRun } from './locate.ts';
import { TaskBar } from './progress.ts';

export interface ScoredRun {
  folder: RunFolder;
  config: SystemConfig;
}

export interface RunArguments {
  on?: SplitName | undefined;
  testSet?: string | undefined;
  langpair?: string | undefined;
  checkpoint?: string | undefined;
}

/** A run to translate with, by its folder or config; a UsageError where it does something else. */
export function openRun(name: string): ScoredRun {
  const folder = findRun(name);
  const config = loadConfig(folder.config, systemSchema).value;
  if (config.task !== 'translation') {
    throw new UsageError(`${folder.path}: its task is ${config.task}; tx eval-parse scores trees`);
  }
  return { folder, config };
}

/** The translations of a set and what they are compared with. */
export interface Translated {
  material: Material;
  /** What the run's folder calls the set. */
  name: string;
  /** Which parameters translated: `best`, `averaged`. */
  weights: string;
}

/**
 * Translates the run's own set, compared in the form its config says, or a known test set, compared as plain text.
 * `plain` compares any as plain text.
 */
export async function translateSet(
  { folder, config }: ScoredRun,
  args: RunArguments,
  plain: boolean,
  context: Context,
): Promise<Translated> {
  const { name, text, src, refs, ...names } =
    args.testSet === undefined
      ? readOwnSet(folder, config, args.on ?? 'test', plain)
      : readTestSet(config, args.testSet, args.langpair);
  const cut = new CutLines(context.log, 'it was cut and is scored so');
  const onTruncated = (line: number, tokens: number) => cut.add(`line ${line + 1} of ${name}`, tokens);
  const translator = await TextTranslator.load(folder, { checkpoint: args.checkpoint, onTruncated });
  const bar = new TaskBar(context.log);
  try {
    const onProgress = (done: number, total: number) => bar.update(`translating ${name}`, done, total);
    const outputs = await translator.translate(src, { input: text, output: text }, { onProgress });
    const hyps = outputs.map(([best]) => best!.text);
    const corpus = { refs, src, systems: [{ name: folder.path, hyps }] };
    return { material: { corpus, ...names }, name: name.replaceAll('/', '_'), weights: translator.weights };
  } finally {
    bar.stop();
    cut.conclude();
    await translator.release();
  }
}

/** A set to translate, in the text that translations are compared in, and what its parts are called. */
interface ScoredSet extends Omit<Material, 'corpus'> {
  name: string;
  text: 'raw' | 'preprocessed';
  src: string[];
  refs: string[][];
}

const ownSchema = systemSchema.extend({ data: dataSchema });

function readOwnSet(folder: RunFolder, config: SystemConfig, name: SplitName, plain: boolean): ScoredSet {
  const { data } = loadConfig(folder.config, ownSchema).value;
  if (data[name] === undefined) throw new UserError(`${folder.config}: has no data.${name}; try --on valid`);
  const { src, tgt } = loadSplit(data, name);
  if (src.length === 0) throw new UserError(`${folder.config}: data.${name} has no lines to score`);
  const text = plain ? 'raw' : (config.evaluation.text ?? 'raw');
  const steps = buildPreprocessors(config);
  const isRaw = text === 'raw';
  return {
    name,
    text,
    src: isRaw ? src : src.map((line) => steps.src.apply(line)),
    refs: [isRaw ? tgt : tgt.map((line) => steps.tgt.apply(line))],
    refNames: [`the reference of data.${name}`],
    srcName: `the source of data.${name}`,
    lang: config.data.tgtLang,
    title: `${folder.path} on data.${name}`,
  };
}

function readTestSet({ data }: SystemConfig, name: string, langpair: string | undefined): ScoredSet {
  const [srcLang, tgtLang] = langpair === undefined ? [data.srcLang, data.tgtLang] : parsePair(langpair);
  const { src, refs } = loadTestSet(name, srcLang, tgtLang);
  return { name, text: 'raw', src, refs, ...describeTestSet(name, srcLang, tgtLang, refs.length) };
}

/**
 * Keeps translations, references and figures under results/: the first metric's as NAME.json, as training does, those
 * of others as NAME.METRIC.json, further references as NAME.ref.2 and so on.
 */
export function saveTranslated(
  { folder }: ScoredRun,
  { material, name, weights }: Translated,
  metricNames: readonly string[],
  [first, ...others]: readonly ScoreReport[],
): void {
  const { refs, systems } = material.corpus;
  const [references, ...more] = refs as string[][];
  const hypotheses = [...systems[0]!.hyps];
  const summarize = ({ score, signature }: ScoreReport) => ({
    weights,
    ...summarizeScore(score, signature),
  });
  saveResult(folder, name, { hyp: hypotheses, ref: references! }, summarize(first!));
  more.forEach((lines, r) => {
    writeFileAtomic(folder.result(`${name}.ref.${r + 2}`), lines.map((line) => `${line}\n`).join(''));
  });
  others.forEach((report, m) => {
    saveResult(folder, `${name}.${metricNames[m + 1]}`, {}, summarize(report));
  });
}

/** Keeps an object as results/NAME.json. */
export function saveJson(folder: RunFolder, name: string, value: object): void {
  writeFileAtomic(folder.result(`${name}.json`), `${JSON.stringify(value, null, 2)}\n`);
}
