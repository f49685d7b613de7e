// `tx lm`: text that a language model writes on from prompts, one prompt a line.
import { type GenerateConfig, generateSchema, type LmConfig } from '../tasks/lm.ts';
import { openRun } from '../tasks/open-run.ts';
import { type Continuation, TextGenerator } from '../tasks/text-generator.ts';
import { answerText, textOptions } from './answer-text.ts';
import { defineCommand } from './command.ts';
import { mergeSearch, searchOptions } from './decode-options.ts';
import { findRun } from './locate.ts';

export const lmCommand = defineCommand({
  command: 'lm <what> <run>',
  describe: 'Let a language model continue prompts',
  builder: (yargs) =>
    searchOptions(
      textOptions(
        yargs.positional('what', {
          choices: ['generate'] as const,
          demandOption: true,
          describe: 'generate: continue each line',
        }),
        'Prompts, one a line',
      ),
      'Continuations of each prompt, each after its line number and score',
    )
      .option('max-tokens', {
        type: 'number',
        requiresArg: true,
        describe: "Most tokens of a continuation [default: the run's]",
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line, with scores' })
      .example('echo "Once upon a time" | $0 lm generate runs/novels', 'Continue a line')
      .example('$0 lm generate runs/novels -i prompts.txt --max-tokens 20 --json', 'Continue a file'),
  run: async (args, context) => {
    const run = openRun<LmConfig>(findRun(args.run), 'lm');
    const { beamSize, lengthPenalty, nBest, maxTokens, checkpoint, threads } = args;
    const given = { beamSize, lengthPenalty, nBest, maxTokens };
    const decode = mergeSearch<GenerateConfig>(generateSchema, run.config.decode, given);
    await answerText(args, context, {
      doing: 'generating',
      consequence: 'its start was cut off',
      load: (onTruncated) => TextGenerator.load(run, { checkpoint, decode, threads, onTruncated }),
      answer: async (generator, { lines, first }, options) => {
        const results = await generator.generate(lines, options);
        return results.map((found, i) => formatLine(first + i, lines[i]!, found, args)).join('');
      },
    });
  },
});

function formatLine(
  index: number,
  prompt: string,
  continuations: readonly Continuation[],
  { json, nBest }: { json: boolean; nBest?: number | undefined },
): string {
  if (json) return `${JSON.stringify({ prompt, continuations })}\n`;
  if (nBest === undefined) return `${oneLine(continuations[0]!.text)}\n`;
  return continuations
    .map(({ text, score }) => `${index + 1}\t${score.toFixed(4)}\t${oneLine(text)}\n`)
    .join('');
}

/** One line in gives one line out: line breaks of the text are shown as spaces, but in JSON. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
