// The report of systems compared, as one HTML file. What it shows is computed in analysis.ts.
import { type ComponentChild, h } from 'preact';
import { plural } from '../util/format.ts';
import type { Analysis } from './analysis.ts';
import type { Corpus } from './corpus.ts';
import { shortenNames } from './names.ts';
import { renderLengths, renderRatios, renderWords } from './page-charts.ts';
import { renderComparisons } from './page-comparisons.ts';
import { type Page, type PageOptions, renderTop } from './page-parts.ts';
import { renderScores } from './page-scores.ts';
import { LIST_SCRIPT, TABS_SCRIPT } from './page-script.ts';
import { renderAll, renderExtremes } from './page-sentences.ts';
import { renderLinks, renderShell } from './page-shell.ts';
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
  const body = [
    renderHead(page, title),
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
  ];
  return renderShell({ title, body, styles: [STYLE], scripts: [TABS_SCRIPT, LIST_SCRIPT] });
}

function renderHead({ analysis, options }: Page, title: string): ComponentChild {
  const { systems, numSentences, numRefs } = analysis;
  const facts = [
    plural(systems.length, 'system'),
    plural(numSentences, 'sentence'),
    numRefs === 'var' ? 'references in varying number' : `${plural(numRefs, 'reference')} each`,
  ];
  const leads = describeLeads(analysis, options.significance, options.digits);
  return renderTop(title, facts, leads);
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
  return renderLinks(links as [string, string][]);
}
