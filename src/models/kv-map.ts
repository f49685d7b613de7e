// Which layer's keys and values each layer of a stack reads: the forms in which a config may say it, all of which come
// to a list of owners. Cross-Layer Attention, Brandon et al. 2024.
import { z } from 'zod';
import type { Refuse } from '../config/refuse.ts';
import { quote } from '../util/quote.ts';

/** Owners [0, 1, ..., L − 1] are those of a stack in which each layer has its own. */
const own = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Runs of `size` layers read the first of their run; where `size` does not divide L, the first run is shorter. */
function inRuns(numLayers: number, size: number): number[] {
  const short = numLayers % size;
  return own(0, numLayers).map((i) => (i < short ? 0 : i - ((i - short) % size)));
}

/** The maps whose runs are of more than one size, for depths L from MIN_LAYERS: ⌊L/2⌋ − 1 layers borrow. Their L is 20. */
const named = {
  /** The first and the last layer stay alone, runs of two are between. */
  keepEnds: (numLayers: number) => [0, ...inRuns(numLayers - 2, 2).map((owner) => owner + 1), numLayers - 1],
  /** Own keys and values in front; the others read the last of these, but for the last layer. */
  denseFront: (numLayers: number) => {
    const front = Math.ceil(numLayers / 2);
    return [...own(0, front), ...Array<number>(numLayers - front - 1).fill(front - 1), numLayers - 1];
  },
  /** Own keys and values at the back; between it and the first two layers the second is read. */
  denseBack: (numLayers: number) => {
    const borrowers = Math.floor(numLayers / 2) - 1;
    return [0, 1, ...Array<number>(borrowers).fill(1), ...own(2 + borrowers, numLayers - 2 - borrowers)];
  },
};
type Name = keyof typeof named;
const names = Object.keys(named) as [Name, ...Name[]];

/** With fewer layers the named maps are no maps of their own. */
const MIN_LAYERS = 4;

const OWNERS = /^\d+(_\d+)*$/;

/** `[0, 0, 2, 2]`, `0_0_2_2`, `{ cla: 2 }` or a name. */
export const kvMapSchema = z.union([
  z.array(z.int().min(0)).min(1),
  z.strictObject({ cla: z.int().min(1) }),
  z.enum(names),
  z.string().regex(OWNERS, {
    error: ({ input }) =>
      `expected the layers that are read, as in 0_0_2_2, or one of ${names.join(', ')}; found ${quote(String(input))}`,
  }),
]);
export type KvMap = z.output<typeof kvMapSchema>;

/** For each layer of a stack the one whose keys and values it reads. */
export type KvOwners = readonly number[];

/** The owners of each layer's keys and values; `path` is the key at which a map that cannot be is refused. */
export function resolveKvMap(
  map: KvMap,
  numLayers: number,
  path: readonly string[],
  refuse: Refuse,
): number[] {
  const owners = expand(map, numLayers);
  const fault = typeof owners === 'string' ? owners : findFault(owners, numLayers);
  if (fault !== undefined) refuse(path, fault);
  return fault === undefined ? (owners as number[]) : [];
}

/** The map as a list, or why it has none. */
function expand(map: KvMap, numLayers: number): number[] | string {
  if (typeof map === 'object') return 'cla' in map ? inRuns(numLayers, map.cla) : [...map];
  if (!isName(map)) return map.split('_').map(Number);
  if (numLayers < MIN_LAYERS) return `${map} needs ${MIN_LAYERS} layers or more; there are ${numLayers}`;
  return named[map](numLayers);
}

const isName = (text: string): text is Name => Object.hasOwn(named, text);

/** An owner comes no later than who reads from it, and owns its own. */
function findFault(owners: KvOwners, numLayers: number): string | undefined {
  if (owners.length !== numLayers)
    return `needs one entry for each of the ${numLayers} layers; it has ${owners.length}`;
  const layer = owners.findIndex((owner, i) => owner > i || owners[owner] !== owner);
  if (layer < 0) return undefined;
  const owner = owners[layer]!;
  const fault = owner > layer ? 'comes later' : `reads from layer ${owners[owner]}`;
  return `layer ${layer} cannot read from layer ${owner}, which ${fault}`;
}
