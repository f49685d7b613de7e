// `tx eval-parse`: labelled brackets of parse trees scored as the program EVALB does, which also gives the table, and
// parsers compared. Its parts are the files eval-parse-*.ts.
import { basename } from 'node:path';
import { type EvalbParameters, parameterSets, parseParameters } from '../trees/evalb-parameters.ts';
import { formatReport } from '../trees/evalb-report.ts';
import { findRootCost } from '../trees/evalb-roots.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import type { Log } from '../util/log.ts';
import { defineCommand } from './command.ts';
import { checkOutput } from './eval-bleu-output.ts';
import { parseTest, significanceOptions } from './eval-bleu-significance.ts';
import {
  formatJson,
  formatParsers,
  type ScoredParser,
  scoreParsers,
  writePage,
} from './eval-parse-output.ts';
import {
  countErrors,
  evaluateSides,
  readSide,
  type Side,
  stop,
  tagSide,
  warnOfRoots,
} from './eval-parse-sides.ts';
import { checkStdinOnce, describeInput, readInputText } from './input.ts';

const SETS: Record<string, EvalbParameters> = parameterSets;

export const evalParse = defineCommand({
  command: 'eval-parse <gold> <tests..>',
  describe: 'Score parse trees against gold trees with bracket F1 as EVALB computes it',
  builder: (yargs) =>
    significanceOptions(yargs)
      .positional('gold', {
        type: 'string',
        demandOption: true,
        describe: 'Gold trees, one a line or over several',
      })
      .positional('tests', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Trees to score, in the order of the gold trees, the baseline first; - is standard input',
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
      .option('html', {
        type: 'string',
        requiresArg: true,
        describe: 'Write a page: scores by label and length, kinds of errors, trees side by side',
      })
      .example('$0 eval-parse gold.mrg parsed.mrg', "Print EVALB's table, with Collins' parameters")
      .example('$0 eval-parse gold.mrg parsed.mrg --prm bare --skip-bad', 'What evalb prints without -p')
      .example('$0 eval-parse gold.mrg - --json < parsed.mrg', 'Score what is piped in, JSON')
      .example('$0 eval-parse gold.mrg parsed.mrg --html errors.html', 'What is wrong, and where')
      .example('$0 eval-parse gold.mrg a.mrg b.mrg --paired-bs', 'Is the second parser better?'),
  run: async (args, context) => {
    const { json, perSentence } = args;
    if (perSentence && !json) {
      throw new UsageError('--per-sentence is for --json; the table has a row for each sentence anyway');
    }
    if (args.maxErrors !== undefined && !args.skipBad) throw new UsageError('--max-errors is for --skip-bad');
    const paths = args.tests;
    checkStdinOnce([args.gold, ...paths, args.prm]);
    const significance = parseTest(args, paths.length, 'give the trees of two parsers or more');
    checkOutput({ html: args.html }, [args.gold, ...paths]);
    const base =
      SETS[args.prm] ??
      parseParameters(await readInputText(args.prm, context, 'parameters'), describeInput(args.prm));
    const parameters: EvalbParameters = {
      ...base,
      cutoffLength: checkCount('--cutoff', args.cutoff) ?? base.cutoffLength,
      maxErrors: checkCount('--max-errors', args.maxErrors) ?? base.maxErrors,
    };
    const { log, stdout } = context;
    const onError = args.skipBad ? countErrors(parameters, log) : stop;
    // EVALB, which --skip-bad follows, counts words without tags as errors.
    const read = async (path: string): Promise<Side> => {
      const side = await readSide(path, context);
      return args.skipBad ? side : tagSide(side, log);
    };
    const gold = await read(args.gold);
    const parsers: ScoredParser[] = [];
    for (const path of paths)
      parsers.push(compareSides(gold, await read(path), { parameters, onError, log }));
    checkAligned(gold, parsers);
    const scores = scoreParsers(parsers, `evalb:${basename(args.prm)}`, significance);
    if (args.html !== undefined) await writePage(args.html, parsers, scores, parameters);
    if (json) stdout.write(formatJson(parsers, scores, parameters, perSentence));
    else if (parsers.length > 1 || significance) stdout.write(formatParsers(scores));
    else stdout.write(formatReport(parsers[0]!.results, parameters));
  },
});

/** Compares a parser's trees with the gold trees, and warns of what spoils the scores. */
function compareSides(
  gold: Side,
  test: Side,
  { parameters, onError, log }: { parameters: EvalbParameters; onError: (message: string) => void; log: Log },
): ScoredParser {
  const { pairs, results } = evaluateSides(gold, test, parameters, onError);
  const texts = pairs.map(([one, other]) => [one.text, other.text] as const);
  warnOfRoots(findRootCost(texts, results, parameters), gold, test, log);
  const skipped = results.filter(({ status }) => status === 'skip').length;
  if (skipped > 0) {
    const sentences = skipped === 1 ? '1 sentence has' : `${formatCount(skipped)} sentences have`;
    log.warn(`${test.name}: ${sentences} no words and no part in the scores, as in EVALB`);
  }
  return { name: test.name, pairs, results };
}

/** A UserError where parsers have other sentences, which cannot be compared one by one. */
function checkAligned(gold: Side, [first, ...others]: readonly ScoredParser[]): void {
  const lines = ({ pairs }: ScoredParser) => pairs.map(([{ line }]) => line).join(' ');
  for (const other of others) {
    if (lines(other) === lines(first!)) continue;
    throw new UserError(
      `${other.name} and ${first!.name} have not the same sentences of ${gold.name}; give each a line for each of them`,
    );
  }
}

function checkCount(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new UsageError(`${option} must be a whole number of at least 0`);
}
