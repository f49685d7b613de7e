import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALONE, atFirst, gather, isAny, mergeRows, shareOf } from '../../src/runtime/group.ts';
import { LocalGroups } from './local-group.ts';

it('every rank knows what is so at any', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), async (values) => {
      const { groups, run } = make(values.length);
      const found = await run((group) => isAny(group, values[group.rank]!));
      expect(found).toEqual(groups.map(() => values.includes(true)));
    }),
  );
});

it('every rank gets what rank 0 has computed, NaN, maps and bytes among it', async () => {
  const value = { figure: Number.NaN, files: new Map([['a', Uint8Array.of(1, 2)]]), nothing: undefined };
  for (const size of [1, 3]) {
    let computed = 0;
    const all = await make(size).run((group) =>
      atFirst(group, () => {
        computed++;
        return value;
      }),
    );
    expect(all).toEqual(Array(size).fill(value));
    expect(computed).toBe(1);
  }
});

it('every rank gets the texts of all, whatever their lengths', async () => {
  const textsArb = fc.array(fc.string({ unit: 'binary', maxLength: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(textsArb, async (texts) => {
      const all = await make(texts.length).run((group) => gather(group, texts[group.rank]!));
      expect(all).toEqual(texts.map(() => texts));
    }),
  );
});

it('work that is shared comes back whole and in order, whatever its results are', async () => {
  const valueArb = fc.oneof(
    fc.string(),
    fc.double(),
    fc.constant(undefined),
    fc.float32Array({ maxLength: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(valueArb, { maxLength: 9 }),
      fc.integer({ min: 1, max: 5 }),
      async (wanted, size) => {
        const all = await make(size).run((group) => {
          const own = new Array<unknown>(wanted.length);
          for (const i of shareOf(group, [...wanted.keys()])) own[i] = wanted[i];
          return mergeRows(group, own);
        });
        expect(all).toEqual(Array(size).fill(wanted));
      },
    ),
  );
});

it('of nine pieces three ranks have three each, those that follow one another at different ranks', () => {
  const pieces = [...'abcdefghi'];
  const shares = [0, 1, 2].map((rank) => shareOf({ rank, size: 3 }, pieces).join(''));
  expect(shares).toEqual(['adg', 'beh', 'cfi']);
});

it('a process alone waits for nobody', async () => {
  const values = Float32Array.of(1, 2);
  await ALONE.sum(values);
  await ALONE.broadcast(values);
  await ALONE.collect(Uint8Array.of(1));
  await ALONE.barrier();
  ALONE.watch();
  expect([...values]).toEqual([1, 2]);
  expect([await isAny(ALONE, true), await gather(ALONE, 'x'), ALONE.nameOf(0)]).toEqual([
    true,
    ['x'],
    'rank 0',
  ]);
});

function make(size: number) {
  const local = new LocalGroups(size);
  return { groups: local.groups, run: local.run.bind(local) };
}
