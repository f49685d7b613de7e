// The report of parsers as one HTML file. What it shows is computed in analysis.ts.
import { type ComponentChild, h } from 'preact';
import { renderChart, renderKey } from '../report/chart.ts';
import { shortenNames } from '../report/names.ts';
import { renderSection, renderTable, renderTop } from '../report/page-parts.ts';
import { LIST_SCRIPT } from '../report/page-script.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { buildCells, type Scores, type SignificanceTable } from '../report/scores.ts';
import { showPValue, showScore, showText } from '../report/show.ts';
import { showInterval } from '../report/table.ts';
import { describeLeads } from '../report/verdict.ts';
import { formatCount, plural } from '../util/format.ts';
import type { BracketGroup, ParserOutput, TreeAnalysis } from './analysis.ts';
import { type ErrorKind, errorKinds } from './error-kinds.ts';
import { renderSentences, TREE_STYLE } from './page-sentences.ts';

export interface TreesPage {
  readonly title: string;
  readonly outputs: readonly ParserOutput[];
  readonly analysis: TreeAnalysis;
  readonly scores: Scores;
  readonly significance?: SignificanceTable | undefined;
  /** How intervals and p-values were found. */
  readonly note?: string | undefined;
}

/** Labels in the chart; the table has all. */
const CHARTED = 12;

/** The page; the same arguments give the same bytes. */
export function renderTreesPage(page: TreesPage): string {
  const { outputs, analysis } = page;
  const title = showText(page.title);
  const names = shortenNames(analysis.systems.map(showText));
  const sentences = outputs[0]!.results.length;
  const facts = [plural(outputs.length, 'parser'), plural(sentences, 'sentence')];
  const leads = describeLeads(page.scores, page.significance).slice(0, 1);
  const sections: [id: string, label: string, section: ComponentChild][] = [
    ['scores', 'Scores', renderScores(page, names)],
    ['errors', 'Errors', renderErrors(page, names)],
    ['labels', 'By label', renderLabels(analysis, names)],
    ['spans', 'By phrase length', renderSpans(analysis, names)],
    ['lengths', 'By sentence length', renderLengths(analysis, names)],
    ['all', 'Sentences', renderSentences(outputs, analysis, names)],
  ];
  const body = [
    renderTop(title, facts, leads),
    renderLinks(sections.map(([id, label]) => [id, label])),
    h(
      'main',
      null,
      sections.map(([, , section]) => section),
    ),
    h('footer', null, 'Made by tx. All figures are of these sentences alone.'),
  ];
  return renderShell({ title, body, styles: [STYLE, TREE_STYLE], scripts: [LIST_SCRIPT] });
}

function renderScores({ scores, significance, note }: TreesPage, names: readonly string[]): ComponentChild {
  const rows = buildCells(scores, significance).map((row, s) => [
    renderKey(names[s]!, s, showText(scores.systems[s]!)),
    ...row.map((cell) => [
      h(cell.isBest ? 'strong' : 'span', null, showScore(cell.score)),
      cell.interval !== null && h('small', null, showInterval(cell)),
      cell.pValue !== null && h('small', null, `p ${showPValue(cell.pValue).replace(/^(?=\d)/, '= ')}`),
    ]),
  ]);
  const tested =
    significance === undefined
      ? ''
      : ` p: how likely a difference from ${names[0]} as large as this is if the two are equally good (a star: at most 0.05). ${showText(note ?? '')}.`;
  return renderSection(
    'scores',
    'Scores',
    `Labelled brackets as EVALB compares them, ${scores.metrics[0]!.signature}; exact match: trees without an error. In per cent.${tested}`,
    h(
      'div',
      { class: 'box scroll' },
      renderTable(
        ['Parser', ...scores.metrics.map(({ label }) => label)],
        rows as ComponentChild[][],
        'scores',
      ),
    ),
  );
}

function renderErrors({ analysis }: TreesPage, names: readonly string[]): ComponentChild {
  const kinds = (Object.keys(errorKinds) as ErrorKind[]).filter((kind) =>
    analysis.errors.some((counts) => counts.has(kind)),
  );
  const count = (s: number, kind: ErrorKind, key: 'errors' | 'brackets') =>
    analysis.errors[s]!.get(kind)?.[key] ?? 0;
  const several = names.length > 1;
  const heads = names.flatMap((name) =>
    ['Errors', 'Brackets'].map((what) => (several ? `${what}, ${name}` : what)),
  );
  const table = renderTable(
    ['Kind', 'What it is', ...heads],
    kinds.map((kind) => [
      errorKinds[kind][0],
      h('span', { class: 'soft' }, errorKinds[kind][1]),
      ...names.flatMap((_, s) => [count(s, kind, 'errors'), count(s, kind, 'brackets')].map(formatCount)),
    ]),
    'kinds',
  );
  return renderSection(
    'errors',
    'Kinds of errors',
    'What turns each tree into its gold tree in the fewest steps that a greedy search finds: phrases are moved, renamed, taken off and put in (after Kummerfeld et al. 2012). Each step is an error; what it mends are brackets, missing ones and those too many.',
    kinds.length === 0
      ? h('p', null, 'There are none.')
      : [
          renderChart({
            title: 'Brackets that errors spoil, by kind',
            groupTitle: 'Kind',
            groups: kinds.map((kind) => ({ label: errorKinds[kind][0], note: '' })),
            series: names.map((name, s) => ({
              name,
              values: kinds.map((kind) => count(s, kind, 'brackets')),
            })),
            format: formatCount,
          }),
          h('div', { class: 'box scroll' }, table),
        ],
  );
}

const chartOf = (
  title: string,
  groupTitle: string,
  groups: readonly BracketGroup[],
  names: readonly string[],
) =>
  renderChart({
    title,
    groupTitle,
    groups: groups.map(({ label, count }) => ({
      label: showText(label) || '(none)',
      note: formatCount(count),
    })),
    series: names.map((name, s) => ({ name, values: groups.map(({ f1 }) => f1[s]!) })),
    format: (value) => showScore(value, 1),
  });

function renderLabels({ byLabel }: TreeAnalysis, names: readonly string[]): ComponentChild {
  const rest = byLabel.slice(CHARTED);
  return renderSection(
    'labels',
    'By label',
    'F1 of the brackets of each label, the most frequent first; below it, how many the gold trees have.',
    chartOf('F1 by label', 'Label', byLabel.slice(0, CHARTED), names),
    rest.length > 0 &&
      h('details', null, [
        h('summary', null, 'Rarer labels'),
        renderTable(
          ['Label', 'Gold brackets', ...names],
          rest.map(({ label, count, f1 }) => [
            showText(label) || '(none)',
            formatCount(count),
            ...f1.map((value) => showScore(value, 1)),
          ]),
        ),
      ]),
  );
}

const renderSpans = ({ bySpan }: TreeAnalysis, names: readonly string[]): ComponentChild =>
  renderSection(
    'spans',
    'By phrase length',
    'F1 of brackets by the words that they have, without those that EVALB leaves out.',
    chartOf('F1 by words of a bracket', 'Words', bySpan, names),
  );

const renderLengths = ({ byLength }: TreeAnalysis, names: readonly string[]): ComponentChild =>
  renderSection(
    'lengths',
    'By sentence length',
    'F1 of all brackets of the sentences of so many words; below it, how many sentences there are.',
    chartOf('F1 by words of the sentence', 'Words', byLength, names),
  );
