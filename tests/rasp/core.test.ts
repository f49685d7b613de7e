import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggr,
  aggrMax,
  aggrMean,
  full,
  indices,
  kqv,
  type Predicate,
  type Reduction,
  type Sequence,
  select,
  selWidth,
  seqMap,
  tokMap,
} from '../../src/rasp/core.ts';
import { type Argument, type Case, CORE, goldenCases, hasShared, sharedCases } from './goldens.ts';

const floorMod = (x: number, m: number) => x - m * Math.floor(x / m);
const PREDICATES: Record<string, Predicate> = {
  equals: (k, q) => k === q,
  leq: (k, q) => k <= q,
  lt: (k, q) => k < q,
  geq: (k, q) => k >= q,
  gt: (k, q) => k > q,
  true: () => true,
  key: (k) => k,
  near: (k, q) => k - q === 0 || k - q === 1,
};
const MAPS: Record<string, (x: number) => number> = {
  double: (x) => 2 * x,
  isOdd: (x) => floorMod(x, 2),
  third: (x) => Math.floor(x / 3),
  remainder: (x) => floorMod(x, -3),
};
const PAIRS: Record<string, (x: number, y: number) => number> = {
  sum: (x, y) => x + y,
  larger: (x, y) => Math.max(x, y),
  both: (x, y) => (x !== 0 && y === 0 ? 1 : 0),
};

const sequence = (given: Argument | undefined): Sequence => Int32Array.from(given as number[]);

function call({ name, given }: Case): Sequence {
  const [x, y, third, fourth, fifth, sixth] = given;
  const selector = () => select(sequence(x), sequence(y), PREDICATES[third as string]!, fourth !== false);
  switch (name) {
    case 'full':
      return full(sequence(x), y as number);
    case 'indices':
      return indices(sequence(x));
    case 'tok_map':
      return tokMap(sequence(x), MAPS[y as string]!);
    case 'seq_map':
      return seqMap(sequence(x), sequence(y), PAIRS[third as string]!);
    case 'sel_width':
      return selWidth(selector());
    case 'aggr_mean':
      return aggrMean(selector(), sequence(fourth), fifth as number);
    case 'aggr_max':
      return aggrMax(selector(), sequence(fourth), fifth as number);
    case 'aggr':
      return aggr(selector(), sequence(fourth), fifth as number, sixth as Reduction);
    default: {
      const predicate = PREDICATES[fourth as string]!;
      return kqv(sequence(x), sequence(y), sequence(third), predicate, fifth as number, sixth as Reduction);
    }
  }
}

const isCore = ({ name }: Case) => CORE.includes(name);

it.each(CORE)('%s gives what np-rasp gives', (core) => {
  const own = goldenCases.filter(({ name }) => name === core);
  expect(own).toHaveLength(120);
  for (const one of own) expect([...call(one)], JSON.stringify(one)).toEqual(one.expected);
});

it.skipIf(!hasShared)('so it does for other calls (skipped: no ../shared/golden)', () => {
  const others = sharedCases().filter(isCore);
  expect(others.length).toBeGreaterThan(300);
  for (const one of others) expect([...call(one)], JSON.stringify(one)).toEqual(one.expected);
});

describe('from a place on', () => {
  it('gives what the whole gives there', () => {
    const values = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.nat(), fc.constantFrom('mean', 'max', 'min'), (given, at, reduction) => {
        const x = Int32Array.from(given);
        const y = x.map((value, i) => floorMod(value * (i + 2), 5) - 2);
        const from = at % x.length;
        const later = (all: Sequence) => [...all.subarray(from)];
        expect([...full(x, 3, from)]).toEqual(later(full(x, 3)));
        expect([...indices(x, from)]).toEqual(later(indices(x)));
        expect([...tokMap(x, MAPS.double!, from)]).toEqual(later(tokMap(x, MAPS.double!)));
        expect([...seqMap(x, y, PAIRS.sum!, from)]).toEqual(later(seqMap(x, y, PAIRS.sum!)));
        const predicate = PREDICATES.lt!;
        expect([...selWidth(select(x, y, predicate, true, from))]).toEqual(
          later(selWidth(select(x, y, predicate))),
        );
        expect([...kqv(x, y, y, predicate, 1, reduction, from)]).toEqual(
          later(kqv(x, y, y, predicate, 1, reduction)),
        );
      }),
    );
  });
});
