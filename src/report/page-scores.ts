// The report's first section: every system's scores, and how they were computed.
import { type ComponentChild, h } from 'preact';
import { type Page, renderName, renderSection } from './page-parts.ts';
import { buildCells } from './scores.ts';
import { showPValue, showScore, showText } from './show.ts';
import { showInterval } from './table.ts';

/** Systems by metrics, with the signatures below. */
export function renderScores(page: Page): ComponentChild {
  const { analysis, options, names } = page;
  const { metrics, lengthRatios } = analysis;
  const cells = buildCells(analysis, options.significance);
  const flat = cells.flat();
  const notes = [
    names.length > 1 && 'The best score of each metric is in bold.',
    flat.some(({ interval }) => interval !== null) &&
      'Small figures: the mean of resampled scores ± half the 95% confidence interval.',
    flat.some(({ pValue }) => pValue !== null) &&
      `p: how likely a difference from ${names[0]} as large as this is if the two are equally good (a star: at most 0.05).`,
    options.note && `${showText(options.note)}.`,
  ];
  const heads = [
    'System',
    ...metrics.map(({ label, lowerIsBetter }) => `${label}${lowerIsBetter ? ' ↓' : ''}`),
  ];
  const table = h('table', { class: 'scores' }, [
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        [...heads, 'Length ratio'].map((head) => h('th', null, head)),
      ),
    ),
    h(
      'tbody',
      null,
      cells.map((row, s) =>
        h('tr', null, [
          h('th', null, [renderName(page, s), ...renderFullName(page, s)]),
          ...row.map((cell, m) =>
            h('td', { 'data-label': heads[m + 1] }, [
              h(cell.isBest ? 'strong' : 'span', null, showScore(cell.score, options.digits)),
              cell.interval !== null && h('small', null, showInterval(cell, options.digits)),
              cell.pValue !== null &&
                h('small', null, `p ${showPValue(cell.pValue).replace(/^(?=\d)/, '= ')}`),
            ]),
          ),
          h('td', { 'data-label': 'Length ratio' }, showScore(lengthRatios.totals[s]!, 3)),
        ]),
      ),
    ),
  ]);
  const signatures = metrics.flatMap(({ label, signature }) => [
    h('dt', null, label),
    h('dd', null, signature),
  ]);
  return renderSection(
    'scores',
    'Scores',
    notes.filter(Boolean).join(' '),
    h('div', { class: 'box scroll' }, table),
    h('dl', { class: 'signatures' }, signatures),
  );
}

/** What the short name leaves out. */
function renderFullName({ corpus, names }: Page, s: number): ComponentChild[] {
  const name = showText(corpus.systems[s]!.name);
  return name === names[s] ? [] : [h('small', null, h('bdi', null, name))];
}
