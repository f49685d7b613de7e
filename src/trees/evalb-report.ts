// The table that EVALB prints, byte for byte: a row a sentence, totals, and two summaries. DEBUG 2 shows the brackets
// that differ, not the steps of the search for them that the C program traces as well.

import { Buffer } from 'node:buffer';
import { formatFixed } from '../util/format-number.ts';
import { percent, type SentenceResult, type Summary, summarize } from './evalb.ts';
import type { EvalbParameters } from './evalb-parameters.ts';
import type { Bracket, Terminal } from './evalb-sentence.ts';

// "Recal" and "Accracy" are spelt so in EVALB's header.
const HEADER = `  Sent.                        Matched  Bracket   Cross        Correct Tag
 ID  Len.  Stat. Recal  Prec.  Bracket gold test Bracket Words  Tags Accracy
`;
const RULE = `${'='.repeat(76)}\n`;
const STATUS = ['ok', 'error', 'skip'] as const;

/** EVALB's output on standard output for these results, in the order of the lines they come from. */
export function formatReport(results: readonly SentenceResult[], parameters: EvalbParameters): string {
  const { all, upToCutoff } = summarize(results, parameters);
  const rows = results.map((result, at) => {
    const { debug } = parameters;
    const row = formatRow(result, at + 1);
    return `${debug > 1 ? formatDifferences(result) : ''}${row}${debug > 0 ? formatWords(result) : ''}`;
  });
  return [
    HEADER,
    RULE,
    ...rows,
    RULE,
    formatTotals(all),
    '=== Summary ===\n',
    `\n-- All --\n${formatSummary(all)}`,
    `\n-- len<=${parameters.cutoffLength} --\n${formatSummary(upToCutoff)}`,
  ].join('');
}

function formatRow(result: SentenceResult, line: number): string {
  const { status, length, matched, gold, test, crossing, words, tags } = result;
  return [
    `${whole(line, 4)}  ${whole(length, 3)}    ${STATUS.indexOf(status)}  `,
    `${decimal(percent(matched, gold))} ${decimal(percent(matched, test))}   ${whole(matched, 3)}    `,
    `${whole(gold, 3)}  ${whole(test, 3)}    ${whole(crossing, 3)}   `,
    `${whole(words, 4)}  ${whole(tags, 4)}   ${decimal(percent(tags, words))}\n`,
  ].join('');
}

function formatTotals(total: Summary): string {
  const { matched, gold, test, crossing, words, tags } = total;
  const brackets =
    `${' '.repeat(16)}${decimal(total.recall)} ${decimal(total.precision)} ` +
    `${whole(matched, 6)} ${whole(gold, 5)} ${whole(test, 5)}  ${whole(crossing, 5)}`;
  const tagging = `  ${whole(words, 5)} ${whole(tags, 5)}   ${decimal(total.taggingAccuracy)}\n`;
  return gold > 0 && test > 0 ? brackets + tagging : tagging;
}

function formatSummary(summary: Summary): string {
  // The harmonic mean of two zeros is 0/0 in C; whether its sign is printed depends on the machine.
  const f1 = summary.f1 === 0 ? '   nan' : decimal(summary.f1);
  const rows: [string, string][] = [
    ['Number of sentence', whole(summary.sentences, 6)],
    ['Number of Error sentence', whole(summary.errors, 6)],
    ['Number of Skip  sentence', whole(summary.skipped, 6)],
    ['Number of Valid sentence', whole(summary.valid, 6)],
    ['Bracketing Recall', decimal(summary.recall)],
    ['Bracketing Precision', decimal(summary.precision)],
    ['Bracketing FMeasure', f1],
    ['Complete match', decimal(summary.exactMatch)],
    ['Average crossing', decimal(summary.averageCrossing)],
    ['No crossing', decimal(summary.noCrossing)],
    ['2 or less crossing', decimal(summary.twoOrLessCrossing)],
    ['Tagging accuracy', decimal(summary.taggingAccuracy)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(26)}= ${value}\n`).join('');
}

/** The brackets that differ, by the positions of their first and last word. */
function formatDifferences({ differences }: SentenceResult): string {
  const lines = differences.map(
    ({ kind, bracket }) => `  ${kind}[${bracket.start}-${bracket.end - 1}]: ${bracket.text}\n`,
  );
  return `\n${lines.join('')}`;
}

/** The words, then the brackets, of both sides with what became of them: gold on the left, test on the right. */
function formatWords({ goldSentence: gold, testSentence: test }: SentenceResult): string {
  const side = (n: number, { terminals, brackets }: typeof gold): string =>
    `-<${n}>---(wn${n}=${whole(terminals.length, 3)}, bn${n}=${whole(brackets.length, 3)})-`;
  return [
    `${side(1, gold)}${' '.repeat(11)}${side(2, test)}\n`,
    ...formatColumns(gold.terminals, test.terminals, 40, formatTerminal),
    '\n',
    ...formatColumns(gold.brackets, test.brackets, 32, formatBracket),
    '\n========\n',
  ].join('');
}

/** Two lists side by side; `width` is that of the left column, six spaces between included. */
function formatColumns<T>(
  left: readonly T[],
  right: readonly T[],
  width: number,
  format: (item: T) => string,
): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const [a, b] = [left, right].map((items) => (items[at] === undefined ? '' : format(items[at])));
    const cells = [a, b].map((cell) => (cell === '' ? '' : `${whole(at, 3)} : ${cell}`));
    return `${cells[0] === '' ? ' '.repeat(width) : `${cells[0]}${' '.repeat(6)}`}${cells[1]}\n`;
  });
}

/** Nothing for an empty word. */
function formatTerminal({ label, word, outcome }: Terminal): string {
  return word === '' ? '' : `${outcome} : ${pad(label, 6)}  ${pad(word, 16)}`;
}

function formatBracket({ label, start, end, outcome }: Bracket): string {
  return `${outcome} : ${whole(start, 3)}  ${whole(end, 3)}  ${pad(label, 6)}`;
}

function whole(value: number, width: number): string {
  return String(value).padStart(width);
}

/** C's `%6.2f`. */
const decimal = (value: number): string => formatFixed(value, 2).padStart(6);

/** C's `%-6s`: the width is in bytes. */
function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Buffer.byteLength(text)));
}
