// A word in many sentences: how its vectors differ from place to place and from layer to layer, and where they lie.
import { formatColumns } from '../report/columns.ts';
import type { XyChart } from '../report/xy-chart.ts';
import { umapPlane } from './umap.ts';
import { cosine, meanCosine, principalPlane } from './vectors.ts';
import type { PlaneKind } from './word-planes.ts';

/** One place of the word, or of another. */
export interface WordPlace {
  /** Of the file, from 1. */
  line: number;
  tag?: string | undefined;
  /** Its vector in each of the states. */
  vectors: Float32Array[];
}

export interface WordVectors {
  word: string;
  /** After so many layers, and whether behind the norm after the last. */
  states: { layer: number; normed: boolean }[];
  places: WordPlace[];
  /** A word of each sentence, whichever it is. */
  others: WordPlace[];
}

export interface StateFigures {
  layer: number;
  normed: boolean;
  /** The mean cosine of the word's vectors in all pairs of places (self-similarity, Ethayarajh 2019). */
  self: number | null;
  /** The same of any words: how narrow the cone is that all vectors lie in (anisotropy). */
  any: number | null;
  /** The mean cosine of the word's vector with that of the state before. */
  kept: number | null;
}

const known = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** Of each state, the embeddings first. */
export const describeStates = ({ states, places, others }: WordVectors): StateFigures[] =>
  states.map((state, s) => ({
    ...state,
    self: known(meanCosine(places.map(({ vectors }) => vectors[s]!))),
    any: known(meanCosine(others.map(({ vectors }) => vectors[s]!))),
    kept:
      s === 0
        ? null
        : places.reduce((sum, { vectors }) => sum + cosine(vectors[s]!, vectors[s - 1]!), 0) / places.length,
  }));

export interface WordPlane {
  kind: PlaneKind;
  /** Of the principal components, of the variance. */
  explained?: [number, number];
  points: { line: number; tag?: string | undefined; x: number; y: number }[];
}

/** The places in the plane, by their vectors in a state; undefined where UMAP has too few. */
export function layOutPlaces(kind: PlaneKind, { places }: WordVectors, state: number): WordPlane | undefined {
  const vectors = places.map((place) => place.vectors[state]!);
  const found = kind === 'pca' ? principalPlane(vectors) : { points: umapPlane(vectors) };
  if (found.points === undefined) return undefined;
  const { points, ...explained } = found;
  return {
    kind,
    ...explained,
    points: points.map((point, i) => ({ line: places[i]!.line, tag: places[i]!.tag, ...point })),
  };
}

export const nameState = ({ layer, normed }: { layer: number; normed: boolean }): string =>
  layer === 0 ? 'embedded' : `layer ${layer}${normed ? ', normed' : ''}`;

/** Dots with the numbers of their lines, a colour for each tag. */
export function chartPlaces(word: string, state: string, { kind, explained, points }: WordPlane): XyChart {
  const tags = [...new Set(points.map(({ tag }) => tag))];
  const share = (k: 0 | 1) => (explained === undefined ? '' : ` (${(100 * explained[k]).toFixed(0)}%)`);
  const axis = kind === 'pca' ? 'component' : 'UMAP';
  return {
    title: `${word}, ${state}`,
    // A page's charts have no room for what y is.
    x: { label: `across: ${axis} 1${share(0)}; up: ${axis} 2${share(1)}` },
    y: { label: '' },
    series: tags.map((tag, color) => ({
      name: tag ?? word,
      color,
      mark: 'dots',
      points: points
        .filter((point) => point.tag === tag)
        .map(({ line, x, y }) => ({ x, y, label: String(line) })),
    })),
  };
}

/** Cosines over layers. */
export function chartStates(word: string, figures: readonly StateFigures[]): XyChart {
  const line = (name: string, color: number, of: (one: StateFigures) => number | null) => ({
    name,
    color,
    mark: 'joined' as const,
    points: figures.flatMap((one, x) => {
      const y = of(one);
      return y === null ? [] : [{ x, y }];
    }),
  });
  return {
    title: `Cosines of ${word}`,
    x: { label: 'layers' },
    y: { label: '' },
    series: [
      line('with itself in other places', 0, ({ self }) => self),
      line('of any two words', 1, ({ any }) => any),
      line('with the layer before', 2, ({ kept }) => kept),
    ],
  };
}

export const STATE_HEADS = ['', 'itself elsewhere', 'any two words', 'layer before'];

export const stateRows = (figures: readonly StateFigures[]): string[][] =>
  figures.map((one) => [
    nameState(one),
    ...[one.self, one.any, one.kept].map((x) => (x === null ? '' : x.toFixed(3))),
  ]);

export const formatStates = (figures: readonly StateFigures[]): string =>
  formatColumns([STATE_HEADS, ...stateRows(figures)], new Set([1, 2, 3]));
