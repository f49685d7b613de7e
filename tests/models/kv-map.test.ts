// The forms of a map of keys and values, and what each comes to.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KvMap, kvMapSchema, resolveKvMap } from '../../src/models/kv-map.ts';

/** The owners, or what is told of the map. */
function resolve(map: unknown, numLayers: number): number[] | string {
  const parsed = kvMapSchema.safeParse(map);
  if (!parsed.success) return 'malformed';
  const told: string[] = [];
  const owners = resolveKvMap(parsed.data, numLayers, ['kvOwner'], (path, message) =>
    told.push(`${path}: ${message}`),
  );
  return told.length > 0 ? told.join('\n') : owners;
}

const countOwners = (owners: readonly number[]) => new Set(owners).size;

test.each<[unknown, number, number[]]>([
  [[0, 0, 2, 2], 4, [0, 0, 2, 2]],
  ['0_0_2_2', 4, [0, 0, 2, 2]],
  ['0_0_2_2_4_5_5_5_5_5_10', 11, [0, 0, 2, 2, 4, 5, 5, 5, 5, 5, 10]],
  [{ cla: 1 }, 3, [0, 1, 2]],
  [{ cla: 2 }, 6, [0, 0, 2, 2, 4, 4]],
  [{ cla: 2 }, 5, [0, 1, 1, 3, 3]],
  // Figure 2 of the paper.
  [{ cla: 3 }, 10, [0, 1, 1, 1, 4, 4, 4, 7, 7, 7]],
  [{ cla: 4 }, 6, [0, 0, 2, 2, 2, 2]],
  [{ cla: 9 }, 4, [0, 0, 0, 0]],
  // Depth 20 has 11 layers that own, as in Table 1 of the paper.
  ['keepEnds', 20, [0, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15, 17, 17, 19]],
  ['denseFront', 20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 19]],
  ['denseBack', 20, [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 12, 13, 14, 15, 16, 17, 18, 19]],
  ['keepEnds', 7, [0, 1, 2, 2, 4, 4, 6]],
  ['denseFront', 7, [0, 1, 2, 3, 3, 3, 6]],
  ['denseBack', 7, [0, 1, 1, 1, 4, 5, 6]],
  ['keepEnds', 4, [0, 1, 1, 3]],
  ['denseFront', 4, [0, 1, 1, 3]],
  ['denseBack', 4, [0, 1, 1, 3]],
])('%j of %i layers', (map, numLayers, owners) => {
  expect(resolve(map, numLayers)).toEqual(owners);
});

test('of every form and depth, owners own their own and come no later than who reads them', () => {
  const maps: fc.Arbitrary<KvMap> = fc.oneof(
    fc.record({ cla: fc.integer({ min: 1, max: 70 }) }),
    fc.constantFrom('keepEnds' as const, 'denseFront' as const, 'denseBack' as const),
  );
  fc.assert(
    fc.property(maps, fc.integer({ min: 4, max: 64 }), (map, numLayers) => {
      const owners = resolve(map, numLayers) as number[];
      expect(owners.every((owner, i) => owner <= i && owners[owner] === owner)).toBe(true);
      expect(owners).toHaveLength(numLayers);
      const borrow = numLayers - countOwners(owners);
      const wanted =
        typeof map === 'object' && 'cla' in map
          ? numLayers - Math.ceil(numLayers / map.cla)
          : Math.floor(numLayers / 2) - 1;
      expect(borrow).toBe(wanted);
      // The list that a run's config keeps is the map again.
      expect(resolve(owners, numLayers)).toEqual(owners);
      expect(resolve(owners.join('_'), numLayers)).toEqual(owners);
    }),
  );
});

test.each<[unknown, number, string]>([
  ['0_0_2', 4, 'kvOwner: needs one entry for each of the 4 layers; it has 3'],
  [[0, 0, 2, 2, 4], 4, 'kvOwner: needs one entry for each of the 4 layers; it has 5'],
  ['1_1_2_2', 4, 'kvOwner: layer 0 cannot read from layer 1, which comes later'],
  [[0, 0, 1, 1], 4, 'kvOwner: layer 2 cannot read from layer 1, which reads from layer 0'],
  ['keepEnds', 3, 'kvOwner: keepEnds needs 4 layers or more; there are 3'],
  ['denseFront', 2, 'kvOwner: denseFront needs 4 layers or more; there are 2'],
  ['denseBack', 1, 'kvOwner: denseBack needs 4 layers or more; there are 1'],
  ['0_0_', 2, 'malformed'],
  ['_0_0', 2, 'malformed'],
  ['0__0', 2, 'malformed'],
  ['0 0', 2, 'malformed'],
  ['0_-1', 2, 'malformed'],
  ['keepends', 4, 'malformed'],
  ['', 1, 'malformed'],
  [[], 1, 'malformed'],
  [{ cla: 0 }, 2, 'malformed'],
  [{ cla: 1.5 }, 2, 'malformed'],
  [{ cla: 2, from: 1 }, 2, 'malformed'],
  [2, 2, 'malformed'],
])('%j of %i layers: %s', (map, numLayers, message) => {
  expect(resolve(map, numLayers)).toBe(message);
});
