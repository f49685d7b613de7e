// The page of a program's selectors beside the heads of a trained model.
import { type ComponentChild, h } from 'preact';
import { arrange, type Drawing } from '../report/drawing.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { drawHeat, type HeatMap, renderHeat } from './heat-svg.ts';
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

/** The maps of heads and selectors, all over the same tokens. */
function mapsOf({ tokens }: SelectorsFound) {
  const map = (title: string, values: ArrayLike<number>): HeatMap => ({
    title,
    rows: tokens,
    columns: tokens,
    values,
  });
  return {
    ofHead: (head: TrainedHead) => map(`head ${nameHead(head)}: ${head.kind}`, head.weights),
    ofSelector: ({ name, within, rows }: ProgramSelector) => {
      const cells = new Float32Array(tokens.length ** 2);
      for (const [i, places] of rows.entries()) for (const j of places) cells[i * tokens.length + j] = 1;
      return map(`${name}: ${within}`, cells);
    },
  };
}

/** Heads of a row in the picture of all. */
const ACROSS = 4;

/** Each selector beside the head that is most like it; all heads; or how like they are. */
export function drawSelectors(found: SelectorsFound, what: 'pairs' | 'heads' | 'agreement'): Drawing {
  const { program, selectors, heads } = found;
  const { ofHead, ofSelector } = mapsOf(found);
  if (what === 'heads')
    return arrange(
      `Heads beside ${program}`,
      heads.map((head) => drawHeat(ofHead(head))),
      ACROSS,
    );
  if (what === 'pairs') {
    const pairs = selectors.flatMap((one) => {
      const best = bestHead(one, heads);
      return [drawHeat(ofSelector(one)), best === undefined ? EMPTY : drawHeat(ofHead(best))];
    });
    return arrange(`Selectors of ${program}, and the heads that are most like them`, pairs, 2);
  }
  return drawHeat({
    title: `Selectors of ${program} by heads`,
    rows: selectors.map(({ name }) => name),
    columns: ['chance', ...heads.map(nameHead)],
    values: selectors.flatMap(({ chance, agreement }) => [chance ?? 0, ...agreement.map((x) => x ?? 0)]),
    most: 1,
  });
}

/** Beside a selector that tells no heads apart. */
const EMPTY: Drawing = { title: '', size: { width: 0, height: 0 }, content: [] };

export function renderSelectors(found: SelectorsFound): ComponentChild[] {
  const { selectors, heads } = found;
  const maps = mapsOf(found);
  const ofHead = (head: TrainedHead) => h('figure', null, renderHeat(maps.ofHead(head)));
  const ofSelector = (one: ProgramSelector) => h('figure', null, renderHeat(maps.ofSelector(one)));
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
