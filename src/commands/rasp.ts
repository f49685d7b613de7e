// `tx rasp`: programs in RASP-L, run, traced and checked.
import pc from 'picocolors';
import { checkProgram } from '../rasp/check.ts';
import { loadProgram } from '../rasp/load.ts';
import type { Program } from '../rasp/program.ts';
import { MAX_TOKENS, rollOut } from '../rasp/run.ts';
import { traceProgram } from '../rasp/trace.ts';
import { describeFailure, formatCheck } from '../rasp-report/check-text.ts';
import { formatTrace } from '../rasp-report/trace-text.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { quote } from '../util/quote.ts';
import { type Context, defineCommand } from './command.ts';
import { readInputLines } from './input.ts';
import { checkOutput, isBright, outputPath, terminalWidth } from './output.ts';

/** Characters of a line where no terminal says. */
const PLAIN_WIDTH = 80;
/** Tokens that are added at most, unless told otherwise. */
const RUN_TOKENS = 1000;
const TRACE_TOKENS = 40;

const WHAT = ['run', 'trace', 'check'] as const;
type What = (typeof WHAT)[number];

/** The options of one of them, or of several, alone. */
const OWNERS: Readonly<Record<string, readonly What[]>> = {
  input: ['run', 'trace'],
  'max-tokens': ['run', 'trace'],
  output: ['trace'],
  lengths: ['check'],
  examples: ['check'],
  seed: ['check'],
};

const count = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;

export const raspCommand = defineCommand({
  command: 'rasp <what> <program>',
  describe: 'Run, trace or check a program in RASP-L, the language of what Transformers can learn',
  builder: (yargs) =>
    yargs
      .positional('what', {
        choices: WHAT,
        demandOption: true,
        describe:
          'run: let it write behind a prompt; trace: show all that it computes; check: tell its length, and whether it solves what it says',
      })
      .positional('program', {
        type: 'string',
        demandOption: true,
        describe: 'A .rasp file, or the name of one that comes with tx, such as sort',
      })
      .option('input', {
        alias: 'i',
        type: 'string',
        requiresArg: true,
        describe: 'The prompt: tokens, with blanks between them [default: each line of standard input]',
      })
      .option(
        'max-tokens',
        count(
          `Most tokens that it writes [default: ${RUN_TOKENS}; of a trace ${TRACE_TOKENS}, and 0 is none]`,
        ),
      )
      .option('output', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: 'Where to write a trace as a page [default: text to standard output]',
      })
      .option('lengths', count('Greatest length of the examples to try [default: 30]'))
      .option('examples', count('Examples of each length [default: 10]'))
      .option('seed', count('Of the examples [default: 1]'))
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON instead of text' })
      .example('$0 rasp run sort --input "3 1 2 ="', 'The tokens that it writes behind these: 1 2 3 $')
      .example('$0 rasp trace sort --input "3 1 2 =" --output sort.html', 'What it computes, as a page')
      .example('$0 rasp check my.rasp --lengths 100', 'Its length, and whether it is right up to 100'),
  run: async (args, context) => {
    for (const [option, owners] of Object.entries(OWNERS)) {
      if (owners.includes(args.what) || (args as Record<string, unknown>)[option] === undefined) continue;
      throw new UsageError(`--${option} is an option of tx rasp ${owners.join(' and ')}`);
    }
    const least = args.what === 'trace' ? 0 : 1;
    const maxTokens = checkCount('max-tokens', args.maxTokens, least, MAX_TOKENS);
    const path = outputPath(args.output);
    if (args.what === 'trace') checkOutput(path, [args.program], context);
    const program = loadProgram(args.program);
    switch (args.what) {
      case 'run':
        return runProgram(program, maxTokens ?? RUN_TOKENS, args, context);
      case 'trace':
        return trace(program, maxTokens ?? TRACE_TOKENS, { ...args, output: path }, context);
      case 'check': {
        const report = checkProgram(program, {
          lengths: checkCount('lengths', args.lengths, 1, 1000) ?? 30,
          examples: checkCount('examples', args.examples, 1, 1000) ?? 10,
          seed: checkCount('seed', args.seed, 0, Number.MAX_SAFE_INTEGER) ?? 1,
        });
        context.stdout.write(
          args.json ? `${JSON.stringify(report, null, 2)}\n` : formatCheck(program, report),
        );
        const failure = report.trial?.failure;
        if (failure !== undefined) throw new UserError(`${program.name}: ${describeFailure(failure)}`);
      }
    }
  },
});

interface Arguments {
  input?: string | undefined;
  output?: string | undefined;
  json: boolean;
}

async function runProgram(
  program: Program,
  most: number,
  { input, json }: Arguments,
  context: Context,
): Promise<void> {
  const lines = input === undefined ? await readInputLines('-', context, 'prompts') : [input];
  const answers = lines.map((line, i) => {
    const prompt = readPrompt(program, line, input === undefined ? `standard input:${i + 1}` : '--input');
    const { added, isEnded } = rollOut(program, prompt.codes, most);
    if (!isEnded) {
      const end = quote(program.alphabet.decode(program.until!));
      throw new UserError(
        `${program.name}: it writes ${formatCount(most)} tokens without ${end}; see --max-tokens, and tx rasp trace for what it computes`,
      );
    }
    const output = added.map((code) => program.alphabet.decode(code));
    return json ? JSON.stringify({ input: prompt.tokens, output }) : output.join(' ');
  });
  context.stdout.write(answers.map((answer) => `${answer}\n`).join(''));
}

async function trace(
  program: Program,
  most: number,
  { input, json, output }: Arguments,
  context: Context,
): Promise<void> {
  const [line, ...others] = input === undefined ? await readInputLines('-', context, 'a prompt') : [input];
  if (others.length > 0) throw new UserError('standard input: a trace is of one prompt, on one line');
  const prompt = readPrompt(program, line ?? '', input === undefined ? 'standard input' : '--input');
  const traced = traceProgram(program, prompt.codes, most);
  const { stdout } = context;
  if (json) stdout.write(`${JSON.stringify(traced, null, 1)}\n`);
  if (output !== undefined) {
    const { renderTracePage } = await import('../rasp-report/trace-page.ts');
    writeFileAtomic(output, renderTracePage(program, traced));
  } else if (!json) {
    const width = terminalWidth(stdout) ?? PLAIN_WIDTH;
    const colors = pc.createColors(true);
    const bright = isBright(stdout) && { bold: colors.bold, soft: colors.dim };
    stdout.write(formatTrace(traced, { width, ...bright }));
  }
}

function readPrompt(program: Program, line: string, name: string): { tokens: string[]; codes: number[] } {
  const tokens = line.split(/\s+/).filter((token) => token !== '');
  if (tokens.length === 0) throw new UserError(`${name}: a prompt has at least one token`);
  try {
    return { tokens, codes: program.alphabet.encode(tokens) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${name}: ${error.message}`);
  }
}

function checkCount(
  option: string,
  value: number | undefined,
  least: number,
  most: number,
): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) return value;
  throw new UsageError(`--${option} is a whole number from ${least} to ${formatCount(most)}; found ${value}`);
}
