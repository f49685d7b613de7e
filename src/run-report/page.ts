// The report of one or several runs as an HTML file. What it shows is read in run-report.ts.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTabs } from '../report/page-parts.ts';
import { TABS_SCRIPT } from '../report/page-script.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { renderXyChart } from '../report/xy-chart-page.ts';
import { XY_SCRIPT } from '../report/xy-chart-script.ts';
import { XY_STYLE } from '../report/xy-chart-style.ts';
import { plural } from '../util/format.ts';
import { packageVersion } from '../util/package.ts';
import { buildCharts, xAxes } from './charts.ts';
import { nameRuns } from './names.ts';
import { renderData } from './page-data.ts';
import { renderHead } from './page-head.ts';
import { LABEL_STYLE, renderLabels } from './page-labels.ts';
import { renderLengths } from './page-lengths.ts';
import { renderOutputs } from './page-outputs.ts';
import { renderSessions } from './page-sessions.ts';
import { renderSettings } from './page-settings.ts';
import type { RunReport } from './run-report.ts';

/** The page; at least one run. The same arguments give the same bytes. */
export function renderRunPage(runs: readonly RunReport[]): string {
  const names = nameRuns(runs);
  const title = runs.length === 1 ? `Run ${names[0]}` : plural(runs.length, 'run');
  const sections: [string, string, ComponentChild][] = [
    ['curves', 'Curves', renderCurves(runs)],
    ['data', 'Data', renderData(runs, names)],
    ['lengths', 'Lengths', renderLengths(runs, names)],
    ['labels', 'Labels', renderLabels(runs, names)],
    ['outputs', 'Outputs', renderOutputs(runs, names)],
    ['settings', 'Settings', renderSettings(runs, names)],
    ['sessions', 'Sessions', renderSessions(runs, names)],
  ];
  const shown = sections.filter(([, , section]) => section !== undefined);
  const body = [
    renderHead(runs, names, title),
    renderLinks(shown.map(([id, label]) => [id, label])),
    h(
      'main',
      null,
      shown.map(([, , section]) => section),
    ),
    h('footer', null, `Made by tx ${packageVersion()}.`),
  ];
  return renderShell({
    title,
    body,
    styles: [STYLE, XY_STYLE, RUN_STYLE, LABEL_STYLE],
    scripts: [TABS_SCRIPT, XY_SCRIPT],
  });
}

function renderCurves(runs: readonly RunReport[]): ComponentChild | undefined {
  if (runs.every(({ curves }) => curves.length === 0)) return undefined;
  const tabs = xAxes.map((over) => ({
    label: `Over ${over}`,
    panel: h(
      'div',
      { class: 'charts' },
      buildCharts(runs, over).map(({ chart, keys }) => renderXyChart(chart, { keys })),
    ),
  }));
  return renderSection(
    'curves',
    'Curves',
    'A pointer on a chart shows the values there. Long trainings are drawn with fewer points, chosen so that peaks stay.',
    renderTabs('over', 'Over', tabs),
  );
}

const RUN_STYLE = `
.settings td,.settings th{text-align:left;overflow-wrap:anywhere;vertical-align:top;font-size:.9rem}
.settings th{font-weight:500}
.settings code,.command{font-family:ui-monospace,SFMono-Regular,Consolas,monospace;font-size:.85rem}
.command{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0;padding:.6rem .9rem;background:var(--card);
border:1px solid var(--line);border-radius:.5rem}
.lengths thead th{min-width:0;overflow-wrap:normal}
.state{font-weight:600}
.leads .key{font-size:inherit}
@media (max-width:46rem){.settings th,.settings td{padding:.3rem .4rem;font-size:.8rem}.settings tbody th{min-width:10rem}}
`.trim();
