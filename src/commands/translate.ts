// `tx translate`: one line in, one line out, in order.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { explain } from '../config/check.ts';
import { loadConfig } from '../config/load.ts';
import { type DecodeConfig, decodeSchema } from '../decode/config.ts';
import { TextTranslator, type Translation } from '../predict/load-translator.ts';
import { systemSchema } from '../run/config.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { defineCommand } from './command.ts';
import { readInputLines } from './input.ts';
import { findRun } from './locate.ts';
import { TaskBar } from './progress.ts';

export const translate = defineCommand({
  command: 'translate <run>',
  describe: 'Translate lines of text with a trained run',
  builder: (yargs) =>
    yargs
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: "A run's folder, or the config it was trained from",
      })
      .option('input', {
        alias: 'i',
        type: 'string',
        requiresArg: true,
        describe: 'Text to translate [default: standard input]',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: 'Where to write [default: standard output]',
      })
      .option('beam-size', {
        type: 'number',
        requiresArg: true,
        describe: "Hypotheses kept [default: the run's]",
      })
      .option('length-penalty', {
        type: 'number',
        requiresArg: true,
        describe: "Exponent of the length penalty [default: the run's]",
      })
      .option('n-best', {
        type: 'number',
        requiresArg: true,
        describe: 'Translations of each line, each after its line number and score',
      })
      .option('batch-tokens', { type: 'number', requiresArg: true, describe: 'Source tokens in a batch' })
      .option('text', {
        choices: ['raw', 'preprocessed'] as const,
        default: 'raw' as const,
        describe: "Text as people write it, or as the run's preprocessing steps leave it",
      })
      .option('threads', {
        type: 'number',
        default: 0,
        requiresArg: true,
        describe: 'Threads; 0 is one a core',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' })
      .example('echo "A house." | $0 translate runs/quickstart', 'Translate a line')
      .example('$0 translate runs/en-de -i test.en -o test.hyp --beam-size 8', 'Translate a file')
      .example(
        '$0 translate runs/en-de -i test.en --n-best 3 --json',
        'Three translations with their scores',
      ),
  run: async (args, context) => {
    const { input, output, threads } = args;
    const folder = findRun(args.run);
    const { beamSize, lengthPenalty, nBest, batchTokens } = args;
    const config = loadConfig(folder.config, systemSchema).value;
    if (config.task !== 'translation') {
      throw new UsageError(`${args.run}: is a run of the task ${config.task}; use tx parse`);
    }
    const decode = mergeDecode(config.decode, { beamSize, lengthPenalty, nBest, batchTokens });
    if (!Number.isInteger(threads) || threads < 0) {
      throw new UsageError('--threads expects a whole number of at least 0');
    }
    if (output !== undefined) checkWritable(output);
    const lines = await readInputLines(input ?? '-', context, 'lines');
    const onTruncated = (line: number, tokens: number) =>
      context.log.warn(`line ${line + 1} has ${tokens} tokens, more than the model takes; it was cut`);
    const translator = await TextTranslator.load(folder, { decode, threads, onTruncated });
    const bar = new TaskBar(context.log);
    try {
      const results = await translator.translate(lines, args.text, (done, total) =>
        bar.update('translating', done, total),
      );
      const text = results.map((translations, i) => formatLine(i, lines[i]!, translations, args)).join('');
      if (output === undefined) context.stdout.write(text);
      else writeFileAtomic(output, text);
    } finally {
      bar.stop();
      await translator.release();
    }
  },
});

const toOption = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The run's `decode` section with the options that were given; a UsageError that names them. */
export function mergeDecode(
  own: DecodeConfig,
  options: Partial<Record<keyof DecodeConfig, number | undefined>>,
): DecodeConfig {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged: DecodeConfig = { ...own, ...given };
  const { data, error } = decodeSchema.safeParse(merged, { error: explain });
  if (data !== undefined) return data;
  const { path, message } = error.issues[0]!;
  const key = path[0] as keyof DecodeConfig;
  if (merged.nBest > merged.beamSize && key === 'nBest') {
    const from = given.beamSize === undefined ? "the run's" : 'given';
    throw new UsageError(
      `--n-best ${merged.nBest} needs a --beam-size as large; ${from} is ${merged.beamSize}`,
    );
  }
  throw new UsageError(`${toOption(key)} ${merged[key]}: ${message}`);
}

/** Finds out before the work, not after it, that a file cannot be written. */
export function checkWritable(path: string): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw new UserError(`${path}: is a directory`);
  try {
    accessSync(existing ? path : dirname(path), constants.W_OK);
  } catch {
    throw new UserError(`${path}: cannot be written; is its folder there, and yours to write to?`);
  }
}

function formatLine(
  index: number,
  source: string,
  translations: readonly Translation[],
  { json, nBest }: { json: boolean; nBest?: number | undefined },
): string {
  if (json) return `${JSON.stringify({ source, translations })}\n`;
  if (nBest === undefined) return `${translations[0]!.text}\n`;
  return translations.map(({ text, score }) => `${index + 1}\t${score.toFixed(4)}\t${text}\n`).join('');
}
