// `tx lm`: what a language model is used for.
import type { Argv } from 'yargs';
import type { LmConfig } from '../tasks/lm.ts';
import { openRun } from '../tasks/open-run.ts';
import { UsageError } from '../util/errors.ts';
import { defineCommand } from './command.ts';
import { lineOptions } from './decode-options.ts';
import { OWN_OPTIONS as GENERATES, generate, generateOptions } from './lm-generate.ts';
import { OWN_OPTIONS as SCORES, score, scoreOptions } from './lm-score.ts';
import { findRun } from './locate.ts';

const declare = (yargs: Argv) =>
  scoreOptions(
    generateOptions(
      lineOptions(
        yargs
          .positional('what', {
            choices: ['generate', 'score'] as const,
            demandOption: true,
            describe: 'generate: continue prompts; score: tell how likely text is',
          })
          .positional('run', {
            type: 'string',
            demandOption: true,
            describe: "A run's folder, or the config it was trained from",
          })
          .positional('texts', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe:
              'generate: prompts, instead of lines of --input; score: files, - is standard input [default: -]',
          })
          .option('json', {
            type: 'boolean',
            default: false,
            describe:
              'One JSON object a line: of a prompt with its continuations; of a document with its pieces, and of a file',
          }),
      ),
    ),
  );

export const lmCommand = defineCommand({
  command: 'lm <what> <run> [texts..]',
  describe: 'Let a language model continue prompts, or score text',
  builder: (yargs) =>
    declare(yargs)
      .example(
        '$0 lm generate runs/novels "It was a dark night"',
        'Continue a prompt, shown as it is written',
      )
      .example('$0 lm generate runs/novels "Chapter 1" --temperature 0.8 --top-p 0.95 --n 3', 'Draw three')
      .example(
        '$0 lm generate runs/novels -i prompts.txt --max-tokens 20 --json',
        'Continue each line of a file',
      )
      .example('$0 lm score runs/novels test.txt', 'Perplexity by token, word and byte')
      .example('$0 lm score runs/novels test.txt --stride 64 --json', 'Log-probability of each token'),
  run: async (args, context) => {
    const others = args.what === 'generate' ? SCORES : GENERATES;
    const stray = others.find((name) => (args as Record<string, unknown>)[name] !== undefined);
    if (stray !== undefined) {
      const other = args.what === 'generate' ? 'score' : 'generate';
      throw new UsageError(`--${stray} is an option of tx lm ${other}`);
    }
    const run = openRun<LmConfig>(findRun(args.run), 'lm');
    await (args.what === 'generate' ? generate(run, args, context) : score(run, args, context));
  },
});
