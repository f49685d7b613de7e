// The report's section of what runs made of their validation sets.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTabs } from '../report/page-parts.ts';
import { MARKS, renderLine, renderPlain, renderSentence } from '../report/sentence-card.ts';
import { showScore, showText } from '../report/show.ts';
import { renderSeriesKey } from '../report/xy-chart-page.ts';
import { formatCount } from '../util/format.ts';
import type { Output, Outputs } from './output.ts';
import type { RunReport } from './run-report.ts';

export function renderOutputs(
  runs: readonly RunReport[],
  names: readonly string[],
): ComponentChild | undefined {
  const tabs = runs.flatMap(({ outputs }, color) =>
    outputs === undefined || outputs.lines === 0
      ? []
      : [{ label: renderSeriesKey({ name: names[color]!, color }), panel: renderRun(outputs) }],
  );
  if (tabs.length === 0) return undefined;
  const hasTexts = runs.some(({ outputs }) => outputs?.areLabels === false);
  return renderSection(
    'outputs',
    'Outputs',
    ['What the model makes of the validation set. ', ...(hasTexts ? MARKS : [])],
    renderTabs('run', 'Run', tabs),
  );
}

function renderRun(outputs: Outputs): ComponentChild[] {
  const { areLabels, lines, weights, worst, best } = outputs;
  const [low, high] = titlesOf(outputs);
  const list = (title: string, all: readonly Output[]) =>
    all.length === 0
      ? []
      : [
          h('h3', null, title),
          ...all.map((output) =>
            (areLabels ? renderLabelled : renderOutput)(output, figureOf(outputs, output)),
          ),
        ];
  const by = weights === undefined ? '' : `, with the ${showText(weights)} parameters`;
  return [
    h('p', { class: 'soft' }, `${formatCount(lines)} lines${by}`),
    ...list(low, worst),
    ...list(high, best),
  ];
}

/** What the two lists are. */
export const titlesOf = ({ areLabels, figure }: Outputs): [string, string] =>
  areLabels ? ['The hardest', 'The easiest'] : [`The worst by ${figure}`, `The best by ${figure}`];

/** The score of a line, as people read it. */
export const figureOf = ({ areLabels, figure }: Outputs, { score }: Output): string =>
  `${figure} ${areLabels ? score.toFixed(4) : showScore(score, 1)}`;

const renderOutput = ({ line, source, reference, output }: Output, figure: string): ComponentChild =>
  renderSentence({
    title: `Line ${line}`,
    source,
    refs: [reference],
    outputs: [{ label: 'Output ', figure, text: output }],
  });

const renderLabelled = ({ line, source, pair, reference, output }: Output, figure: string): ComponentChild =>
  h('article', { class: 'card' }, [
    h('h4', null, [h('span', null, `Line ${line}`), h('span', null, figure)]),
    renderLine('Text', renderPlain(source ?? '')),
    pair !== undefined && renderLine('Second text', renderPlain(pair)),
    renderLine('Label', renderPlain(reference)),
    renderLine(
      'Found',
      output.replace(/ \([\d.]+\)$/, '') === reference
        ? renderPlain(output)
        : h('p', { class: 'text' }, h('mark', null, showText(output))),
    ),
  ]);
