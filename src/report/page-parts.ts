// Building blocks of pages: sections, tabs, and of reports that compare systems their names and sentences.
import { type ComponentChild, type ComponentChildren, h } from 'preact';
import type { Analysis } from './analysis.ts';
import { renderKey } from './chart.ts';
import type { Corpus } from './corpus.ts';
import type { SignificanceTable } from './scores.ts';
import { renderSentence } from './sentence-card.ts';
import { showScore, showText } from './show.ts';

export interface PageOptions {
  /** `Translation report` by default. */
  readonly title?: string | undefined;
  readonly significance?: SignificanceTable | undefined;
  /** How intervals and p-values were found, such as `Paired bootstrap, 1,000 resamples, seed 12345`. */
  readonly note?: string | undefined;
  /** Decimals of scores, two by default; in charts and of single sentences there is one. */
  readonly digits?: number | undefined;
  /** Sentences in the list of all, 1000 by default; of more, those with the worst mean scores. */
  readonly maxSentences?: number | undefined;
}

/** All that the parts of a page draw from. */
export interface Page {
  readonly corpus: Corpus;
  readonly analysis: Analysis;
  readonly options: PageOptions;
  /** The systems' names, safe to show, without what all of them share. */
  readonly names: readonly string[];
}

/** A system's name behind its colour; a pointer held on it shows the name in full. */
export function renderName({ corpus, names }: Page, s: number): ComponentChild {
  return renderKey(names[s]!, s, showText(corpus.systems[s]!.name));
}

/** The top of a page: its title, what it is of, and what to know first. */
export const renderTop = (
  title: string,
  facts: readonly string[],
  leads: readonly string[],
): ComponentChild =>
  h('header', { class: 'top' }, [
    h('h1', { dir: 'auto' }, title),
    h('p', { class: 'soft' }, facts.join(' · ')),
    leads.length > 0 &&
      h(
        'ul',
        { class: 'leads' },
        leads.map((lead) => h('li', { dir: 'auto' }, lead)),
      ),
  ]);

/** A section under a heading, with a remark on how to read it. */
export function renderSection(
  id: string,
  title: string,
  note: ComponentChildren,
  ...children: ComponentChildren[]
): ComponentChild {
  return h('section', { id }, [h('h2', null, title), h('p', { class: 'note' }, note), ...children]);
}

/** A table; on a narrow screen one of the class `scores` becomes a list. */
export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly ComponentChild[])[],
  kind = '',
): ComponentChild {
  return h('table', { class: kind }, [
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        heads.map((head) => h('th', null, head)),
      ),
    ),
    h(
      'tbody',
      null,
      rows.map(([first, ...others]) =>
        h('tr', null, [
          h('th', null, first),
          ...others.map((cell, c) => h('td', { 'data-label': heads[c + 1] }, cell)),
        ]),
      ),
    ),
  ]);
}

/** Panels with a button each; without a script they follow one another. */
export function renderTabs(
  id: string,
  what: string,
  tabs: readonly { readonly label: ComponentChildren; readonly panel: ComponentChildren }[],
): ComponentChildren {
  if (tabs.length === 1) return tabs[0]!.panel;
  const panelId = (k: number) => `${id}-${k + 1}`;
  return [
    h(
      'div',
      { class: 'tabs', role: 'group', 'aria-label': what, hidden: true },
      tabs.map(({ label }, k) => h('button', { type: 'button', 'data-panel': panelId(k) }, label)),
    ),
    ...tabs.map(({ panel }, k) => h('div', { id: panelId(k) }, panel)),
  ];
}

export interface Card {
  /** The sentence's position. */
  readonly i: number;
  /** Whose hypotheses it shows. */
  readonly systems: readonly number[];
  /** At the right of the line number. */
  readonly remark?: string;
  /** Whether hypotheses stand beside one another. */
  readonly sideBySide?: boolean;
  /** Whether the card carries its scores for sorting. */
  readonly sortable?: boolean;
}

/** A sentence: its source, its references, and hypotheses marked against these. */
export function renderCard(page: Page, { i, systems, remark, sideBySide, sortable }: Card): ComponentChild {
  const { corpus, analysis } = page;
  const scores = analysis.sentenceScores.map((row) => Number(row[i]!.toFixed(4))).join(' ');
  return renderSentence({
    title: `Line ${i + 1}`,
    remark,
    source: corpus.src?.[i],
    refs: corpus.refs.flatMap((lines) => lines[i] ?? []),
    outputs: systems.map((s) => ({
      label: renderName(page, s),
      figure: showScore(analysis.sentenceScores[s]![i]!, 1),
      text: corpus.systems[s]!.hyps[i]!,
    })),
    sideBySide,
    ...(sortable && { data: { 'data-line': i + 1, 'data-scores': scores } }),
  });
}
