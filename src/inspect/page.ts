// What is seen inside a model as one HTML file: all heads, one of them between tokens, and its steps in numbers.
import { type ComponentChild, h } from 'preact';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { renderLinks, renderShell } from '../report/page-shell.ts';
import { STYLE } from '../report/page-style.ts';
import { showText } from '../report/show.ts';
import { plural } from '../util/format.ts';
import { packageVersion } from '../util/package.ts';
import { describeHead } from './head-figures.ts';
import {
  type AttentionLayer,
  headWeights,
  type Inspection,
  type MapKind,
  type Sequence,
  type StackName,
  sequencesOf,
} from './inspection.ts';
import { COMPARE_SCRIPT, renderComparison } from './page-compare.ts';
import { CORE_SCRIPT } from './page-core-script.ts';
import { type PageData, packBoth, packInspection } from './page-data.ts';
import { LINES_SCRIPT } from './page-lines-script.ts';
import { renderSteps } from './page-steps.ts';
import { INSPECT_STYLE } from './page-style.ts';
import { checkbox, labelled, scripted } from './page-tools.ts';
import { VIEW_SCRIPT } from './page-view-script.ts';

export interface PageHead {
  /** The run's or checkpoint's name. */
  run: string;
  /** What the model is, such as its task. */
  model: string;
  /** Which of its parameters. */
  weights?: string;
}

const titles: Record<MapKind, string> = {
  encoder: 'Encoder, to itself',
  decoder: 'Decoder, to itself',
  cross: 'Decoder, to the encoder',
};

/** One that another is compared with. */
export interface Inspected {
  inspection: Inspection;
  head: PageHead;
}

/** The page, of two where there is another; the same arguments give the same bytes. */
export function renderInspectionPage(inspection: Inspection, head: PageHead, other?: Inspected): string {
  const all = [{ inspection, head }, ...(other === undefined ? [] : [other])];
  const names = nameSides(all.map((one) => one.head));
  const data = other
    ? packBoth([inspection, other.inspection], names as [string, string])
    : packInspection(inspection);
  const title = `Inside ${all.map(({ head: { run } }) => showText(run)).join(' and ')}`;
  const links: [string, string][] = [
    ['heads', 'All heads'],
    ['head', 'One head'],
    ...(other === undefined ? [] : [['compare', 'Side by side'] as [string, string]]),
    ['steps', 'Step by step'],
    ['figures', 'Figures'],
  ];
  const body = [
    h('header', { class: 'top' }, [
      h('h1', { dir: 'auto' }, title),
      all.map((one, k) => [
        h('p', { class: 'soft' }, [
          other !== undefined && h('b', null, `${showText(names[k]!)}: `),
          describe(one.inspection, one.head.model),
        ]),
        Object.entries(one.inspection.sequences).map(([stack, sequence]) =>
          renderTokens(stack as StackName, sequence),
        ),
      ]),
      h('noscript', null, h('p', null, 'Pictures and steps need scripts; the figures of all heads do not.')),
    ]),
    renderLinks(links),
    h('main', null, [
      renderHeads(data),
      renderHead(),
      other !== undefined && renderComparison(names),
      renderSteps(data),
      renderFigures(all.map((one, k) => [other === undefined ? '' : `${names[k]}: `, one.inspection])),
    ]),
    h('footer', null, `Made by tx ${packageVersion()}.`),
    h('script', {
      id: 'inspection',
      type: 'application/json',
      dangerouslySetInnerHTML: { __html: embed(data) },
    }),
  ];
  return renderShell({
    title,
    body,
    styles: [STYLE, INSPECT_STYLE],
    scripts: [CORE_SCRIPT, VIEW_SCRIPT, COMPARE_SCRIPT, LINES_SCRIPT],
  });
}

/** JSON that ends no script. Tokens are shown, so what would disturb a page is replaced. */
const embed = (data: PageData): string =>
  JSON.stringify(data, (key, value) =>
    key === 'piece' ? showText(value) : key === 'words' || key === 'sides' ? value.map(showText) : value,
  ).replaceAll('<', '\\u003c');

/** By their runs; by their parameters or order too where the runs are the same. */
export function nameSides(heads: readonly PageHead[]): string[] {
  const [first, second] = heads;
  if (second === undefined || first!.run !== second.run) return heads.map(({ run }) => run);
  if (first!.weights !== second.weights) return heads.map(({ run, weights }) => `${run}, ${weights}`);
  return heads.map(({ run }, k) => `${run}, ${k === 0 ? 'first' : 'second'}`);
}

function describe({ attention }: Inspection, model: string): string {
  const counts = (Object.keys(titles) as MapKind[]).flatMap((kind) => {
    const layers = attention.filter((one) => one.kind === kind);
    if (layers.length === 0) return [];
    return [`${kind}: ${plural(layers.length, 'layer')} of ${plural(layers[0]!.numHeads, 'head')}`];
  });
  return [showText(model), ...counts].join(' · ');
}

const renderTokens = (stack: StackName, { tokens }: Sequence): ComponentChild =>
  h('p', { class: 'tokens' }, [
    h('small', null, `${stack}: `),
    tokens.map(({ piece, special }) => h('bdi', special ? { class: 'special' } : null, showText(piece))),
  ]);

function renderHeads({ stacks }: PageData): ComponentChild {
  const names = Object.fromEntries(stacks.map(({ kind }) => [`data-${kind}`, titles[kind]]));
  return renderSection(
    'heads',
    'All heads',
    'A row a layer, a column a head; each picture has the tokens that look from the top down, and those that are looked at from left to right. Fuller colour is more: pictures have the root of the weights. Arrow keys go from head to head.',
    scripted(
      h('div', { class: 'tools', hidden: stacks.length < 2 }, labelled('stack', 'Attention of the', names)),
      h('div', { id: 'grid' }),
    ),
  );
}

function renderHead(): ComponentChild {
  return renderSection(
    'head',
    'One head',
    'At the left each token looks, at the right it is looked at; a pointer on a token, or the arrow keys, show what it looks at. A word’s pieces joined: what it gets is their sum, what it gives their mean. Without special tokens each row of weights is made to have the sum 1 again. Lengths are those of a value behind the output’s matrix times its weight, |α f(x)|, of all heads together that of the sum (Kobayashi et al. 2020); rollout multiplies the layers’ means, half of each the token itself, and flow is how much can pass through them at most (Abnar and Zuidema 2020).',
    scripted(
      h('div', { class: 'tools' }, [
        labelled('layer', '', { 'aria-label': 'Layer' }),
        labelled('head-of-layer', '', { 'aria-label': 'Head' }),
        h('label', null, [
          h('select', { id: 'figure', 'aria-label': 'Figure' }, [
            h('option', { value: 'weights' }, 'Weights'),
            h('option', { value: 'norms' }, 'Weights × lengths of values'),
          ]),
        ]),
        checkbox('words', 'words'),
        checkbox('special', 'without special tokens'),
      ]),
      h('div', { class: 'views' }, [
        h(
          'div',
          { class: 'scroller' },
          h('div', { id: 'lines' }, [
            h('div', { id: 'queries', role: 'group', 'aria-label': 'Tokens that look' }),
            h('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, [
              h('g', { id: 'all' }),
              h('g', { id: 'own' }),
            ]),
            h('div', { id: 'keys', role: 'group', 'aria-label': 'Tokens looked at' }),
          ]),
        ),
        h('div', null, [
          h('output', { id: 'told', 'aria-live': 'polite' }),
          h('div', { id: 'frame' }, [
            h('canvas', { id: 'map', role: 'img', 'aria-label': 'Map of the weights' }),
            h('i', { id: 'cross' }),
          ]),
        ]),
      ]),
    ),
  );
}

/** Of every head. */
function renderFigures(all: readonly (readonly [name: string, Inspection])[]): ComponentChild {
  const rows = all.flatMap(([name, inspection]) =>
    inspection.attention.flatMap((layer) =>
      Array.from({ length: layer.numHeads }, (_, head) => {
        const [first, ...figures] = rowOf(inspection, layer, head);
        return [showText(name) + first!, ...figures];
      }),
    ),
  );
  const heads = ['head', 'entropy', 'distance', 'previous', 'own', 'first', 'special', 'induction'];
  const table = h('div', { class: 'scroll' }, renderTable(heads, rows, 'figures'));
  return renderSection(
    'figures',
    'Figures',
    'Of this input, means over the tokens that look. Entropy in nats: 0 is one token alone. Distance in tokens. The others are weights: of the token before, the own, the first, special ones, and of those behind an earlier occurrence of the same token (induction).',
    rows.length > 24 ? h('details', null, [h('summary', null, plural(rows.length, 'head')), table]) : table,
  );
}

function rowOf(inspection: Inspection, layer: AttentionLayer, head: number): string[] {
  const figures = describeHead(headWeights(layer, head), sequencesOf(inspection, layer.kind));
  const { entropy, distance, previous, self, first, special, induction } = figures;
  const show = (x: number | null) => (x === null ? '' : x.toFixed(2));
  const name = `${layer.kind} ${layer.layer}.${head + 1}`;
  return [name, ...[entropy, distance, previous, self, first, special, induction].map(show)];
}
