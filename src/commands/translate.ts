// `tx translate`: one line in, one line out, in order.
import { basename, extname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { resolveConfigPath } from '../config/resolve.ts';
import { TextTranslator, type Translation } from '../predict/load-translator.ts';
import { RunFolder } from '../run/run-folder.ts';
import { UsageError } from '../util/errors.ts';
import { decodeUtf8, readTextFile, splitLines, writeFileAtomic } from '../util/files.ts';
import { defineCommand, readStdin } from './command.ts';
import { TaskBar } from './progress.ts';

export const translate = defineCommand({
  command: 'translate <run>',
  describe: 'Translate lines of text with a trained run',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "A run's folder, or the config it was trained from" })
      .option('input', { alias: 'i', type: 'string', requiresArg: true, describe: 'Text to translate [default: standard input]' })
      .option('output', { alias: 'o', type: 'string', requiresArg: true, describe: 'Where to write [default: standard output]' })
      .option('beam-size', { type: 'number', requiresArg: true, describe: "Hypotheses kept [default: the run's]" })
      .option('length-penalty', { type: 'number', requiresArg: true, describe: "Exponent of the length penalty [default: the run's]" })
      .option('n-best', { type: 'number', requiresArg: true, describe: 'Translations of each line' })
      .option('batch-tokens', { type: 'number', requiresArg: true, describe: 'Source tokens in a batch' })
      .option('text', {
        choices: ['raw', 'preprocessed'] as const,
        default: 'raw' as const,
        describe: "Text as people write it, or as the run's preprocessing steps leave it",
      })
      .option('threads', { type: 'number', default: 0, requiresArg: true, describe: 'Threads; 0 is one a core' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' })
      .example('echo "A house." | $0 translate runs/quickstart', 'Translate a line')
      .example('$0 translate runs/en-de -i test.en -o test.hyp --beam-size 8', 'Translate a file')
      .example('$0 translate runs/en-de -i test.en --n-best 3 --json', 'Three translations with their scores'),
  run: async (args, context) => {
    const folder = findRun(args.run);
    const settings = {
      beamSize: wholeNumber('beam-size', args.beamSize, 1),
      nBest: wholeNumber('n-best', args.nBest, 1),
      batchTokens: wholeNumber('batch-tokens', args.batchTokens, 1),
      lengthPenalty: args.lengthPenalty,
    };
    if (settings.lengthPenalty !== undefined && !(settings.lengthPenalty >= 0)) {
      throw new UsageError('--length-penalty must be at least 0');
    }
    const decode = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const threads = wholeNumber('threads', args.threads, 0)!;
    const onTruncated = (line: number, tokens: number) =>
      context.log.warn(`line ${line + 1} has ${tokens} tokens, more than the model takes; it was cut`);
    const translator = await TextTranslator.load(folder, { decode, threads, onTruncated });
    const bar = new TaskBar(context.log);
    try {
      const text = args.input === undefined ? decodeUtf8(await readStdin(context), 'standard input') : readTextFile(args.input);
      const lines = splitLines(text);
      const results = await translator.translate(lines, args.text, (done, total) => bar.update('translating', done, total));
      const output = results.map((translations, i) => formatLine(lines[i]!, translations, args)).join('');
      if (args.output === undefined) context.stdout.write(output);
      else writeFileAtomic(args.output, output);
    } finally {
      bar.stop();
      await translator.release();
    }
  },
});

/** A run's folder by its path, or by the config that it was trained from. */
export function findRun(name: string): RunFolder {
  if (!/\.ya?ml$/.test(name) || existsSync(join(name, 'config.yaml'))) return RunFolder.open(name);
  return RunFolder.open(join('runs', basename(resolveConfigPath(name), extname(name))));
}

function wholeNumber(option: string, value: number | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < least) throw new UsageError(`--${option} expects a whole number of at least ${least}`);
  return value;
}

function formatLine(source: string, translations: Translation[], { json, nBest }: { json: boolean; nBest?: number | undefined }): string {
  if (json) return `${JSON.stringify({ source, translations })}\n`;
  if (nBest === undefined) return `${translations[0]!.text}\n`;
  return translations.map(({ text, score }) => `${score.toFixed(4)}\t${text}\n`).join('');
}
