// The card of a sentence: its source, its references, and outputs marked against these.
import { type ComponentChild, h } from 'preact';
import { markWords, type Run } from './diff.ts';
import { showText } from './show.ts';

export interface SentenceCard {
  readonly title: string;
  /** At the right of the title. */
  readonly remark?: string | undefined;
  readonly source?: string | undefined;
  readonly refs: readonly string[];
  readonly outputs: readonly {
    readonly label: ComponentChild;
    /** Its score. */
    readonly figure: string;
    readonly text: string;
  }[];
  /** Whether outputs stand beside one another. */
  readonly sideBySide?: boolean | undefined;
  /** Attributes of the card, such as what a script sorts by. */
  readonly data?: Readonly<Record<string, string | number>>;
}

export function renderSentence(card: SentenceCard): ComponentChild {
  const { title, remark, source, refs, outputs, sideBySide, data } = card;
  const texts = outputs.map(({ text }) => text);
  const shown = outputs.map(({ label, figure, text }) =>
    h('div', { class: 'line' }, [
      h('div', null, [label, h('span', { class: 'figure' }, figure)]),
      renderText(markWords(text, refs), dressOutput),
    ]),
  );
  return h('article', { class: 'card', ...data }, [
    h('h4', null, [h('span', null, title), remark && h('span', null, remark)]),
    source !== undefined && renderLine('Source', renderPlain(source, ' source')),
    ...refs.map((ref, r) =>
      renderLine(
        refs.length === 1 ? 'Reference' : `Reference ${r + 1}`,
        renderText(markWords(ref, texts), dressReference),
      ),
    ),
    sideBySide ? h('div', { class: 'side' }, shown) : shown,
  ]);
}

/** What the marks mean. */
export const MARKS = [
  'Plain words are as in the reference; ',
  h('mark', null, 'marked'),
  ' words are not in it; ',
  h('span', { class: 'moved' }, 'dotted'),
  ' ones are, but elsewhere. Words of a reference that are in none of the translations shown are ',
  h('span', { class: 'missed' }, 'underlined'),
  '.',
];

/** A labelled line of a card. */
export function renderLine(label: ComponentChild, text: ComponentChild): ComponentChild {
  return h('div', { class: 'line' }, [h('div', null, label), text]);
}

/** A paragraph of foreign text. */
export const renderPlain = (text: string, kind = ''): ComponentChild =>
  renderText([{ text, mark: 'same' }], (run) => run.text, kind);

/** A paragraph with its runs dressed; an empty line is said to be empty. */
function renderText(runs: readonly Run[], dress: (run: Run) => ComponentChild, kind = ''): ComponentChild {
  const isEmpty = runs.every(({ text }) => text.trim() === '');
  const shown = runs.map((run) => dress({ ...run, text: showText(run.text) }));
  const empty = h('span', { class: 'empty' }, 'empty line');
  return h('p', { class: `text${kind}`, dir: 'auto' }, isEmpty ? empty : shown);
}

function dressOutput({ text, mark }: Run): ComponentChild {
  if (mark === 'same') return text;
  return mark === 'moved' ? h('span', { class: 'moved' }, text) : h('mark', null, text);
}

function dressReference({ text, mark }: Run): ComponentChild {
  return mark === 'other' ? h('span', { class: 'missed' }, text) : text;
}
