// Shards of an epoch: what several processes draw together is what one draws alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch } from '../../src/data/batch.ts';
import type { Shard } from '../../src/data/batch-plan.ts';
import { BatchIterator, type BatchSource } from '../../src/data/batches.ts';
import { PackedBatches } from '../../src/data/packed.ts';
import { pairExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { Rng } from '../../src/util/rng.ts';

const rowsArb = fc.array(fc.nat(12), { minLength: 1, maxLength: 60 });
const rowsOf = (lengths: number[]) =>
  Sequences.build(lengths.length, (i) => Array<number>(lengths[i]!).fill(10 + i));

type Make = (lengths: number[], shard?: Shard) => BatchSource;

const kinds: [string, Make][] = [
  [
    'pairs',
    (lengths, shard) => {
      const pairs = { src: rowsOf(lengths), tgt: rowsOf(lengths) };
      const examples = pairExamples(pairs, { padId: 0, bosId: 1, eosId: 2 });
      return new BatchIterator(() => examples, { batchTokens: 40 }, Rng.fromSeed(3), shard);
    },
  ],
  [
    'packed documents',
    (lengths, shard) => {
      const options = { contextLength: 5, rows: 2, separator: 1, noLabel: -1, segments: true };
      return new PackedBatches(rowsOf([...lengths, 5]), options, Rng.fromSeed(3), shard);
    },
  ],
];

const draw = (source: BatchSource): Batch[] =>
  Array.from({ length: source.epochLength }, () => source.next());

test.each(kinds)('%s: the shards hold every batch of an epoch once', (_, make) => {
  fc.assert(
    fc.property(rowsArb, fc.integer({ min: 1, max: 4 }), (lengths, of) => {
      const whole = make(lengths);
      fc.pre(whole.epochLength >= of);
      const shards = Array.from({ length: of }, (_, rank) => make(lengths, { rank, of }));
      for (const epoch of [0, 1]) {
        const all = draw(whole);
        const parts = shards.map(draw);
        expect(all.map((_, k) => parts[k % of]![Math.floor(k / of)])).toEqual(all);
        expect(parts.flat()).toHaveLength(all.length);
        expect(shards.map((shard) => shard.state())).toEqual(
          shards.map(() => ({ epoch: epoch + 1, position: 0 })),
        );
      }
    }),
    { numRuns: 30 },
  );
});

test.each(kinds)('%s: a shard goes on from its state', (_, make) => {
  const lengths = Array.from({ length: 60 }, (_, i) => i % 11);
  const shard = { rank: 1, of: 3 };
  const one = make(lengths, shard);
  one.next();
  one.next();
  const other = make(lengths, shard);
  other.restore(JSON.parse(JSON.stringify(one.state())));
  expect(draw(other)).toEqual(draw(one));
});

test.each(kinds)('%s: an epoch of fewer batches than shards is refused', (_, make) => {
  expect(() => make([1], { rank: 7, of: 8 })).toThrow(
    /^an epoch has 1 batches, too few to be shared by 8; make them smaller$/,
  );
});
