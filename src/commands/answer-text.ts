// What the commands that answer a text line by line have in common: where it comes from and goes to, lines that are too
// long for the model, and the model's life.
import type { Argv } from 'yargs';
import { UsageError } from '../util/errors.ts';
import type { Window } from '../util/windows.ts';
import { type AnswerContext, answerLines, countLines } from './answer.ts';
import type { Context } from './command.ts';
import { CutLines } from './cut-lines.ts';
import { checkDecodeOptions, lineOptions } from './decode-options.ts';
import { checkOutput, outputPath } from './output.ts';

/** The options `input` and `output`; `what` is what comes in. */
export const inputOptions = (what: string) =>
  ({
    input: {
      alias: 'i',
      type: 'string',
      requiresArg: true,
      describe: `${what}; - is standard input [default: standard input]`,
    },
    output: {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'Where to write: FILE.part until all is done [default: standard output]',
    },
  }) as const;

/** Declares the positional `run` and the options that answerText takes; `what` is what comes in: `Text to translate`. */
export function textOptions<T>(yargs: Argv<T>, what: string) {
  return lineOptions(
    yargs
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: "A run's folder, or the config it was trained from",
      })
      .options(inputOptions(what)),
  );
}

/** Declares the positional `texts`. */
export const textsPositional = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Texts, instead of lines of --input',
} as const;

export interface TextArguments {
  /** Answered instead of the input. */
  texts?: readonly string[];
  input?: string | undefined;
  output?: string | undefined;
  bufferSize: number;
  threads: number;
}

export interface TextAnswer<Model> {
  /** What a bar says is going on: `translating`. */
  doing: string;
  /** What becomes of lines that are longer than the model takes: `it was cut`. */
  consequence: string;
  load(onTruncated: (line: number, tokens: number) => void): Promise<Model>;
  /** The text that answers a window's lines. */
  answer(model: Model, window: Window, context: AnswerContext): Promise<string>;
}

/** Answers the input; a UsageError where the arguments do not fit, before the model is loaded. */
export async function answerText<Model extends { release(): Promise<void> }>(
  { texts = [], input: given, output, bufferSize, threads }: TextArguments,
  context: Context,
  { doing, consequence, load, answer }: TextAnswer<Model>,
): Promise<void> {
  const path = outputPath(output);
  const isGiven = texts.length > 0;
  checkDecodeOptions({ bufferSize, threads });
  if (isGiven && given !== undefined) throw new UsageError('give texts as arguments or --input, not both');
  const input = given ?? '-';
  checkOutput(path, isGiven ? [] : [input], context);
  const total = isGiven ? texts.length : await countLines([input], context);
  let first = 0;
  const cut = new CutLines(context.log, consequence);
  const unit = isGiven ? 'text' : 'line';
  const model = await load((line, tokens) => cut.add(`${unit} ${first + line + 1}`, tokens));
  const inputs = isGiven ? { texts } : { inputs: [input] };
  try {
    await answerLines({ ...inputs, output: path, bufferSize, total, doing }, context, (window, rest) => {
      first = window.first;
      return answer(model, window, rest);
    });
  } finally {
    cut.conclude();
    await model.release();
  }
}
