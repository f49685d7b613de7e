// The report as one HTML file: no network, no fonts, nothing foreign that runs (its policy admits this page's script
// alone, by hash), and readable without that script. What it shows is computed in analysis.ts.
import { createHash } from 'node:crypto';
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { plural } from '../util/format.ts';
import type { Analysis } from './analysis.ts';
import type { Corpus } from './corpus.ts';
import { shortenNames } from './names.ts';
import { renderLengths, renderRatios, renderWords } from './page-charts.ts';
import { renderComparisons } from './page-comparisons.ts';
import type { Page, PageOptions } from './page-parts.ts';
import { renderScores } from './page-scores.ts';
import { SCRIPT } from './page-script.ts';
import { renderAll, renderExtremes } from './page-sentences.ts';
import { STYLE } from './page-style.ts';
import { showText } from './show.ts';
import { describeLeads } from './verdict.ts';

/** The page; the same arguments give the same bytes. */
export function renderPage(corpus: Corpus, analysis: Analysis, options: PageOptions = {}): string {
  const names = shortenNames(analysis.systems.map(showText));
  const shown = { ...analysis, systems: names };
  const significance = options.significance?.map((list) =>
    list.map((result) => {
      const s = analysis.systems.indexOf(result.system);
      return { ...result, system: names[s] ?? result.system };
    }),
  );
  const page: Page = { corpus, analysis: shown, options: { ...options, significance }, names };
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
  const leads = describeLeads(analysis, options.significance, options.digits);
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
    h(
      'div',
      null,
      links.map(([id, label]) => h('a', { href: `#${id}` }, label)),
    ),
  );
}
