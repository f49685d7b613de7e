// The report's section of pairs: on how many sentences either system is better, on which most, and with what words.
import { type ComponentChild, h } from 'preact';
import { formatCount } from '../util/format.ts';
import type { Comparison } from './analysis.ts';
import type { NgramDifference } from './ngrams.ts';
import { type Page, renderCard, renderName, renderSection, renderTabs } from './page-parts.ts';
import { colorClass } from './palette.ts';
import { MARKS } from './sentence-card.ts';
import { showScore, showText } from './show.ts';

export function renderComparisons(page: Page): ComponentChild {
  const { comparisons, sentenceMetric } = page.analysis;
  const tabs = comparisons.map((comparison) => ({
    label: [renderName(page, comparison.b), ' against ', renderName(page, comparison.a)],
    panel: renderComparison(page, comparison),
  }));
  return renderSection(
    'differences',
    'Differences',
    [`Two systems side by side, by ${sentenceMetric.label} of single sentences. `, ...MARKS],
    renderTabs('pair', 'Systems', tabs),
  );
}

function renderComparison(page: Page, comparison: Comparison): ComponentChild[] {
  const { a, b, aWins, bWins, ties, ngrams } = comparison;
  const { numSentences, sentenceScores } = page.analysis;
  const [nameA, nameB] = [page.names[a]!, page.names[b]!];
  const share = (count: number) => `${formatCount(count)} (${showScore((100 * count) / numSentences, 1)}%)`;
  const bar = (count: number, kind: string) => count > 0 && h('i', { class: kind, style: `flex:${count}` });
  const list = (name: string, sentences: readonly number[]): ComponentChild[] =>
    sentences.length === 0
      ? []
      : [
          h('h3', null, ['Where ', h('bdi', null, name), ' is better']),
          ...sentences.map((i) => {
            const difference = Math.abs(sentenceScores[b]![i]! - sentenceScores[a]![i]!);
            const remark = `Difference ${showScore(difference, 1)}`;
            return renderCard(page, { i, systems: [a, b], sideBySide: true, remark });
          }),
        ];
  return [
    h('div', { class: 'balance', 'aria-hidden': 'true' }, [
      bar(aWins, colorClass(a)),
      bar(ties, 'tie'),
      bar(bWins, colorClass(b)),
    ]),
    h('div', { class: 'versus' }, [
      h('span', null, [renderName(page, a), ` better on ${share(aWins)}`]),
      h('span', { class: 'soft' }, `equal on ${share(ties)}`),
      h('span', null, [renderName(page, b), ` better on ${share(bWins)}`]),
    ]),
    ...list(nameB, comparison.bBetter),
    ...list(nameA, comparison.aBetter),
    h('div', { class: 'pair' }, [
      renderNgrams(page, comparison, nameB, ngrams.b),
      renderNgrams(page, comparison, nameA, ngrams.a),
    ]),
  ];
}

function renderNgrams(
  page: Page,
  { a, b }: Comparison,
  name: string,
  ngrams: readonly NgramDifference[],
): ComponentChild {
  if (ngrams.length === 0) return false;
  return h('div', null, [
    h('h3', null, ['What ', h('bdi', null, name), ' gets right more often']),
    h('table', { class: 'ngrams' }, [
      h(
        'thead',
        null,
        h('tr', null, [
          h('th', null, 'Words'),
          h('th', null, renderName(page, a)),
          h('th', null, renderName(page, b)),
        ]),
      ),
      h(
        'tbody',
        null,
        ngrams.map((row) =>
          h('tr', null, [
            h('td', { dir: 'auto' }, showText(row.ngram)),
            h('td', null, formatCount(row.a)),
            h('td', null, formatCount(row.b)),
          ]),
        ),
      ),
    ]),
  ]);
}
