// Batches that are passed over, since another process has them: those that come after are the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchIterator, type BatchSource } from '../../src/data/batches.ts';
import { PackedBatches } from '../../src/data/packed.ts';
import { pairExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { Rng } from '../../src/util/rng.ts';

const rowsArb = fc.array(fc.nat(12), { minLength: 1, maxLength: 60 });
const rowsOf = (lengths: number[]) =>
  Sequences.build(lengths.length, (i) => Array<number>(lengths[i]!).fill(10 + i));

const kinds: [string, (lengths: number[]) => BatchSource][] = [
  [
    'pairs',
    (lengths) => {
      const pairs = { src: rowsOf(lengths), tgt: rowsOf(lengths) };
      const examples = pairExamples(pairs, { padId: 0, bosId: 1, eosId: 2 });
      return new BatchIterator(() => examples, { batchTokens: 40 }, Rng.fromSeed(3));
    },
  ],
  [
    'packed documents',
    (lengths) => {
      const options = { contextLength: 5, rows: 2, separator: 1, noLabel: -1, segments: true };
      return new PackedBatches(rowsOf([...lengths, 5]), options, Rng.fromSeed(3));
    },
  ],
];

test.each(kinds)('%s: what is passed over is as if it had been drawn, also into another epoch', (_, make) => {
  fc.assert(
    fc.property(rowsArb, fc.array(fc.boolean(), { maxLength: 30 }), (lengths, taken) => {
      const [whole, sharing] = [make(lengths), make(lengths)];
      for (const isTaken of taken) {
        const batch = whole.next();
        if (isTaken) expect(sharing.next()).toEqual(batch);
        else sharing.skip();
        expect(sharing.state()).toEqual(whole.state());
      }
    }),
    { numRuns: 30 },
  );
});

test.each(kinds)('%s: it goes on from its state', (_, make) => {
  const lengths = Array.from({ length: 60 }, (_, i) => i % 11);
  const one = make(lengths);
  one.next();
  one.skip();
  const other = make(lengths);
  other.restore(JSON.parse(JSON.stringify(one.state())));
  expect(other.next()).toEqual(one.next());
});
