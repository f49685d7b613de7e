// The page of a word in many sentences.
import { type ComponentChild, h } from 'preact';
import { renderLabelledChart } from '../report/labelled-chart.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import {
  chartPlaces,
  chartStates,
  STATE_HEADS,
  type StateFigures,
  stateRows,
  type WordPlane,
} from './word.ts';

export interface WordFound {
  word: string;
  /** Which layer the planes are of. */
  state: string;
  layers: StateFigures[];
  planes: WordPlane[];
  /** The sentences by the numbers of their lines. */
  sentences: { line: number; tag?: string | undefined; text: string }[];
}

const titles = { pca: 'Principal components', umap: 'UMAP' };

export function renderWord({ word, state, layers, planes, sentences }: WordFound): ComponentChild[] {
  return [
    renderSection(
      'plane',
      'Places in the plane',
      'Each dot is the word in a sentence, by the number of its line; colours are tags, where there are any. Principal components keep distances as well as two axes can; UMAP keeps neighbours, and its distances between groups say little.',
      planes.every(({ kind }) => kind !== 'umap') &&
        h('p', { class: 'note' }, 'UMAP needs five places of the word.'),
      planes.map((plane) => [
        h('h3', null, titles[plane.kind]),
        renderLabelledChart(chartPlaces(word, state, plane)),
      ]),
    ),
    renderSection(
      'layers',
      'From layer to layer',
      'Mean cosines: of the word’s vectors in all pairs of places, of any two words of different sentences (how narrow the cone is that all lie in), and with the same place a layer before.',
      renderLabelledChart(chartStates(word, layers)),
      h('div', { class: 'scroll' }, renderTable(STATE_HEADS, stateRows(layers), 'figures')),
    ),
    renderSection(
      'sentences',
      'Sentences',
      '',
      h('div', { class: 'scroll' }, [
        renderTable(
          ['line', 'tag', 'sentence'],
          sentences.map(({ line, tag = '', text }) => [
            String(line),
            showText(tag),
            h('bdi', null, showText(text)),
          ]),
          'sentences',
        ),
      ]),
    ),
  ];
}
