// The page of what a model knows of places.
import { type ComponentChild, h } from 'preact';
import { renderLabelledChart } from '../report/labelled-chart.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { renderHeat } from './heat-svg.ts';
import {
  chartDistances,
  chartWaves,
  LOSS_HEADS,
  lossRows,
  type PositionLoss,
  type PositionVectors,
  placeCosines,
} from './positions.ts';

/** The picture of the cosines of all places. */
export function heatOfPlaces(positions: PositionVectors) {
  const cosines = placeCosines(positions);
  const places = Array.from({ length: Math.sqrt(cosines.length) }, (_, i) => String(i + 1));
  const title = `${positions.stack}: cosines of places, ${positions.kind}`;
  return { title, rows: places, columns: places, values: cosines };
}

export function renderPositions(
  all: readonly PositionVectors[],
  loss: PositionLoss | undefined,
): ComponentChild[] {
  const notes = {
    sinusoidal:
      'Sines and cosines of rising wavelengths are added to the embeddings; nothing of them is learned.',
    learned: 'A row for each place is added to the embeddings, and learned as these are.',
    rotary:
      'Queries and keys are turned by angles that grow with the place, so that a product knows how far two tokens are apart and not where they stand; the waves are cosines and sines of these angles.',
  };
  const sections = all.map((positions) =>
    renderSection(`places-${positions.stack}`, `Places of the ${positions.stack}`, notes[positions.kind], [
      renderHeat(heatOfPlaces(positions)),
      renderLabelledChart(chartDistances(positions, placeCosines(positions))),
      renderLabelledChart(chartWaves(positions)),
    ]),
  );
  if (all.length === 0) sections.push(renderSection('places', 'Places', 'This model is told no places.'));
  if (loss !== undefined)
    sections.push(
      renderSection(
        'loss',
        'What places are worth',
        `How likely ${loss.tokens} tokens of the texts are to the model: with places as they are, 16 places further on (fewer where the model has not so many), in an order of chance for each text while tokens and masks stay, and without any.`,
        h('div', { class: 'scroll' }, renderTable(LOSS_HEADS, lossRows(loss), 'figures')),
      ),
    );
  return sections;
}
