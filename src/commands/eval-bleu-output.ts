// What `tx eval-bleu` prints and writes: a line a metric for one system, a table for several, JSON with sacreBLEU's
// fields, and the reports in files.
import { dirname, extname } from 'node:path';
import pc from 'picocolors';
import type { Argv } from 'yargs';
import { formatJson as formatReports, type ScoreReport, tidyScore } from '../metrics/metric.ts';
import { toSacrebleuJson } from '../metrics/significance-results.ts';
import { analyze } from '../report/analysis.ts';
import { formatScoresCsv, formatSentencesCsv } from '../report/csv.ts';
import type { Scores } from '../report/scores.ts';
import { formatScoreTable } from '../report/table.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { isFolder, isSameFile, writeFileAtomic } from '../util/files.ts';
import { formatFixed } from '../util/format-number.ts';
import type { Context } from './command.ts';
import type { Scored } from './eval-bleu-score.ts';
import { describeTest, signMetrics } from './eval-bleu-significance.ts';
import { isBright } from './output.ts';

const TEXT_DIGITS = 2;
/** Ten decimals hide what floating point adds to a score of 100. */
const JSON_DIGITS = 10;

export function outputOptions<T>(yargs: Argv<T>) {
  const group = 'Output:';
  return yargs
    .option('json', { group, type: 'boolean', describe: "Print JSON with sacreBLEU's fields" })
    .option('width', {
      group,
      alias: 'w',
      type: 'number',
      requiresArg: true,
      describe: `Decimals of scores [default: ${TEXT_DIGITS}; in JSON and CSV at most ${JSON_DIGITS}]`,
    })
    .option('csv', { group, type: 'string', requiresArg: true, describe: 'Write the scores to a CSV file' })
    .option('sentences-csv', {
      group,
      type: 'string',
      requiresArg: true,
      describe: 'Write every sentence with its scores to a CSV file',
    })
    .option('html', {
      group,
      type: 'string',
      requiresArg: true,
      describe: 'Write a page that compares the systems, down to single sentences',
    });
}

interface Arguments {
  json?: boolean | undefined;
  width?: number | undefined;
  csv?: string | undefined;
  sentencesCsv?: string | undefined;
  html?: string | undefined;
}

/** Endings of other kinds of file than an option writes; what is none of these may end as it will. */
const ENDINGS = ['.csv', '.tsv', '.txt', '.htm', '.html', '.json', '.pdf', '.xls', '.xlsx', '.gz'];
const OWN_ENDINGS: Record<string, readonly string[]> = {
  csv: ['.csv', '.txt'],
  'sentences-csv': ['.csv', '.txt'],
  html: ['.html', '.htm'],
};

/** Finds what is wrong with these options before the work; `inputs` are files that must not be written over. */
export function checkOutput(args: Arguments, inputs: readonly string[]): void {
  const { width } = args;
  if (width !== undefined && !(Number.isInteger(width) && width >= 0 && width <= 15)) {
    throw new UsageError(`--width ${width}: give a whole number from 0 to 15`);
  }
  const taken = [...inputs];
  const outputs = { csv: args.csv, 'sentences-csv': args.sentencesCsv, html: args.html };
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    if (taken.some((other) => isSameFile(other, path)))
      throw new UsageError(`--${option} ${path}: is another file of this command`);
    taken.push(path);
    const ending = extname(path).toLowerCase();
    const own = OWN_ENDINGS[option]!;
    if (ENDINGS.includes(ending) && !own.includes(ending)) {
      throw new UsageError(
        `--${option} ${path}: what it writes is no ${ending}; let the name end in ${own[0]}`,
      );
    }
    if (!isFolder(dirname(path))) throw new UserError(`${path}: its folder does not exist`);
  }
}

/** Writes the reports, each whole or not at all. */
export async function writeReports(scored: Scored, args: Arguments): Promise<void> {
  const { material, choice, statistics, test, significance } = scored;
  const scores = signScores(scored);
  const { corpus, title } = material;
  const { metrics, sentenceMetric } = choice;
  const digits = args.width;
  if (args.csv !== undefined) writeFileAtomic(args.csv, formatScoresCsv(scores, { significance, digits }));
  if (args.sentencesCsv === undefined && args.html === undefined) return;
  const analysis = { ...analyze(corpus, { metrics, sentenceMetric, statistics }), metrics: scores.metrics };
  if (args.sentencesCsv !== undefined) {
    writeFileAtomic(args.sentencesCsv, formatSentencesCsv(corpus, analysis, digits));
  }
  if (args.html !== undefined) {
    const { renderPage } = await import('../report/page.ts');
    const note = test && describeTest(test);
    writeFileAtomic(args.html, renderPage(corpus, analysis, { title, significance, note, digits }));
  }
}

/** Prints the figures. */
export function printScores(scored: Scored, { json, width }: Arguments, { stdout }: Context): void {
  const isOne = scored.results.length === 1;
  if (json) stdout.write(isOne ? formatOneJson(scored, width) : formatSeveralJson(scored, width));
  else stdout.write(isOne ? formatLines(scored, width) : formatTable(scored, isBright(stdout), width));
}

const signScores = ({ scores, test }: Scored): Scores => ({
  ...scores,
  metrics: signMetrics(scores.metrics, test),
});

/** Everything about system `s`, a report for each metric. */
function reportSystem(scored: Scored, s = 0): ScoreReport[] {
  const { results, significance } = scored;
  const scores = signScores(scored);
  return results[s]!.map((score, m) => {
    const { mean = null, interval = null } = significance?.[m]?.[s] ?? {};
    const confidence = mean === null || interval === null ? undefined : { mean, interval };
    return { score, signature: scores.metrics[m]!.signature, ...(confidence && { confidence }) };
  });
}

/** sacreBLEU's line for each metric, their equals signs in one column. */
function formatLines(scored: Scored, width = TEXT_DIGITS): string {
  const lines = reportSystem(scored).map(({ score, signature, confidence }) =>
    score.format(signature, { width, ...(confidence && { confidence }) }),
  );
  const column = Math.max(...lines.map((line) => line.indexOf(' = ')));
  return lines.map((line) => `${' '.repeat(column - line.indexOf(' = '))}${line}\n`).join('');
}

function formatTable(scored: Scored, bright: boolean, digits = TEXT_DIGITS): string {
  const { significance: results, test } = scored;
  const scores = signScores(scored);
  const [first, ...others] = scores.systems as [string, ...string[]];
  const baseline = `Baseline: ${first}`;
  const named = test ? { ...scores, systems: [baseline, ...others] } : scores;
  const significance = results?.map(([own, ...rest]) => [{ ...own!, system: baseline }, ...rest]);
  const emphasize = bright ? pc.createColors(true).bold : undefined;
  const table = formatScoreTable(named, { significance, digits, emphasize });
  const note = test
    ? `\n${describeTest(test)}: each system against the baseline, * where p is at most 0.05\n`
    : '';
  const labelWidth = Math.max(...scores.metrics.map(({ label }) => label.length));
  const signatures = scores.metrics.map(
    ({ label, signature }) => `${label.padEnd(labelWidth)}  ${signature}\n`,
  );
  return `${table}${note}\n${signatures.join('')}`;
}

const formatOneJson = (scored: Scored, width = JSON_DIGITS): string =>
  `${formatReports(reportSystem(scored), width)}\n`;

/**
 * After a test, sacreBLEU's list: an object a system with one a metric in it, to which the signature is added. Without
 * one, an object for each system and metric, as for one system, after its name.
 */
function formatSeveralJson(scored: Scored, width = JSON_DIGITS): string {
  const { significance } = scored;
  const scores = signScores(scored);
  if (significance === undefined) {
    const rows = scores.systems.flatMap((system, s) =>
      reportSystem(scored, s).map((report) => ({ system, ...JSON.parse(formatReports([report], width)) })),
    );
    return `${JSON.stringify(rows, null, 4)}\n`;
  }
  const round = (value: number | null) =>
    value === null ? null : Number(formatFixed(tidyScore(value), width));
  const rows = scores.systems.map((system, s) => ({
    system: s === 0 ? `Baseline: ${system}` : system,
    ...Object.fromEntries(
      scores.metrics.map(({ label, signature }, m) => {
        const { score, p_value, mean, ci } = toSacrebleuJson(significance[m]![s]!);
        const figures = { score: round(score), p_value, mean: round(mean), ci: round(ci) };
        return [label, { ...figures, signature }];
      }),
    ),
  }));
  return `${JSON.stringify(rows, null, 4)}\n`;
}
