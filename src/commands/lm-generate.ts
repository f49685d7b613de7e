// `tx lm generate`: text that a language model writes on from prompts. Lines of a file or of standard input are answered
// line by line; a prompt that is an argument as it is written.
import type { Argv } from 'yargs';
import type { LmConfig } from '../tasks/lm.ts';
import { type GenerateConfig, generateSchema } from '../tasks/lm-decode.ts';
import type { OpenRun } from '../tasks/open-run.ts';
import { type Continuation, TextGenerator } from '../tasks/text-generator.ts';
import { UsageError } from '../util/errors.ts';
import { answerText, inputOptions, type TextArguments } from './answer-text.ts';
import type { Context } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions, mergeSearch, searchOptions } from './decode-options.ts';

const group = 'Generate:';
const number = (describe: string) => ({ group, type: 'number', requiresArg: true, describe }) as const;

const input = inputOptions('Prompts, one a line');
const own = {
  input: { group, ...input.input },
  output: { group, ...input.output },
  'max-tokens': number("Most tokens of a continuation [default: the run's]"),
  temperature: number("What logits are divided by; 0 takes the likeliest token [default: the run's]"),
  'top-k': number('Draw from the k likeliest tokens'),
  'top-p': number('Draw from the likeliest tokens that together have this probability'),
  'min-p': number("Draw from tokens with at least this share of the likeliest one's probability"),
  'repetition-penalty': number('What logits of tokens that are there already are divided by; 1 is none'),
  seed: number("Of what is drawn [default: the run's]"),
  stop: {
    group,
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'End before this text; may be given several times',
  },
} as const;
const search = ['n-best', 'beam-size', 'length-penalty'];

/** Of this command alone. */
export const OWN_OPTIONS: readonly string[] = [...Object.keys(own), ...search];

export const generateOptions = <T>(yargs: Argv<T>) =>
  searchOptions(yargs, 'Continuations of each prompt, each after its line number and score')
    .options(own)
    .alias('n-best', 'n')
    .group(search, group);

export interface GenerateArguments extends TextArguments {
  texts: string[];
  json: boolean;
  checkpoint?: string | undefined;
  beamSize?: number | undefined;
  lengthPenalty?: number | undefined;
  nBest?: number | undefined;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  topK?: number | undefined;
  topP?: number | undefined;
  minP?: number | undefined;
  repetitionPenalty?: number | undefined;
  seed?: number | undefined;
  stop?: string[] | undefined;
}

export async function generate(
  run: OpenRun<LmConfig>,
  args: GenerateArguments,
  context: Context,
): Promise<void> {
  const { texts, checkpoint, threads } = args;
  const { beamSize, lengthPenalty, nBest, maxTokens, seed, stop } = args;
  const { temperature, topK, topP, minP, repetitionPenalty } = args;
  const decode = mergeSearch<GenerateConfig>(generateSchema, run.config.decode, {
    ...{ beamSize, lengthPenalty, nBest, maxTokens, seed, stop },
    ...{ temperature, topK, topP, minP, repetitionPenalty },
  });
  const load = (onTruncated: (line: number, tokens: number) => void) =>
    TextGenerator.load(run, { checkpoint, decode, threads, onTruncated });
  if (texts.length > 0) return continueArguments(args, context, load);
  await answerText(args, context, {
    doing: 'generating',
    consequence: 'its start was cut off',
    load,
    answer: async (generator, { lines, first }, options) => {
      const results = await generator.generate(lines, { ...options, first });
      return results.map((found, i) => formatLine(first + i, lines[i]!, found, args)).join('');
    },
  });
}

/** Prompts from the command line: one continuation each as it is written, or all that was asked for. */
async function continueArguments(
  args: GenerateArguments,
  context: Context,
  load: (onTruncated: (line: number, tokens: number) => void) => Promise<TextGenerator>,
): Promise<void> {
  const { texts, json, nBest, input, output } = args;
  if (input !== undefined) throw new UsageError('give prompts as arguments or --input, not both');
  if (output !== undefined)
    throw new UsageError('--output is for prompts of --input; others are shown as they are written');
  checkDecodeOptions(args);
  const { stdout, log } = context;
  const signal = context.abortSignal();
  const cut = new CutLines(log, 'its start was cut off');
  const generator = await load((line, tokens) => cut.add(`prompt ${line + 1}`, tokens));
  try {
    for (const [i, prompt] of texts.entries()) {
      const isWatched = !json && nBest === undefined;
      let told = '';
      const onText = (text: string) => {
        told += text;
        stdout.write(text);
      };
      const options = {
        first: i,
        signal,
        ...(isWatched && { onText: (_: number, text: string) => onText(text) }),
      };
      const [found] = await generator.generate([prompt], options);
      if (!isWatched) stdout.write(formatLine(i, prompt, found!, args));
      else stdout.write(`${found![0]!.text.slice(told.length)}\n`);
    }
  } finally {
    cut.conclude();
    await generator.release();
  }
}

function formatLine(
  index: number,
  prompt: string,
  continuations: readonly Continuation[],
  { json, nBest }: Pick<GenerateArguments, 'json' | 'nBest'>,
): string {
  if (json) return `${JSON.stringify({ prompt, continuations })}\n`;
  if (nBest === undefined) return `${oneLine(continuations[0]!.text)}\n`;
  return continuations
    .map(({ text, score }) => `${index + 1}\t${score.toFixed(4)}\t${oneLine(text)}\n`)
    .join('');
}

/** One line in gives one line out: line breaks of the text are shown as spaces, but in JSON. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
