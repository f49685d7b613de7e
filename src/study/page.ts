// A study's report as an HTML file: for each grid its pictures, its table, and the runs behind them.
import { type ComponentChild, h } from 'preact';
import { renderDotPlot } from '../report/dot-plot.ts';
import { LABELLED_STYLE, renderLabelledChart } from '../report/labelled-chart.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { showText } from '../report/show.ts';
import { SVG_STYLE } from '../report/svg-file.ts';
import { renderXyChart } from '../report/xy-chart-page.ts';
import { XY_SCRIPT } from '../report/xy-chart-script.ts';
import { XY_STYLE } from '../report/xy-chart-style.ts';
import { FAILURE_HEADS, failureRows } from '../run-report/page-lengths.ts';
import { plural } from '../util/format.ts';
import { packageVersion } from '../util/package.ts';
import { buildPictures, type Picture } from './charts.ts';
import { CLAIMS_STYLE, renderClaims } from './claims-page.ts';
import type { GridResult, StudyResults } from './results.ts';
import { buildTable, describeCentre } from './tables.ts';

/** The page; the same results give the same bytes. */
export function renderStudyPage({ title, grids }: StudyResults): string {
  const shown = title === '' ? 'Study' : title;
  const runs = new Set(grids.flatMap(({ arms }) => arms.flatMap((arm) => arm.runs.map(({ run }) => run))));
  const body = [
    h('header', { class: 'top' }, [
      h('h1', null, showText(shown)),
      h('p', { class: 'soft' }, describeSize(grids, runs.size)),
    ]),
    grids.length > 1 && renderLinks(grids.map(({ name, title }) => [name, showText(title)])),
    h('main', null, grids.map(renderGrid)),
    h('footer', null, `Made by tx ${packageVersion()}.`),
  ];
  return renderShell({
    title: shown,
    body,
    styles: [STYLE, XY_STYLE, SVG_STYLE, LABELLED_STYLE, STUDY_STYLE, CLAIMS_STYLE],
    scripts: [XY_SCRIPT],
  });
}

function describeSize(grids: readonly GridResult[], runs: number): string {
  const arms = grids.reduce((sum, grid) => sum + grid.arms.length, 0);
  return `${plural(runs, 'run')} in ${plural(arms, 'arm')}`;
}

function renderGrid(grid: GridResult): ComponentChild {
  const pictures = buildPictures(grid);
  const { head, rows } = buildTable(grid);
  return renderSection(grid.name, showText(grid.title), explain(grid), [
    grid.claims.length > 0 && renderClaims(grid.claims),
    pictures.length > 0 &&
      h(
        'div',
        { class: 'charts' },
        pictures.map(({ picture }) => render(picture)),
      ),
    h(
      'div',
      { class: 'scroll' },
      renderTable(
        head.map(showText),
        rows.map((row) => row.map(showText)),
        'arms',
      ),
    ),
    renderFailures(grid),
    h('details', null, [h('summary', null, 'Runs'), renderRuns(grid)]),
  ]);
}

/** Of made-up problems: what was answered wrongly. */
function renderFailures({ arms }: GridResult): ComponentChild {
  const rows = arms.flatMap(({ name, lengths }) =>
    failureRows(lengths?.failures ?? []).map((row) => [showText(name), ...row]),
  );
  if (rows.length === 0) return false;
  const table = renderTable(['arm', ...FAILURE_HEADS], rows, 'arms');
  return h('details', null, [h('summary', null, 'Wrong answers'), h('div', { class: 'scroll' }, table)]);
}

function render(picture: Picture): ComponentChild {
  if (picture.kind === 'dots') return h('figure', { class: 'chart dot-plot' }, renderDotPlot(picture.plot));
  return picture.kind === 'lines' ? renderXyChart(picture.chart) : renderLabelledChart(picture.chart);
}

function explain({ spread, arms, claims }: GridResult): string {
  return [
    `For each arm the ${describeCentre(spread)} over its seeds.`,
    ...(arms.some(({ isBaseline }) => isBaseline)
      ? ['Δ is the difference from the baseline with the same seed.']
      : []),
    ...(claims.length > 0
      ? [
          'Claims of several arms are judged by the mean difference of runs with the same seed and its 95% interval (Student’s t), those of one arm by the median of its seeds.',
        ]
      : []),
  ].join(' ');
}

function renderRuns({ arms, figures }: GridResult): ComponentChild {
  const rows = arms.flatMap((arm) =>
    arm.runs.map(({ run, seed, figures: found }) => [
      showText(run),
      String(seed),
      ...figures.map((figure) => found?.[figure]?.toPrecision(6) ?? ''),
    ]),
  );
  return h('div', { class: 'scroll' }, renderTable(['run', 'seed', ...figures.map(showText)], rows, 'arms'));
}

const STUDY_STYLE = `
.arms td,.arms th{white-space:nowrap}
.arms th:first-child{text-align:left}
.dot-plot svg{width:100%;height:auto}
`.trim();
