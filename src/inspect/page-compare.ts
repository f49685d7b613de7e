// The section of the page that has the same head of two inspections side by side, and its part of the script.
import { type ComponentChild, h } from 'preact';
import { renderSection } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { scripted } from './page-tools.ts';

/** The place where the script draws both. */
export function renderComparison(names: readonly string[]): ComponentChild {
  return renderSection(
    'compare',
    'Side by side',
    'The layer and head that are chosen above, of both; from the top down the tokens that look. Where both have the same tokens, the third picture has the differences: blue where the second gives more, orange where it gives less.',
    scripted(
      h('div', { class: 'sides' }, [
        ...names.map((name, k) =>
          h('figure', { 'data-side': k }, [
            h('figcaption', null, showText(name)),
            h('canvas', { role: 'img', 'aria-label': `Map of ${showText(name)}` }),
            h('p', { class: 'soft' }),
          ]),
        ),
        h('figure', { 'data-side': 'difference' }, [
          h('figcaption', null, 'Difference'),
          h('canvas', { role: 'img', 'aria-label': 'Map of the differences' }),
          h('p', { class: 'soft' }),
        ]),
      ]),
    ),
  );
}

/** Does nothing on a page of one inspection. */
export const COMPARE_SCRIPT = `
const compare = (() => {
  const { data, state } = page;
  const figureOf = (side) => document.querySelector('#compare [data-side="' + side + '"]');
  const mapOf = async (stack) => {
    const layer = stack?.layers[state.layer];
    const { head, figure } = state;
    const isPath = head === 'rollout' || head === 'flow';
    if (!layer || (isPath ? !layer[head] : figure === 'norms' && !layer.norms)) return undefined;
    if (typeof head === 'number' && head >= layer.numHeads) return undefined;
    const sides = [data.sequences[stack.queries], data.sequences[stack.keys]];
    return core.viewMap(core.mapOf(layer, await page.openedOf(layer), state), ...sides, state);
  };
  const same = (a, b) => a.length === b.length && a.every(({ label }, i) => label === b[i].label);
  const tell = (figure, map, most) => {
    figure.querySelector('p').textContent = map ? '' : 'Has no such layer or head.';
    figure.querySelector('canvas').hidden = !map;
    if (map) page.paint(figure.querySelector('canvas'), map.rows.length, map.columns.length, (i) => Math.sqrt(map.weights[i] / most));
  };
  const render = async () => {
    if (!data.sides) return;
    const { kind } = page.stackOf();
    const stacks = [0, 1].map((side) => data.stacks.find((one) => one.kind === kind && one.side === side));
    const asked = JSON.stringify(state);
    const maps = await Promise.all(stacks.map(mapOf));
    if (asked !== JSON.stringify(state)) return;
    const most = Math.max(...maps.map((map) => map?.most ?? 0));
    maps.forEach((map, side) => tell(figureOf(side), map, most));
    const [a, b] = maps;
    const figure = figureOf('difference');
    figure.hidden = !(a && b && same(a.rows, b.rows) && same(a.columns, b.columns));
    if (figure.hidden) return;
    const change = a.weights.map((weight, i) => b.weights[i] - weight);
    page.paint(figure.querySelector('canvas'), a.rows.length, a.columns.length, (i) => Math.sqrt(Math.abs(change[i]) / most), (i) =>
      change[i] < 0 ? '--s1' : '--s0');
    const at = change.reduce((best, x, i) => (Math.abs(x) > Math.abs(change[best]) ? i : best), 0);
    const [row, column] = [a.rows[Math.floor(at / a.columns.length)], a.columns[at % a.columns.length]];
    figure.querySelector('p').textContent = 'Most: ' + row.label + ' → ' + column.label + ', ' +
      a.weights[at].toFixed(3) + ' and ' + b.weights[at].toFixed(3);
  };
  return { render };
})();
`.trim();
