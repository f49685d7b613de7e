// How a model tells places apart: the vectors of places, how alike they are, and what they are worth.
import { formatColumns } from '../report/columns.ts';
import type { XyChart } from '../report/xy-chart.ts';
import type { StackName } from './inspection.ts';
import { cosine } from './vectors.ts';

export type PositionKind = 'sinusoidal' | 'learned' | 'rotary';

/** What is added to embeddings, or (cos, sin) of the angles that heads are turned by. */
export interface PositionVectors {
  stack: StackName;
  kind: PositionKind;
  width: number;
  /** [P, width]. */
  vectors: Float32Array;
}

/**
 * Mean −log p of a token, in nats: with places as they are, 16 further on (fewer where the model has not so many), in an
 * order of chance for each text, and without any.
 */
export interface PositionLoss {
  tokens: number;
  kept: number;
  shifted: number;
  shuffled: number;
  removed: number;
}

/** Cosines of all pairs of places, [P, P]. */
export function placeCosines({ vectors, width }: PositionVectors): Float64Array {
  const count = vectors.length / width;
  const row = (i: number) => vectors.subarray(i * width, (i + 1) * width);
  return Float64Array.from({ length: count * count }, (_, at) =>
    cosine(row(Math.floor(at / count)), row(at % count)),
  );
}

/** The mean cosine of places so far apart. */
export function cosinesByDistance(cosines: Float64Array): number[] {
  const count = Math.sqrt(cosines.length);
  return Array.from({ length: count }, (_, distance) => {
    let sum = 0;
    for (let i = 0; i + distance < count; i++) sum += cosines[i * count + i + distance]!;
    return sum / (count - distance);
  });
}

/** Units of a vector that are drawn. */
const WAVES = 6;

/** Some units of all places, from the first to the last. */
export function chartWaves({ stack, kind, width, vectors }: PositionVectors): XyChart {
  const count = vectors.length / width;
  const units = Array.from({ length: Math.min(WAVES, width) }, (_, k) =>
    Math.round((k * (width - 1)) / Math.max(1, Math.min(WAVES, width) - 1)),
  );
  return {
    title: `Waves of the ${stack}: ${kind}, ${units.length} of ${width} units`,
    x: { label: 'place' },
    y: { label: '' },
    series: units.map((unit, color) => ({
      name: `unit ${unit + 1}`,
      color,
      points: Array.from({ length: count }, (_, i) => ({ x: i + 1, y: vectors[i * width + unit]! })),
    })),
  };
}

export const chartDistances = ({ stack, kind }: PositionVectors, cosines: Float64Array): XyChart => ({
  title: `Places of the ${stack} (${kind}) by how far they are apart`,
  x: { label: 'tokens apart' },
  y: { label: 'mean cosine' },
  series: [{ name: kind, color: 0, points: cosinesByDistance(cosines).map((y, x) => ({ x, y })) }],
});

export const LOSS_HEADS = ['places', 'nats a token', 'perplexity', 'lost'];

export function lossRows({ kept, shifted, shuffled, removed }: PositionLoss): string[][] {
  return Object.entries({ 'as they are': kept, shifted, shuffled, removed }).map(([name, nll]) => [
    name,
    nll.toFixed(4),
    Math.exp(nll).toFixed(2),
    name === 'as they are' ? '' : (nll - kept).toFixed(4),
  ]);
}

export const formatLoss = (loss: PositionLoss): string =>
  formatColumns([LOSS_HEADS, ...lossRows(loss)], new Set([1, 2, 3]));
