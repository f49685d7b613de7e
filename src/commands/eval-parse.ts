// `tx eval-parse`: labelled brackets of parse trees scored as the program EVALB does, which also gives the table.

import { evaluate, type Problem, type SentenceResult, summarize } from '../trees/evalb.ts';
import { type EvalbParameters, parameterSets, parseParameters } from '../trees/evalb-parameters.ts';
import { formatReport } from '../trees/evalb-report.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import type { Log } from '../util/log.ts';
import { type Context, defineCommand } from './command.ts';
import { checkStdinOnce, describeInput, readInputLines, readInputText } from './input.ts';

const SETS: Record<string, EvalbParameters> = parameterSets;

export const evalParse = defineCommand({
  command: 'eval-parse <gold> <test>',
  describe: 'Score parse trees against gold trees with bracket F1 as EVALB computes it',
  builder: (yargs) =>
    yargs
      .positional('gold', { type: 'string', demandOption: true, describe: 'Gold trees, one a line' })
      .positional('test', {
        type: 'string',
        demandOption: true,
        describe: 'Trees to score, line by line for the gold trees; - is standard input',
      })
      .option('prm', {
        type: 'string',
        requiresArg: true,
        default: 'collins',
        describe: "EVALB's parameters: a file, collins, or bare (all labels count)",
      })
      .option('cutoff', {
        type: 'number',
        describe: 'Length for the second summary [default: as --prm says]',
      })
      .option('max-errors', {
        type: 'number',
        describe: "With --skip-bad: EVALB's MAX_ERROR [default: as --prm says]",
      })
      .option('skip-bad', {
        type: 'boolean',
        default: false,
        describe: 'Count sentences that cannot be compared, as EVALB does, instead of stopping',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON instead of the table' })
      .option('per-sentence', {
        type: 'boolean',
        default: false,
        describe: 'With --json: also each sentence',
      })
      .example('$0 eval-parse gold.mrg parsed.mrg', "Print EVALB's table, with Collins' parameters")
      .example('$0 eval-parse gold.mrg parsed.mrg --prm bare --skip-bad', 'What evalb prints without -p')
      .example('$0 eval-parse gold.mrg - --json < parsed.mrg', 'Score what is piped in, JSON'),
  run: async (args, context) => {
    const { json, perSentence } = args;
    if (perSentence && !json) {
      throw new UsageError('--per-sentence is for --json; the table has a row for each sentence anyway');
    }
    if (args.maxErrors !== undefined && !args.skipBad) throw new UsageError('--max-errors is for --skip-bad');
    checkStdinOnce([args.gold, args.test, args.prm]);
    const base =
      SETS[args.prm] ??
      parseParameters(await readInputText(args.prm, context, 'parameters'), describeInput(args.prm));
    const parameters: EvalbParameters = {
      ...base,
      cutoffLength: checkCount('--cutoff', args.cutoff) ?? base.cutoffLength,
      maxErrors: checkCount('--max-errors', args.maxErrors) ?? base.maxErrors,
    };
    const gold = await readTreeLines(args.gold, context);
    const test = await readTreeLines(args.test, context);
    const onError = args.skipBad ? countErrors(parameters, context.log) : stop;
    const results = evaluateLines(gold, test, parameters, onError);
    const skipped = results.filter(({ status }) => status === 'skip').length;
    if (skipped > 0) {
      const sentences = skipped === 1 ? '1 sentence has' : `${formatCount(skipped)} sentences have`;
      context.log.warn(`${test.name}: ${sentences} no words and no part in the scores, as in EVALB`);
    }
    context.stdout.write(
      json ? formatJson(results, parameters, perSentence) : formatReport(results, parameters),
    );
  },
});

interface Lines {
  name: string;
  lines: string[];
}

async function readTreeLines(path: string, context: Context): Promise<Lines> {
  return { name: describeInput(path), lines: await readInputLines(path, context, 'trees') };
}

/** Compares line by line, to the end of the shorter file; each problem goes to `onError` as one line of text. */
function evaluateLines(
  gold: Lines,
  test: Lines,
  parameters: EvalbParameters,
  onError: (message: string) => void,
): SentenceResult[] {
  for (const { name, lines } of [gold, test]) {
    if (lines.length === 0) throw new UserError(`${name}: has no trees to score`);
  }
  const [expected, found] = [gold.lines.length, test.lines.length];
  if (expected !== found) {
    const counts = `${gold.name} has ${formatCount(expected)} lines, ${test.name} has ${formatCount(found)}`;
    onError(`${counts}: both must have one for each tree`);
  }
  const results: SentenceResult[] = [];
  for (const [at, line] of gold.lines.slice(0, found).entries()) {
    const result = evaluate(line, test.lines[at], parameters);
    for (const problem of result.problems) onError(describe(problem, at + 1, gold.name, test.name));
    results.push(result);
  }
  return results;
}

function describe({ side, message }: Problem, line: number, gold: string, test: string): string {
  if (side === 'both') return `${test}:${line}: does not fit ${gold}:${line}: ${message}`;
  return `${side === 'gold' ? gold : test}:${line}: ${message}`;
}

/** The first error ends the command. */
function stop(message: string): never {
  throw new UserError(`${message}; --skip-bad counts such errors and goes on`);
}

/** Tells of each error, and gives up where EVALB does: it lets one more pass than MAX_ERROR says. */
function countErrors({ maxErrors }: EvalbParameters, log: Log): (message: string) => void {
  let errors = 0;
  return (message) => {
    log.warn(message);
    if (++errors <= maxErrors + 1) return;
    throw new UserError(
      `${formatCount(errors)} errors, where MAX_ERROR is ${formatCount(maxErrors)}; see --max-errors`,
    );
  };
}

function checkCount(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new UsageError(`${option} must be a whole number of at least 0`);
}

function formatJson(
  results: readonly SentenceResult[],
  parameters: EvalbParameters,
  perSentence: boolean,
): string {
  const { all, upToCutoff } = summarize(results, parameters);
  const sentences = results.map(({ goldSentence: _, testSentence: __, differences: ___, ...result }, at) => ({
    line: at + 1,
    ...result,
  }));
  return `${JSON.stringify(
    {
      all,
      upToCutoff: { cutoff: parameters.cutoffLength, ...upToCutoff },
      ...(perSentence ? { sentences } : {}),
    },
    null,
    1,
  )}\n`;
}
