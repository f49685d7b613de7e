// The report as one HTML file: no network, no fonts, nothing foreign that runs (its policy admits this page's script
// alone, by hash), and readable without that script. What it shows is computed in analysis.ts.
import { createHash } from 'node:crypto';
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { formatCount } from '../util/format.ts';
import type { Analysis, Comparison } from './analysis.ts';
import { renderChart } from './chart.ts';
import type { Corpus } from './corpus.ts';
import type { NgramDifference } from './ngrams.ts';
import { MARKS, renderCard, renderName, renderSection, renderTabs, type View } from './page-parts.ts';
import { SCRIPT } from './page-script.ts';
import { NUM_COLORS, STYLE } from './page-style.ts';
import { buildCells, type SignificanceTable } from './scores.ts';
import { plural, showPValue, showScore, showText } from './show.ts';
import { showInterval } from './table.ts';
import { describeLeads } from './verdict.ts';

export interface PageOptions {
  /** `Translation report` by default. */
  title?: string | undefined;
  significance?: SignificanceTable | undefined;
  /** How intervals and p-values were found, such as `Paired bootstrap, 1,000 resamples, seed 12345`. */
  note?: string | undefined;
  /** Sentences in the list of all, 1000 by default; of more, those with the worst mean scores. */
  maxSentences?: number | undefined;
}

interface Page extends View {
  readonly options: PageOptions;
  /** The systems' names, safe to show. */
  readonly names: readonly string[];
}

/** The page; the same arguments give the same bytes. */
export function renderPage(corpus: Corpus, analysis: Analysis, options: PageOptions = {}): string {
  const names = analysis.systems.map(showText);
  const page: Page = { corpus, analysis, options, names };
  const title = showText(options.title ?? 'Translation report');
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const document = h('html', { lang: 'en' }, [
    h('head', null, [
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('title', null, title),
      h('style', { dangerouslySetInnerHTML: { __html: STYLE } }),
    ]),
    h('body', null, [
      renderTop(page, title),
      renderNavigation(page),
      h('main', null, [
        renderScores(page),
        renderLengths(page),
        renderWords(page),
        renderRatios(page),
        analysis.comparisons.length > 0 && renderComparisons(page),
        renderExtremes(page),
        renderAll(page),
      ]),
      h('footer', null, 'Made by tx. All figures are of this test set alone.'),
      h('script', { dangerouslySetInnerHTML: { __html: SCRIPT } }),
    ]),
  ]);
  return `<!doctype html>\n${renderToString(document)}\n`;
}

function renderTop({ analysis, options }: Page, title: string): ComponentChild {
  const { systems, numSentences, numRefs } = analysis;
  const facts = [
    plural(systems.length, 'system'),
    plural(numSentences, 'sentence'),
    numRefs === 'var' ? 'references in varying number' : `${plural(numRefs, 'reference')} each`,
  ];
  const leads = describeLeads(analysis, options.significance);
  return h('header', { class: 'top' }, [
    h('h1', { dir: 'auto' }, title),
    h('p', { class: 'soft' }, facts.join(' · ')),
    leads.length > 0 &&
      h(
        'ul',
        { class: 'leads' },
        leads.map((lead) => h('li', { dir: 'auto' }, lead)),
      ),
  ]);
}

function renderNavigation(page: Page): ComponentChild {
  const links = [
    ['scores', 'Scores'],
    ['lengths', 'By length'],
    ['words', 'By word frequency'],
    ['ratios', 'Length ratio'],
    ...(page.analysis.comparisons.length > 0 ? [['differences', 'Differences']] : []),
    ['extremes', 'Worst and best'],
    ['all', 'All sentences'],
  ];
  return h(
    'nav',
    null,
    h('div', null, [
      ...links.map(([id, label]) => h('a', { href: `#${id}` }, label)),
      h(
        'span',
        { class: 'legend' },
        page.names.map((_, s) => renderName(page, s)),
      ),
    ]),
  );
}

function renderScores(page: Page): ComponentChild {
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
          h('th', null, renderName(page, s)),
          ...row.map((cell) =>
            h('td', null, [
              h(cell.isBest ? 'strong' : 'span', null, showScore(cell.score)),
              cell.interval !== null && h('small', null, showInterval(cell)),
              cell.pValue !== null &&
                h('small', null, `p ${showPValue(cell.pValue).replace(/^(?=\d)/, '= ')}`),
            ]),
          ),
          h('td', null, showScore(lengthRatios.totals[s]!, 3)),
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

function renderLengths({ analysis, names }: Page): ComponentChild {
  const { byLength, metrics } = analysis;
  const groups = byLength.map(({ label, count }) => ({ label, note: formatCount(count) }));
  const tabs = metrics.map(({ label }, m) => ({
    label,
    panel: renderChart({
      title: `${label} by reference length`,
      groupTitle: 'Words',
      groups,
      series: names.map((name, s) => ({ name, values: byLength.map(({ scores }) => scores[s]![m]!) })),
      format: (value) => showScore(value, 1),
    }),
  }));
  return renderSection(
    'lengths',
    'By sentence length',
    'Do long sentences suffer? Each group holds the sentences whose first reference has so many words; below it, how many there are. Scores of few sentences say little.',
    renderTabs('length', 'Metric', tabs),
  );
}

function renderWords({ analysis, names }: Page): ComponentChild {
  const { byFrequency, frequencySource } = analysis;
  const groups = byFrequency.map(({ label, count }) => ({ label, note: formatCount(count) }));
  const where = frequencySource === 'training' ? 'the training text' : 'the references';
  const measures = [
    ['F1', 'f1'],
    ['Recall', 'recall'],
    ['Precision', 'precision'],
  ] as const;
  const tabs = measures.map(([label, key]) => ({
    label,
    panel: renderChart({
      title: `${label} of words by their frequency in ${where}, in per cent`,
      groupTitle: 'Frequency',
      groups,
      series: names.map((name, s) => ({
        name,
        values: byFrequency.map(({ accuracies }) => 100 * accuracies[s]![key]),
      })),
      format: (value) => showScore(value, 1),
    }),
  }));
  return renderSection(
    'words',
    'By word frequency',
    `Are rare words right? Words are grouped by how often they occur in ${where}; below each group, how many words of the references are in it. Recall is the share of them that a system has in the same sentence, precision the share of its own words that are right, F1 their harmonic mean.`,
    renderTabs('word', 'Measure', tabs),
  );
}

function renderRatios({ analysis, names }: Page): ComponentChild {
  const { labels, counts, totals } = analysis.lengthRatios;
  const chart = renderChart({
    title: 'Sentences by length ratio, in per cent',
    groupTitle: 'Ratio',
    groups: labels.map((label) => ({ label, note: '' })),
    series: names.map((name, s) => ({
      name,
      values: counts[s]!.map((count) => (100 * count) / analysis.numSentences),
    })),
    format: (value) => showScore(value, 1),
  });
  const overall = names.map((name, s) => `${name} ${showScore(totals[s]!, 3)}`).join(', ');
  return renderSection(
    'ratios',
    'Length ratio',
    `Words of each translation per word of its closest reference, to the nearest tenth: bars at the left are translations that may lack something, at the right ones that may say too much. Over all: ${overall}.`,
    chart,
  );
}

function renderComparisons(page: Page): ComponentChild {
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
      bar(aWins, `c${a % NUM_COLORS}`),
      bar(ties, 'tie'),
      bar(bWins, `c${b % NUM_COLORS}`),
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

function renderExtremes(page: Page): ComponentChild {
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

function renderAll(page: Page): ComponentChild {
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
