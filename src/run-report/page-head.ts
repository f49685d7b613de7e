// The head of a run report: how runs stand, and their best figures.
import { type ComponentChild, h } from 'preact';
import { renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { renderSeriesKey } from '../report/xy-chart-page.ts';
import { formatCount, formatDuration, plural } from '../util/format.ts';
import { tellFigure } from './names.ts';
import type { RunReport } from './run-report.ts';

export function renderHead(
  runs: readonly RunReport[],
  names: readonly string[],
  title: string,
): ComponentChild {
  const [first] = runs;
  return h('header', { class: 'top' }, [
    h('h1', { dir: 'auto' }, title),
    ...(runs.length === 1
      ? [
          h('p', { class: 'soft' }, [
            h('span', { class: 'state' }, first!.state),
            ' · ',
            tellFacts(first!).join(' · '),
          ]),
          h(
            'ul',
            { class: 'leads' },
            tellResults(first!).map((line) => h('li', { dir: 'auto' }, line)),
          ),
        ]
      : [h('div', { class: 'box scroll' }, renderOverview(runs, names))]),
  ]);
}

/** What was trained, how long and with what. */
export function tellFacts({ task, steps, seconds, parameters, started, sessions }: RunReport): string[] {
  const version = sessions.at(-1)?.tx;
  return [
    ...(task === undefined ? [] : [showText(task)]),
    plural(steps, 'update'),
    formatDuration(seconds),
    ...(parameters === undefined ? [] : [plural(parameters, 'parameter')]),
    ...(started === undefined ? [] : [`started ${showTime(started)}`]),
    ...(version === undefined ? [] : [`tx ${showText(version)}`]),
  ];
}

/** The figures of the parameters that were chosen, and the best validation. */
export function tellResults({ results, best }: RunReport): string[] {
  const chosen = results.map(
    ({ set, metric, score, weights }) =>
      `${showText(set)}: ${tellFigure(metric, score)}${weights === undefined ? '' : ` with the ${showText(weights)} parameters`}`,
  );
  if (best === undefined) return chosen;
  const figures = Object.entries(best.figures)
    .filter(
      ([name, value]) => name !== 'nll' || !('perplexity' in best.figures || value === best.figures.loss),
    )
    .map(([name, value]) => tellFigure(name, value));
  return [...chosen, `best validation, after update ${formatCount(best.step)}: ${figures.join(', ')}`];
}

/** A time in ISO 8601, in minutes. */
export const showTime = (time: string): string =>
  showText(time.replace(/^(\S+)T(\d\d:\d\d).*Z$/, '$1 $2 UTC'));

function renderOverview(runs: readonly RunReport[], names: readonly string[]): ComponentChild {
  const heads = ['Run', 'State', 'Updates', 'Time', 'Parameters', 'Valid loss', 'Result'];
  const rows = runs.map((run, color) => [
    renderSeriesKey({ name: names[color]!, color, mark: 'strong' }),
    run.state,
    formatCount(run.steps),
    formatDuration(run.seconds),
    run.parameters === undefined ? '' : formatCount(run.parameters),
    run.loss?.toFixed(4) ?? '',
    run.score === undefined
      ? ''
      : `${showText(run.set ?? '')} ${tellFigure(run.metric ?? 'score', run.score)}`,
  ]);
  return renderTable(heads, rows, 'scores');
}
