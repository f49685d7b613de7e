// `tx eval-bleu RUN`: a set of a trained run, its translation, and what is kept of it in the run's folder.
import { requireFiles } from '../data/known-corpora.ts';
import { filesOf } from '../data/sources/index.ts';
import { loadTestSet } from '../data/test-sets.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { ScoreReport } from '../metrics/metric.ts';
import { saveResult, summarizeScore } from '../run/results.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { type OpenRun, openRun } from '../tasks/open-run.ts';
import { TextTranslator } from '../tasks/pairs/text-translator.ts';
import {
  buildPreprocessors,
  buildTranslationText,
  readSplit,
  type TranslationConfig,
} from '../tasks/translation.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import type { Context } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { describeTestSet, type Material, parsePair } from './eval-bleu-input.ts';
import { findRun } from './locate.ts';
import { TaskBar } from './progress.ts';

export type ScoredRun = OpenRun<TranslationConfig>;

export interface RunArguments {
  on?: SplitName | undefined;
  testSet?: string | undefined;
  langpair?: string | undefined;
  checkpoint?: string | undefined;
}

/** A run to translate with, by its folder or config; a UsageError where it does something else. */
export const openScored = (name: string): ScoredRun =>
  openRun<TranslationConfig>(findRun(name), 'translation', { parsing: 'tx eval-parse' });

/** A set to translate, in the text that translations are compared in, and what its parts are called. */
export interface ScoredSet extends Omit<Material, 'corpus'> {
  name: string;
  text: 'raw' | 'preprocessed';
  src: string[];
  refs: string[][];
}

/** A known test set, compared as plain text, or the run's own set, in the form its config says unless `plain`. */
export async function readSet(
  { folder, config }: ScoredRun,
  { testSet, langpair, on }: RunArguments,
  plain: boolean,
): Promise<ScoredSet> {
  if (testSet !== undefined) return readTestSet(config, testSet, langpair);
  return readOwnSet(folder, config, on ?? 'test', plain);
}

export interface Translated {
  hyps: string[];
  /** Which parameters translated: `best`, `averaged`. */
  weights: string;
}

/** Translates a set; `label` is what is told of it meanwhile. */
export async function translateSet(
  run: ScoredRun,
  { text, src }: ScoredSet,
  { checkpoint }: RunArguments,
  label: string,
  context: Context,
): Promise<Translated> {
  const cut = new CutLines(context.log, 'it was cut and is scored so');
  const onTruncated = (line: number, tokens: number) => cut.add(`line ${line + 1} of ${label}`, tokens);
  const translator = await TextTranslator.load(run, buildTranslationText(run.config), {
    checkpoint,
    onTruncated,
  });
  const bar = new TaskBar(context.log);
  try {
    const onProgress = (done: number, total: number) => bar.update(`translating ${label}`, done, total);
    const outputs = await translator.translate(src, { input: text, output: text }, { onProgress });
    return { hyps: outputs.map(([best]) => best!.text), weights: translator.weights };
  } finally {
    bar.stop();
    cut.conclude();
    await translator.release();
  }
}

async function readOwnSet(
  folder: RunFolder,
  config: TranslationConfig,
  name: SplitName,
  plain: boolean,
): Promise<ScoredSet> {
  const source = config.data[name];
  if (source === undefined) throw new UserError(`${folder.config}: has no data.${name}; try --on valid`);
  requireFiles(filesOf(source));
  const { src, tgt } = await readSplit(config, name);
  if (src.length === 0) throw new UserError(`${folder.config}: data.${name} has no lines to score`);
  const text = plain ? 'raw' : config.evaluation.text;
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

function readTestSet({ data }: TranslationConfig, name: string, langpair: string | undefined): ScoredSet {
  const [srcLang, tgtLang] = langpair === undefined ? [data.srcLang, data.tgtLang] : parsePair(langpair);
  const { src, refs } = loadTestSet(name, srcLang, tgtLang);
  return { name, text: 'raw', src, refs, ...describeTestSet(name, srcLang, tgtLang, refs.length) };
}

/** What the run's folder calls the files of a set. */
const resultName = ({ name }: ScoredSet): string => name.replaceAll('/', '_');

/**
 * Keeps translations, references and figures under results/: the first metric's as NAME.json, as training does, those
 * of others as NAME.METRIC.json, further references as NAME.ref.2 and so on.
 */
export function saveTranslated(
  { folder }: ScoredRun,
  set: ScoredSet,
  { hyps, weights }: Translated,
  metricNames: readonly string[],
  [first, ...others]: readonly ScoreReport[],
): void {
  const name = resultName(set);
  const [references, ...more] = set.refs;
  const summarize = ({ score, signature }: ScoreReport) => ({
    weights,
    ...summarizeScore(score, signature),
  });
  saveResult(folder, name, { hyp: hyps, ref: references! }, summarize(first!));
  more.forEach((lines, r) => {
    writeFileAtomic(folder.result(`${name}.ref.${r + 2}`), lines.map((line) => `${line}\n`).join(''));
  });
  others.forEach((report, m) => {
    saveResult(folder, `${name}.${metricNames[m + 1]}`, {}, summarize(report));
  });
}

/** Keeps a protocol's figures as results/NAME.PROTOCOL.json. */
export function saveProtocol({ folder }: ScoredRun, set: ScoredSet, protocol: string, figures: object): void {
  const path = folder.result(`${resultName(set)}.${protocol}.json`);
  writeFileAtomic(path, `${JSON.stringify(figures, null, 2)}\n`);
}
