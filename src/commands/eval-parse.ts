// `tx eval-parse`: labelled brackets of parse trees scored as the program EVALB does, which also gives the table.

import { evaluate, type Problem, type SentenceResult, summarize } from '../trees/evalb.ts';
import { alignSentences, type SentenceText, splitSentences, tagWords } from '../trees/evalb-files.ts';
import { type EvalbParameters, parameterSets, parseParameters } from '../trees/evalb-parameters.ts';
import { formatReport } from '../trees/evalb-report.ts';
import { findRootCost, type RootCost } from '../trees/evalb-roots.ts';
import { NO_TAG } from '../trees/tree.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { formatCount, plural } from '../util/format.ts';
import { formatFixed } from '../util/format-number.ts';
import type { Log } from '../util/log.ts';
import { type Context, defineCommand } from './command.ts';
import { checkStdinOnce, describeInput, readInputLines, readInputText } from './input.ts';

const SETS: Record<string, EvalbParameters> = parameterSets;

export const evalParse = defineCommand({
  command: 'eval-parse <gold> <test>',
  describe: 'Score parse trees against gold trees with bracket F1 as EVALB computes it',
  builder: (yargs) =>
    yargs
      .positional('gold', {
        type: 'string',
        demandOption: true,
        describe: 'Gold trees, one a line or over several',
      })
      .positional('test', {
        type: 'string',
        demandOption: true,
        describe: 'Trees to score, in the order of the gold trees; - is standard input',
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
    const { log } = context;
    let gold = await readSide(args.gold, context);
    let test = await readSide(args.test, context);
    // EVALB, which --skip-bad follows, counts such sentences as errors.
    if (!args.skipBad) [gold, test] = [tagSide(gold, log), tagSide(test, log)];
    const onError = args.skipBad ? countErrors(parameters, log) : stop;
    const { pairs, results } = evaluateSides(gold, test, parameters, onError);
    const texts = pairs.map(([one, other]) => [one.text, other.text] as const);
    warnOfRoots(findRootCost(texts, results, parameters), gold, test, log);
    const skipped = results.filter(({ status }) => status === 'skip').length;
    if (skipped > 0) {
      const sentences = skipped === 1 ? '1 sentence has' : `${formatCount(skipped)} sentences have`;
      log.warn(`${test.name}: ${sentences} no words and no part in the scores, as in EVALB`);
    }
    context.stdout.write(
      json
        ? formatJson(results, perSentence ? pairs : undefined, parameters)
        : formatReport(results, parameters),
    );
  },
});

/** The sentences of a file, under the name that errors call it. */
interface Side {
  name: string;
  sentences: readonly SentenceText[];
}

async function readSide(path: string, context: Context): Promise<Side> {
  const name = describeInput(path);
  const sentences = splitSentences(await readInputLines(path, context, 'trees'));
  if (sentences.length === 0) throw new UserError(`${name}: has no trees to score`);
  return { name, sentences };
}

/** The sentence with tags for words that have none, which the log is told of. */
function tagSide({ name, sentences }: Side, log: Log): Side {
  let words = 0;
  const tagged = sentences.map(({ text, line }) => {
    const { text: whole, count } = tagWords(text);
    words += count;
    return { text: whole, line };
  });
  if (words > 0) log.warn(`${name}: ${plural(words, 'word')} without a tag, taken for (${NO_TAG} word)`);
  return { name, sentences: tagged };
}

/** Compares sentence by sentence, to the end of the shorter side; each problem goes to `onError` as one line of text. */
function evaluateSides(
  gold: Side,
  test: Side,
  parameters: EvalbParameters,
  onError: (message: string) => void,
): { pairs: [SentenceText, SentenceText][]; results: SentenceResult[] } {
  const aligned = alignSentences(gold.sentences, test.sentences);
  if (aligned === undefined) {
    const counts = [gold, test].map(
      ({ name, sentences }) => `${name} has ${plural(sentences.length, 'sentence')}`,
    );
    onError(`${counts.join(', ')}: each tree needs its counterpart, an empty line where there is none`);
  }
  const [ofGold, ofTest] = aligned ?? [gold.sentences, test.sentences];
  const pairs = ofGold
    .slice(0, ofTest.length)
    .map((one, at): [SentenceText, SentenceText] => [one, ofTest[at]!]);
  const results = pairs.map(([one, other]) => {
    const result = evaluate(one.text, other.text, parameters);
    const places = [`${gold.name}:${one.line}`, `${test.name}:${other.line}`] as const;
    for (const problem of result.problems) onError(describe(problem, ...places));
    return result;
  });
  return { pairs, results };
}

function describe({ side, message }: Problem, gold: string, test: string): string {
  if (side === 'both') return `${test}: does not fit ${gold}: ${message}`;
  return `${side === 'gold' ? gold : test}: ${message}`;
}

/** Tells where the bracket around whole trees, which one side calls otherwise or lacks, costs what a score is for. */
function warnOfRoots(cost: RootCost | undefined, gold: Side, test: Side, log: Log): void {
  if (cost === undefined) return;
  const sides = [
    { name: gold.name, labels: cost.gold },
    { name: test.name, labels: cost.test },
  ].filter(({ labels }) => labels.length > 0);
  const roots = sides.map(({ name, labels }) => `${name}: ${labels.join(', ')}`).join('; ');
  const [f1, without] = [cost.f1, cost.without].map((figure) => formatFixed(figure, 2));
  log.warn(
    `the outermost brackets differ (label in ${roots}) and count: F1 is ${f1}, without them ${without}; tx tree --normalize stripTop takes them off`,
  );
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
  pairs: readonly (readonly [gold: SentenceText, test: SentenceText])[] | undefined,
  parameters: EvalbParameters,
): string {
  const { all, upToCutoff } = summarize(results, parameters);
  const sentences = pairs?.map(([{ line }], at) => {
    const { goldSentence: _, testSentence: __, differences: ___, ...result } = results[at]!;
    return { line, ...result };
  });
  return `${JSON.stringify(
    {
      all,
      upToCutoff: { cutoff: parameters.cutoffLength, ...upToCutoff },
      ...(sentences && { sentences }),
    },
    null,
    1,
  )}\n`;
}
