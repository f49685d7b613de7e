// The report of one or several runs for a terminal: the same as the page's, in tables and small charts.
import { basename } from 'node:path';
import { fitTable, wrap } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import { formatXyText } from '../report/xy-chart-text.ts';
import { differingSettings } from '../run/summary.ts';
import { formatCount, formatDuration, plural } from '../util/format.ts';
import { buildCharts } from './charts.ts';
import { nameRuns, tellFigure } from './names.ts';
import type { Output } from './output.ts';
import { LENGTH_HEADS, lengthRows, shareData, tellData } from './page-data.ts';
import { tellFacts, tellResults } from './page-head.ts';
import { CLASS_HEADS, classRows, tellConfusions } from './page-labels.ts';
import {
  FAILURE_HEADS,
  failureRows,
  isCurve,
  lengthChart,
  tellLengths,
  UNSEEN_HEADS,
  unseenRows,
} from './page-lengths.ts';
import { figureOf, titlesOf } from './page-outputs.ts';
import { commandsOf, SESSION_HEADS, sessionRow } from './page-sessions.ts';
import { settingRows } from './page-settings.ts';
import type { RunReport } from './run-report.ts';

export interface TextOptions {
  /** Characters of a line; what cannot be broken may be longer. */
  readonly width: number;
  /** Gives a text the colour of a run, where there are colours. */
  readonly paint?: ((text: string, color: number) => string) | undefined;
  readonly bold?: ((text: string) => string) | undefined;
}

/** Outputs of each kind that a terminal is shown. */
const MOST_OUTPUTS = 3;

export function formatRunText(runs: readonly RunReport[], options: TextOptions): string {
  const { width, bold = (text) => text } = options;
  const names = nameRuns(runs);
  const sections: [string, string][] = [
    ['Data', formatData(runs, names, width)],
    ['Lengths', formatLengths(runs, names, width)],
    ['Labels', formatLabels(runs, names, width)],
    ['Outputs', formatOutputs(runs, names, width)],
    ['Settings', formatSettings(runs, names, width)],
    ['Sessions', formatSessions(runs, names, width)],
  ];
  const rest = sections.filter(([, text]) => text !== '').map(([title, text]) => `\n${bold(title)}\n${text}`);
  return [formatHead(runs, names, options), formatCharts(runs, names, options), ...rest].join('');
}

function formatHead(
  runs: readonly RunReport[],
  names: readonly string[],
  { width, bold = (t) => t }: TextOptions,
): string {
  const [first] = runs;
  if (runs.length === 1) {
    const facts = [first!.state, ...tellFacts(first!)].join(', ');
    return [
      bold(`Run ${names[0]}`),
      ...wrap(facts, width),
      ...tellResults(first!).flatMap((line) => wrap(line, width)),
    ]
      .map((line) => `${line}\n`)
      .join('');
  }
  const rows = runs.map((run, r) => [
    names[r]!,
    run.state,
    formatCount(run.steps),
    formatDuration(run.seconds),
    run.loss?.toFixed(4) ?? '',
    run.score === undefined
      ? ''
      : `${showText(run.set ?? '')} ${tellFigure(run.metric ?? 'score', run.score)}`,
  ]);
  const heads = ['run', 'state', 'updates', 'time', 'loss', 'result'];
  return `${bold(plural(runs.length, 'run'))}\n${fitTable([heads, ...rows], new Set([2, 3, 4]), width)}`;
}

/** The charts; with colours all runs are in one, without a chart follows for each. */
function formatCharts(runs: readonly RunReport[], names: readonly string[], options: TextOptions): string {
  const { paint } = options;
  if (runs.length === 1 || paint !== undefined) {
    const keys = names.map((name, r) => paint?.(`⠤ ${name}`, r) ?? name).join('  ');
    const legend = runs.length > 1 ? `\n${keys}\n` : '';
    return `${legend}${drawCharts(runs, options)}`;
  }
  return runs.map((run, r) => `\n${names[r]}\n${drawCharts([run], options)}`).join('');
}

function drawCharts(runs: readonly RunReport[], { width, paint }: TextOptions): string {
  return buildCharts(runs, 'updates')
    .flatMap(({ chart }) => {
      // A terminal's lines have one weight: of a figure of both sets, each has a chart.
      const sets = ['faint', 'strong'].map((mark) => chart.series.filter((series) => series.mark === mark));
      const both = sets.every((series) => series.length > 0);
      const kinds = both ? (['training', 'validation'] as const) : ([''] as const);
      return kinds.map((kind, k) => ({
        ...chart,
        title: kind === '' ? chart.title : `${chart.title} in ${kind}`,
        y: { ...chart.y, label: '' },
        series: both ? sets[k]! : chart.series,
      }));
    })
    .map((chart) => `\n${formatXyText(chart, { width, ...(paint && runs.length > 1 && { paint }) })}`)
    .join('');
}

function formatData(runs: readonly RunReport[], names: readonly string[], width: number): string {
  const all = shareData(runs, names);
  return all
    .map((shared) => {
      const { data, lines } = shared;
      const head = all.length > 1 ? [shared.names.join(', ')] : [];
      const facts = [...head, ...tellData(data, lines).flatMap((fact) => wrap(fact, width))];
      // Sides are columns here: a terminal has more lines than room in one.
      const rows = data === undefined ? [] : [LENGTH_HEADS, ...lengthRows(data)];
      const turned = LENGTH_HEADS.map((_, c) => rows.map((row) => row[c]!));
      const table = fitTable(turned, new Set(rows.map((_, r) => r).slice(1)), width);
      return `${facts.map((fact) => `${fact}\n`).join('')}${table}`;
    })
    .join('\n');
}

function formatLengths(runs: readonly RunReport[], names: readonly string[], width: number): string {
  return runs
    .flatMap(({ lengths }, r) => {
      if (lengths === undefined) return [];
      const known = [{ lengths, name: names[r]!, color: 0 }];
      const chart = isCurve(known) ? formatXyText(lengthChart(known), { width }) : '';
      const facts = tellLengths(lengths).flatMap((fact) => wrap(fact, width));
      const table = (heads: string[], rows: string[][], numbers: number[]) =>
        rows.length === 0 ? '' : fitTable([heads, ...rows], new Set(numbers), width);
      const unseen = table(UNSEEN_HEADS, unseenRows(lengths), [1, 2]);
      const failures = table(FAILURE_HEADS, failureRows(lengths.failures.slice(0, MOST_OUTPUTS)), [0, 4]);
      return [`${chart}${facts.map((fact) => `${fact}\n`).join('')}${unseen}${failures}`];
    })
    .join('\n');
}

function formatLabels(runs: readonly RunReport[], names: readonly string[], width: number): string {
  return runs
    .flatMap(({ labels }, r) => {
      if (labels === undefined) return [];
      const head = runs.length > 1 ? `${names[r]}\n` : '';
      const tables = [labels.entities, labels.classes].flatMap((all) => {
        if (all === undefined) return [];
        const { rows, others } = classRows(all);
        const more = others > 0 ? `and ${formatCount(others)} others, which are rarer\n` : '';
        return [`${fitTable([['', ...CLASS_HEADS], ...rows], new Set([1, 2, 3, 4, 5, 6]), width)}${more}`];
      });
      const wrong = tellConfusions(labels, MOST_OUTPUTS).flatMap((line) => wrap(line, width));
      return [`${head}${tables.join('\n')}${wrong.map((line) => `${line}\n`).join('')}`];
    })
    .join('\n');
}

function formatOutputs(runs: readonly RunReport[], names: readonly string[], width: number): string {
  return runs
    .flatMap(({ outputs }, r) => {
      if (outputs === undefined) return [];
      const [low, high] = titlesOf(outputs);
      const head = runs.length > 1 ? `${names[r]}\n` : '';
      const list = (title: string, all: readonly Output[]) =>
        all.length === 0
          ? ''
          : `${title}\n${all
              .slice(0, MOST_OUTPUTS)
              .map((output) => formatOutput(output, figureOf(outputs, output), width))
              .join('')}`;
      return [`${head}${list(low, outputs.worst)}${list(high, outputs.best)}`];
    })
    .join('\n');
}

function formatOutput(
  { line, source, pair, reference, output }: Output,
  figure: string,
  width: number,
): string {
  const parts = [
    ['source', source],
    ['second', pair],
    ['reference', reference],
    ['output', output],
  ].flatMap(([label, text]) =>
    text === undefined
      ? []
      : wrap(showText(text), width - 13, 3).map(
          (part, k) => `  ${(k === 0 ? label! : '').padEnd(11)}${part}\n`,
        ),
  );
  return `  line ${formatCount(line)}, ${figure}\n${parts.join('')}`;
}

function formatSettings(runs: readonly RunReport[], names: readonly string[], width: number): string {
  if (runs.length === 1) {
    const [{ settings, origins }] = runs as [RunReport];
    const written = settingRows(settings, origins).filter(([, , origin]) => origin !== '');
    const rows = written.map(([key, value, origin]) => [key!, value!, basename(origin!)]);
    return fitTable(rows, new Set(), width);
  }
  const keys = differingSettings(runs);
  if (keys.length === 0) return 'the same in all runs\n';
  const rows = keys.map((key) => [
    showText(key),
    ...runs.map(({ settings }) => showText(settings[key] ?? '')),
  ]);
  return fitTable([['', ...names], ...rows], new Set(), width);
}

function formatSessions(runs: readonly RunReport[], names: readonly string[], width: number): string {
  return runs
    .flatMap(({ sessions }, r) => {
      if (sessions.length === 0) return [];
      const commands = commandsOf(sessions).map((command) => `  ${command}\n`);
      const told = sessions.flatMap((session) => {
        const facts = sessionRow(session).flatMap((cell, c) =>
          cell === '' ? [] : [`${SESSION_HEADS[c]!.toLowerCase()} ${cell}`],
        );
        return wrap(facts.join(', '), width).map((line) => `${line}\n`);
      });
      return [`${runs.length > 1 ? `${names[r]}\n` : ''}${told.join('')}${commands.join('')}`];
    })
    .join('');
}
