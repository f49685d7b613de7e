// `tx runs`: what trained runs there are, how they stand, and what tells them apart.
import { relative } from 'node:path';
import { formatColumns } from '../report/columns.ts';
import { formatCsv } from '../report/csv.ts';
import { formatFigure, isFalling } from '../run/figures.ts';
import { findRuns } from '../run/find.ts';
import { differingSettings, type RunSummary, runStates, summarizeRun } from '../run/summary.ts';
import { UsageError } from '../util/errors.ts';
import { isFolder } from '../util/files.ts';
import { formatDuration, plural } from '../util/format.ts';
import { defineCommand } from './command.ts';

const sortKeys = ['name', 'score', 'loss', 'time', 'started'] as const;
type SortKey = (typeof sortKeys)[number];

/** Settings that a table for people shows at most. */
const MOST_SETTINGS = 8;
export const runs = defineCommand({
  command: 'runs [dir]',
  describe: 'List runs with their state, figures, time, and the settings in which they differ',
  builder: (yargs) =>
    yargs
      .positional('dir', { type: 'string', default: 'runs', describe: 'A folder with runs in it' })
      .option('sort', { choices: sortKeys, default: 'name' as const, describe: 'Best, or newest, first' })
      .option('state', { choices: runStates, array: true, describe: 'Only runs that stand so' })
      .option('filter', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Only runs with a setting: --filter model.dModel=128',
      })
      .option('json', { type: 'boolean', describe: 'Print JSON, all settings included' })
      .option('csv', { type: 'boolean', describe: 'Print the table as CSV' })
      .conflicts('json', 'csv')
      .example('$0 runs', 'Those in runs/')
      .example('$0 runs --sort score --state finished', 'The best first')
      .example('$0 runs experiments --filter model.norm=pre --csv', 'A table for a spreadsheet'),
  run: (args, { stdout, log }) => {
    const { dir, sort, state, filter = [] } = args;
    if (!isFolder(dir))
      throw new UsageError(`${dir}: no such folder; tx train makes runs in runs/, or in --run`);
    const wanted = filter.map(parseFilter);
    const all = findRuns(dir).map((folder) => summarizeRun(folder));
    const shown = all.filter(
      (run) =>
        (state === undefined || state.includes(run.state)) &&
        wanted.every(([key, value]) => run.settings[key] === value),
    );
    if (shown.length === 0) log.info(`${dir}: ${all.length === 0 ? 'has no runs' : 'no run is like that'}`);
    const ordered = shown.toSorted(comparing(sort));
    if (args.json) {
      stdout.write(`${JSON.stringify(ordered, null, 2)}\n`);
      return;
    }
    const differing = differingSettings(ordered);
    if (args.csv) {
      stdout.write(formatCsv(toRows(ordered, dir, differing)));
      return;
    }
    if (ordered.length === 0) return;
    const isShared = (key: string) =>
      ordered.every(({ state, settings }) => state === 'damaged' || key in settings);
    const told = differing.filter(isShared).slice(0, MOST_SETTINGS);
    stdout.write(formatColumns(toRows(ordered, dir, told), new Set([2, 3, 4])));
    const more = differing.length - told.length;
    if (more > 0) log.info(`they differ in ${plural(more, 'more setting')}; --csv and --json have all`);
  },
});

function parseFilter(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--filter ${text}: expected a setting, = and its value`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** What has no figure comes last. */
function comparing(key: SortKey): (a: RunSummary, b: RunSummary) => number {
  const byName = (a: RunSummary, b: RunSummary) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  const figure = ({ score, metric, loss, seconds, started }: RunSummary): number => {
    const values = {
      name: 0,
      score: score === undefined ? undefined : isFalling(metric ?? '') ? score : -score,
      loss,
      time: seconds,
      started: started === undefined ? undefined : -Date.parse(started),
    };
    return values[key] ?? Number.POSITIVE_INFINITY;
  };
  return (a, b) => {
    const [x, y] = [figure(a), figure(b)];
    return x === y ? byName(a, b) : x - y;
  };
}

/** The table with its header: a row for each run, a column for each of the settings. */
function toRows(all: readonly RunSummary[], dir: string, told: readonly string[]): string[][] {
  const header = ['run', 'state', 'steps', 'time', 'loss', 'score', ...told];
  const rows = all.map((run) => [
    relative(dir, run.path) || run.path,
    run.state,
    String(run.steps),
    formatDuration(run.seconds),
    run.loss?.toFixed(4) ?? '',
    formatScore(run),
    ...told.map((key) => run.settings[key] ?? ''),
  ]);
  return [header, ...rows];
}

function formatScore({ metric, score, set }: RunSummary): string {
  if (score === undefined) return '';
  const name = metric ?? 'score';
  return `${name} ${formatFigure(name, score)}${set === 'test' ? '' : ` (${set})`}`;
}
