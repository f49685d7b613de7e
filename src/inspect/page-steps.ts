// The section of the page that goes through one head's attention, with its formulas.
import { type ComponentChild, type ComponentChildren, h } from 'preact';
import { renderSection } from '../report/page-parts.ts';
import type { PageData } from './page-data.ts';
import { labelled, scripted } from './page-tools.ts';

const told = (name: string): ComponentChild => h('bdi', { 'data-told': name });
const sub = (name: string, index: string): ComponentChild => [h('var', null, name), h('sub', null, index)];

/** The place where the script tells the steps of one head. */
export function renderSteps({ stacks }: PageData): ComponentChild {
  const covered = stacks.flatMap(({ layers }) =>
    layers.filter(({ vectors }) => vectors !== undefined),
  ).length;
  const all = stacks.flatMap(({ layers }) => layers).length;
  const missing =
    covered < all ? ` ${covered} of ${all} layers have them here; --layer makes a page of one layer.` : '';
  const table = (id: string, label: string, heads: readonly ComponentChildren[], kind = ''): ComponentChild =>
    h(
      'div',
      // Scrolled by the keyboard, too.
      { class: 'numbers', role: 'region', 'aria-label': label, tabIndex: 0 },
      h('table', { class: kind }, [
        heads.length > 0 &&
          h(
            'thead',
            null,
            h(
              'tr',
              null,
              heads.map((head) => h('th', null, head)),
            ),
          ),
        h('tbody', { id }),
      ]),
    );
  const formula = (...parts: ComponentChildren[]) => h('p', { class: 'formula' }, parts);
  return renderSection(
    'steps',
    'Step by step',
    'What the chosen head computes for one token, in the numbers of this model.',
    scripted(
      h('p', { 'data-when': 'choose', hidden: true }, 'Steps are those of one head: choose one above.'),
      h(
        'p',
        { 'data-when': 'absent', hidden: true },
        `This layer’s vectors are not in the page, which would be too large.${missing}`,
      ),
      h('div', { 'data-when': 'steps' }, [
        h('div', { class: 'tools' }, [labelled('from', 'The token'), labelled('to', 'looks at')]),
        h('h3', null, '1. Query times key'),
        formula(
          sub('s', 'ij'),
          ' = ',
          sub('q', 'i'),
          ' · ',
          sub('k', 'j'),
          ' = Σ ',
          sub('q', 'i'),
          sub('k', 'j'),
        ),
        h('p', { class: 'note' }, [
          'The query of ',
          told('from'),
          ' and the key of ',
          told('to'),
          ' have ',
          told('size'),
          ' units each; multiplied one by one and added up they tell how well the two fit.',
        ]),
        table('dot', 'Units of query and key', [], 'units'),
        h('h3', null, '2. Divided by the root, hidden where it must be, made to shares'),
        formula(
          sub('w', 'ij'),
          ' = softmax',
          h('sub', null, 'j'),
          '( ',
          sub('s', 'ij'),
          ' / √',
          h('var', null, 'd'),
          ' + mask ),   √',
          h('var', null, 'd'),
          ' = √',
          told('size'),
          ' = ',
          told('root'),
        ),
        h('p', { class: 'note' }, [
          'For each key its product with the query of ',
          told('from'),
          ', less the largest before the exponential; the shares have the sum 1.',
        ]),
        table('scores', 'Scores and weights of all keys', [
          'key',
          'q · k',
          '/ √d',
          '+ mask',
          ['exp ', h('small', { id: 'total' })],
          'weight',
        ]),
        h('h3', null, '3. Values by their weights'),
        formula(sub('o', 'i'), ' = Σ', h('sub', null, 'j'), ' ', sub('w', 'ij'), ' ', sub('v', 'j')),
        h(
          'p',
          { class: 'note' },
          'What the head hands on: the sum of the values, each times its weight. The heads’ sums are joined and multiplied by the output’s matrix.',
        ),
        table('mixed', 'Weighted values', [], 'units'),
      ]),
    ),
  );
}
