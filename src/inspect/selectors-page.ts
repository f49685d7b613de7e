// The page of a program's selectors beside the heads of a trained model.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { renderHeat } from './heat-svg.ts';
import { shade } from './plain-page.ts';
import {
  bestHead,
  kindRow,
  nameHead,
  type ProgramSelector,
  type SelectorsFound,
  selectorHeads,
  type TrainedHead,
} from './selectors.ts';

export function renderSelectors(found: SelectorsFound): ComponentChild[] {
  const { tokens, selectors, heads } = found;
  const heat = (title: string, values: ArrayLike<number>) =>
    h('figure', null, renderHeat({ title, rows: tokens, columns: tokens, values }));
  const ofHead = (head: TrainedHead) => heat(`head ${nameHead(head)}: ${head.kind}`, head.weights);
  const ofSelector = ({ name, within, rows }: ProgramSelector) => {
    const cells = new Float32Array(tokens.length ** 2);
    for (const [i, places] of rows.entries()) for (const j of places) cells[i * tokens.length + j] = 1;
    return heat(`${name}: ${within}`, cells);
  };
  const cell = (x: number | null) =>
    x === null
      ? ''
      : h('span', { class: `bar ${shade(x, 0).class}`, style: shade(x, 0).style }, x.toFixed(2));
  const rows = selectors.map(({ name, chance, agreement }) => [name, cell(chance), ...agreement.map(cell)]);
  return [
    renderSection(
      'agreement',
      'Selectors by heads',
      'How much of its weight a head gives to the places that a selector selects: means over the tokens for which it selects some of those so far, and not all. Chance is what attention that is the same to all of them gives. Below, the kind of each head on these tokens.',
      h('div', { class: 'scroll' }, renderTable(selectorHeads(found), [...rows, kindRow(found)], 'figures')),
    ),
    renderSection(
      'pairs',
      'Each selector, and the head that is most like it',
      'A row for each token that looks, a column for each that is looked at.',
      selectors.map((one) => {
        const best = bestHead(one, heads);
        return [
          h('h3', null, `${one.name}: ${showText(one.within)}`),
          h('p', { class: 'note' }, h('code', null, one.predicate)),
          h('div', { class: 'sides' }, [
            ofSelector(one),
            best === undefined
              ? h('p', { class: 'note' }, 'It selects nothing that tells heads apart.')
              : ofHead(best),
          ]),
        ];
      }),
    ),
    renderSection('all', 'All heads', '', h('div', { class: 'sides' }, heads.map(ofHead))),
  ];
}
