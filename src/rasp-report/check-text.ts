// What a check has found, for people.
import type { CheckReport, Failure, Trial } from '../rasp/check.ts';
import type { Program } from '../rasp/program.ts';
import { formatColumns } from '../report/columns.ts';
import { showText } from '../report/show.ts';
import { plural } from '../util/format.ts';
import { shorten } from '../util/quote.ts';

/** The values of the paper: integers of 8 bits. */
const PAPER = { least: -128, most: 127 };
const MAX_TOKENS_TEXT = 200;

export function formatCheck(program: Program, { operations, length, depth, trial }: CheckReport): string {
  const counts = Object.entries(operations).map(([op, count]) => `${count} ${op}`);
  const made = length === 0 ? '' : `: ${counts.join(', ')}`;
  const rows = [
    ['length', `${plural(length, 'core operation')}${made}`],
    ['depth', `${plural(depth, 'attention layer')} at least`],
    ['causal', 'yes: every selection looks at its own place and those before it'],
    ...(trial === undefined
      ? [['solves', 'it does not say what: solves sort; in the program names the generator of its problems']]
      : describeTrial(trial)),
  ];
  return `${program.name}\n${formatColumns(
    rows.map(([head, text]) => [`  ${head}`, text!]),
    new Set(),
  )}`;
}

function describeTrial({ generator, upTo, examples, range: [least, most], failure }: Trial): string[][] {
  const { generator: name, ...options } = generator;
  const told = Object.entries(options).map(([option, value]) => `${option} ${value}`);
  const fits = least >= PAPER.least && most <= PAPER.most;
  return [
    ['solves', `${name}${told.length === 0 ? '' : ` (${told.join(', ')})`}`],
    [
      'lengths',
      failure === undefined
        ? `right on ${plural(examples, 'example')} of each length from 1 to ${upTo}`
        : `wrong at length ${failure.length}`,
    ],
    ['values', `from ${least} to ${most}${fits ? '' : ", beyond the paper's 8 bits"}`],
  ];
}

/** The example that is not answered, in one line. */
export function describeFailure({ length, prompt, expected, found, error }: Failure): string {
  const show = (tokens: readonly string[]) => shorten(showText(tokens.join(' ')), MAX_TOKENS_TEXT);
  const what =
    error === undefined ? `gives ${show(found)}, not ${show(expected)}` : `has no answer: ${error}`;
  return `wrong at length ${length}: ${show(prompt)} ${what}`;
}
