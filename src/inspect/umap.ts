// UMAP (McInnes et al. 2018): vectors in the plane, those that are near one another kept near.
import { UMAP } from 'umap-js';
import { Rng } from '../util/rng.ts';
import { cosine } from './vectors.ts';

const NEIGHBOURS = 15;
/** Fewer vectors have no neighbourhoods to keep. */
const FEWEST = 5;

/** By cosine distances, with the same draws each time; undefined for fewer than five vectors. */
export function umapPlane(vectors: readonly Float32Array[]): { x: number; y: number }[] | undefined {
  if (vectors.length < FEWEST) return undefined;
  const rng = Rng.fromSeed(0).split('umap');
  const umap = new UMAP({
    nNeighbors: Math.min(NEIGHBOURS, vectors.length - 1),
    random: () => rng.float(),
    distanceFn: (a, b) => 1 - cosine(a, b),
  });
  return umap.fit(vectors.map((vector) => Array.from(vector))).map(([x, y]) => ({ x: x!, y: y! }));
}
