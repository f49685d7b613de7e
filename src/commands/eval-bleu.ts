// `tx eval-bleu`: corpus BLEU, reported as sacreBLEU does: of a file of translations against files of references, or
// of a run on its own test set.
import { loadConfig } from '../config/load.ts';
import { dataSchema } from '../data/config.ts';
import { loadSplit } from '../data/corpus.ts';
import { type BleuOptions, type BleuScore, bleuOptions, buildBleu } from '../metrics/bleu.ts';
import { TextTranslator } from '../predict/load-translator.ts';
import { systemSchema } from '../run/config.ts';
import { buildPreprocessors } from '../run/languages.ts';
import { saveResult } from '../run/results.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { decodeUtf8, readTextFile, splitLines } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { type Context, defineCommand, readStdin } from './command.ts';
import { findRun } from './locate.ts';
import { TaskBar } from './progress.ts';

const defaults = bleuOptions.parse({});
const { tokenize, smoothMethod } = bleuOptions.shape;
const SETS = ['test', 'valid'] as const;
const orTheRuns = (value: unknown): string => `[default: ${value}, or the run's]`;

export const evalBleu = defineCommand({
  command: 'eval-bleu [run]',
  describe: 'Score translations, or a run on its test set, with BLEU as sacreBLEU computes it',
  builder: (yargs) =>
    yargs
      .positional('run', {
        type: 'string',
        describe: "A run's folder, or the config it was trained from",
      })
      .option('on', { choices: SETS, describe: "Which of the run's sets [default: test]" })
      .option('hyp', {
        type: 'string',
        requiresArg: true,
        describe: 'Instead of a run: translations, one a line; - is standard input',
      })
      .option('ref', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'References, line by line for the translations; one file or several',
      })
      .option('json', { type: 'boolean', default: false, describe: "Print JSON with sacreBLEU's fields" })
      .option('tokenize', {
        choices: tokenize.unwrap().options,
        describe: `Tokenizer ${orTheRuns(defaults.tokenize)}`,
      })
      .option('lowercase', { type: 'boolean', describe: `Ignore case ${orTheRuns(defaults.lowercase)}` })
      .option('smooth', {
        choices: smoothMethod.unwrap().options,
        describe: `Smoothing of n-gram orders without a match ${orTheRuns(defaults.smoothMethod)}`,
      })
      .option('smooth-value', { type: 'number', describe: 'For --smooth floor (0.1) and add-k (1)' })
      .example('$0 eval-bleu runs/quickstart', 'Score a run on its test set')
      .example('$0 eval-bleu --hyp out.en --ref test.en', 'Score a file')
      .example('$0 eval-bleu --hyp out.en --ref a.en b.en --json', 'Two references, JSON')
      .example('$0 eval-bleu --hyp - --ref test.en < out.en', 'Score what is piped in'),
  run: async (args, context) => {
    const { run, hyp, ref, on, json } = args;
    if (run !== undefined) {
      if (hyp !== undefined || ref !== undefined) {
        throw new UsageError('give a run, or --hyp and --ref, not both; see tx eval-bleu --help');
      }
      await scoreRun(run, on ?? 'test', args, context);
      return;
    }
    if (hyp === undefined && ref === undefined) {
      throw new UsageError('give a run, or --hyp and --ref; see tx eval-bleu --help');
    }
    for (const [name, value] of Object.entries({ hyp, ref })) {
      if (value === undefined) throw new UsageError(`missing --${name}; see tx eval-bleu --help`);
    }
    if (on !== undefined) throw new UsageError('--on is for a run, not for files');
    const options = mergeOptions(defaults, args);
    const { hyps, refs } = await readFiles(hyp!, ref!, context);
    context.stdout.write(formatBleu(scoreLines(hyps, refs, options), json));
  },
});

interface Arguments {
  json: boolean;
  tokenize?: BleuOptions['tokenize'] | undefined;
  lowercase?: boolean | undefined;
  smooth?: BleuOptions['smoothMethod'] | undefined;
  smoothValue?: number | undefined;
}

/** `base` with the options that were given. */
function mergeOptions(base: BleuOptions, args: Arguments): BleuOptions {
  const smoothMethod = args.smooth ?? base.smoothMethod;
  // A value of the run's is for the run's method.
  const smoothValue = args.smoothValue ?? (smoothMethod === base.smoothMethod ? base.smoothValue : undefined);
  if (args.smoothValue !== undefined && !(args.smoothValue >= 0)) {
    throw new UsageError('--smooth-value must be at least 0');
  }
  if (args.smoothValue !== undefined && smoothMethod !== 'floor' && smoothMethod !== 'add-k') {
    throw new UsageError(`--smooth-value is for --smooth floor and add-k; ${smoothMethod} takes no value`);
  }
  return {
    ...base,
    tokenize: args.tokenize ?? base.tokenize,
    lowercase: args.lowercase ?? base.lowercase,
    smoothMethod,
    smoothValue,
  };
}

const scoredSchema = systemSchema.extend({ data: dataSchema });

/** Translates a set of the run's, prints the score as files get it, and keeps both in the run's folder. */
async function scoreRun(
  run: string,
  name: (typeof SETS)[number],
  args: Arguments,
  context: Context,
): Promise<void> {
  const folder = findRun(run);
  const config = loadConfig(folder.config, scoredSchema).value;
  const { text, bleu } = config.evaluation;
  const options = mergeOptions(bleu, args);
  if (config.data[name] === undefined)
    throw new UserError(`${folder.config}: has no data.${name}; try --on valid`);
  const set = loadSplit(config.data, name);
  if (set.src.length === 0) throw new UserError(`${folder.config}: data.${name} has no lines to score`);
  const { src, tgt } = buildPreprocessors(config);
  const isRaw = text === 'raw';
  const sources = isRaw ? set.src : set.src.map((line) => src.apply(line));
  const references = isRaw ? set.tgt : set.tgt.map((line) => tgt.apply(line));
  const translator = await TextTranslator.load(folder);
  const bar = new TaskBar(context.log);
  try {
    const translations = await translator.translate(sources, text, (done, total) =>
      bar.update(name, done, total),
    );
    bar.stop();
    const hypotheses = translations.map(([best]) => best!.text);
    const scored = scoreLines(hypotheses, [references], options);
    context.stdout.write(formatBleu(scored, args.json));
    saveResult(folder, name, { weights: translator.weights, hypotheses, references, ...scored });
  } finally {
    bar.stop();
    await translator.release();
  }
}

async function readFiles(
  hyp: string,
  ref: readonly string[],
  context: Context,
): Promise<{ hyps: string[]; refs: string[][] }> {
  const name = hyp === '-' ? 'standard input' : hyp;
  const hyps = splitLines(hyp === '-' ? decodeUtf8(await readStdin(context), name) : readTextFile(hyp));
  if (hyps.length === 0) throw new UserError(`${name}: has no lines to score`);
  const refs = ref.map((path) => {
    const lines = splitLines(readTextFile(path));
    if (lines.length === hyps.length) return lines;
    const counts = `${name} has ${count(hyps)}, ${path} has ${count(lines)}`;
    throw new UserError(`${counts}: each line needs its reference`);
  });
  return { hyps, refs };
}

interface Scored {
  score: BleuScore;
  signature: string;
}

function scoreLines(hyps: string[], refs: string[][], options: BleuOptions): Scored {
  const bleu = buildBleu(options);
  return { score: bleu.score(hyps, refs), signature: bleu.signature(refs.length) };
}

/** sacreBLEU's line, or its JSON with more digits of the score. */
function formatBleu({ score, signature }: Scored, json: boolean): string {
  if (!json) return `${score.format(signature)}\n`;
  // `BLEU = 12.34 50.0/…`: what follows the score.
  const verbose = score.format().split(' ').slice(3).join(' ');
  const settings = Object.fromEntries(signature.split('|').map((setting) => setting.split(':', 2)));
  // Ten decimals hide what floating point adds to a score of 100.
  const value = Number(score.score.toFixed(10));
  return `${JSON.stringify({ name: score.name, score: value, signature, verbose_score: verbose, ...settings }, null, 1)}\n`;
}

function count(lines: readonly string[]): string {
  return `${formatCount(lines.length)} ${lines.length === 1 ? 'line' : 'lines'}`;
}
