// The report's sections of single sentences: each system's worst and best, and the list of all.
import { type ComponentChild, h } from 'preact';
import { formatCount } from '../util/format.ts';
import type { Analysis } from './analysis.ts';
import { type Page, renderCard, renderName, renderSection, renderTabs } from './page-parts.ts';
import { MARKS } from './sentence-card.ts';

export function renderExtremes(page: Page): ComponentChild {
  const { extremes, sentenceMetric } = page.analysis;
  const list = (title: string, s: number, sentences: readonly number[]): ComponentChild[] =>
    sentences.length === 0
      ? []
      : [
          h('h3', null, [title, h('bdi', null, page.names[s]!)]),
          ...sentences.map((i) => renderCard(page, { i, systems: [s] })),
        ];
  const tabs = extremes.map(({ worst, best }, s) => ({
    label: renderName(page, s),
    panel: [...list('The worst of ', s, worst), ...list('The best of ', s, best)],
  }));
  return renderSection(
    'extremes',
    'Worst and best sentences',
    [`By ${sentenceMetric.label} of single sentences. `, ...MARKS],
    renderTabs('extreme', 'System', tabs),
  );
}

export function renderAll(page: Page): ComponentChild {
  const { analysis, names, options } = page;
  const { numSentences, sentenceMetric } = analysis;
  const sentences = chooseSentences(analysis, options.maxSentences ?? 1000);
  const [worst, best] = sentenceMetric.lowerIsBetter ? ['high', 'low'] : ['low', 'high'];
  const orders = [
    ['line 0', 'As in the file'],
    ...names.flatMap((name, s) => [
      [`${worst} ${s}`, `Worst first: ${name}`],
      [`${best} ${s}`, `Best first: ${name}`],
    ]),
    ...(names.length > 1 ? [['spread 0', 'Largest differences first']] : []),
  ] as [string, string][];
  const tools = h('div', { id: 'tools', hidden: true }, [
    h('input', { id: 'find', type: 'search', placeholder: 'Find text', 'aria-label': 'Find text' }),
    h('select', { id: 'order', 'aria-label': 'Order' }, [
      ...orders.map(([value, label]) => h('option', { value }, label)),
    ]),
    h('span', { id: 'found', class: 'soft', role: 'status' }),
  ]);
  const note =
    sentences.length === numSentences
      ? ''
      : `The ${formatCount(sentences.length)} of ${formatCount(numSentences)} with the worst mean scores. `;
  return renderSection(
    'all',
    sentences.length === numSentences ? 'All sentences' : 'Sentences',
    [`${note}Figures are ${sentenceMetric.label} of single sentences. `, ...MARKS],
    tools,
    h(
      'div',
      { id: 'list' },
      sentences.map((i) => renderCard(page, { i, systems: names.map((_, s) => s), sortable: true })),
    ),
    h('button', { id: 'more', type: 'button', hidden: true }, 'Show more'),
  );
}

/** Positions in the corpus's order. */
function chooseSentences(
  { sentenceScores, sentenceMetric, numSentences }: Analysis,
  limit: number,
): number[] {
  const sign = sentenceMetric.lowerIsBetter ? -1 : 1;
  const sums = Array.from({ length: numSentences }, (_, i) =>
    sentenceScores.reduce((sum, scores) => sum + sign * scores[i]!, 0),
  );
  return sums
    .map((_, i) => i)
    .sort((i, j) => sums[i]! - sums[j]! || i - j)
    .slice(0, limit)
    .sort((i, j) => i - j);
}
