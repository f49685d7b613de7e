// `tx lm`: text that a language model writes on from prompts, one prompt a line.
import { type GenerateConfig, generateSchema, type LmConfig } from '../tasks/lm.ts';
import { openRun } from '../tasks/open-run.ts';
import { TextGenerator } from '../tasks/text-generator.ts';
import { answerLines, countLines } from './answer.ts';
import { defineCommand } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions, decodeOptions, mergeSearch } from './decode-options.ts';
import { findRun } from './locate.ts';
import { checkOutput, outputPath } from './output.ts';

export const lmCommand = defineCommand({
  command: 'lm <what> <run>',
  describe: 'Let a language model continue prompts',
  builder: (yargs) =>
    decodeOptions(
      yargs
        .positional('what', {
          choices: ['generate'] as const,
          demandOption: true,
          describe: 'generate: continue each line',
        })
        .positional('run', {
          type: 'string',
          demandOption: true,
          describe: "A run's folder, or the config it was trained from",
        })
        .option('input', {
          alias: 'i',
          type: 'string',
          requiresArg: true,
          describe: 'Prompts, one a line; - is standard input [default: standard input]',
        })
        .option('output', {
          alias: 'o',
          type: 'string',
          requiresArg: true,
          describe: 'Where to write: FILE.part until all is done [default: standard output]',
        })
        .option('max-tokens', {
          type: 'number',
          requiresArg: true,
          describe: "Most tokens of a continuation [default: the run's]",
        })
        .option('length-penalty', {
          type: 'number',
          requiresArg: true,
          describe: "Exponent of the length penalty [default: the run's]",
        })
        .option('n-best', {
          type: 'number',
          requiresArg: true,
          describe: 'Continuations of each prompt, each after its line number and score',
        })
        .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' }),
    )
      .example('echo "Once upon a time" | $0 lm generate runs/novels', 'Continue a line')
      .example('$0 lm generate runs/novels -i prompts.txt --max-tokens 20 --json', 'Continue a file'),
  run: async (args, context) => {
    const { input = '-', threads, bufferSize } = args;
    const output = outputPath(args.output);
    const run = openRun<LmConfig>(findRun(args.run), 'lm');
    const { beamSize, lengthPenalty, nBest, maxTokens } = args;
    const decode = mergeSearch<GenerateConfig>(generateSchema, run.config.decode, {
      beamSize,
      lengthPenalty,
      nBest,
      maxTokens,
    });
    checkDecodeOptions(args);
    checkOutput(output, [input], context);
    const total = await countLines([input], context);
    let first = 0;
    const cut = new CutLines(context.log, 'its start was cut off');
    const onTruncated = (line: number, tokens: number) => cut.add(`line ${first + line + 1}`, tokens);
    const generator = await TextGenerator.load(run, {
      checkpoint: args.checkpoint,
      decode,
      threads,
      onTruncated,
    });
    try {
      await answerLines(
        { inputs: [input], output, bufferSize, total, doing: 'generating' },
        context,
        async (window, options) => {
          first = window.first;
          const results = await generator.generate(window.lines, options);
          return results
            .map((continuations, i) => {
              const prompt = window.lines[i]!;
              if (args.json) return `${JSON.stringify({ prompt, continuations })}\n`;
              if (nBest === undefined) return `${oneLine(continuations[0]!.text)}\n`;
              return continuations
                .map(({ text, score }) => `${first + i + 1}\t${score.toFixed(4)}\t${oneLine(text)}\n`)
                .join('');
            })
            .join('');
        },
      );
    } finally {
      cut.conclude();
      await generator.release();
    }
  },
});

/** One line in gives one line out: line breaks of the text are shown as spaces, but in JSON. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
