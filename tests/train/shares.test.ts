import { expect, it } from 'vitest';
import type { Batch } from '../../src/data/batch.ts';
import type { BatchSource } from '../../src/data/batches.ts';
import { Shares } from '../../src/train/shares.ts';
import { Rng } from '../../src/util/rng.ts';

/** Epochs of five batches, numbered on and on. */
function source(): BatchSource & { made: number[] } {
  const made: number[] = [];
  let drawn = 0;
  const next = (): Batch => {
    made.push(drawn);
    return { inputs: {}, sizes: {}, weights: {}, rows: [drawn++] };
  };
  return {
    epochLength: 5,
    made,
    next,
    skip: () => void drawn++,
    state: () => ({ epoch: Math.floor(drawn / 5), position: drawn % 5 }),
    restore: ({ epoch, position }) => {
      drawn = 5 * epoch + position;
    },
    padding: () => 0,
    largest: () => [],
  };
}

const numbersOf = ({ batches }: { batches: readonly Batch[] }) => batches.map(({ rows }) => rows[0]);

it('every rank has its batches of each update and passes over the others', async () => {
  const found = [0, 1, 2].map(async (rank) => {
    const shares = new Shares(source(), 4, { rank, size: 3 });
    return [numbersOf(await shares.next()), numbersOf(await shares.next())];
  });
  expect(await Promise.all(found)).toEqual([
    [
      [0, 3],
      [4, 7],
    ],
    [[1], [5]],
    [[2], [6]],
  ]);
});

it('what is drawn ahead is the next, and the place in the data is that of its update', async () => {
  const batches = source();
  const shares = new Shares(batches, 3, { rank: 0, size: 2 });
  const first = await shares.next();
  const prepared: unknown[] = [];
  const step = { prepare: async (batch: Batch) => void prepared.push(batch.rows[0]) };
  await shares.prepare(step, Rng.fromSeed(1));
  expect(first.state).toEqual({ epoch: 0, position: 3 });
  expect([batches.made, prepared]).toEqual([[0, 2, 3, 5], [3]]);
  const ahead = await shares.next();
  expect(numbersOf(ahead)).toEqual([3, 5]);
  expect(batches.made).toHaveLength(4);
  expect(ahead.state).toEqual({ epoch: 1, position: 1 });
  expect(numbersOf(await shares.next())).toEqual([6, 8]);
});

it('one process, which waits for nobody, draws nothing ahead', async () => {
  const batches = source();
  const step = { prepare: () => Promise.reject(new Error('nothing to prepare')) };
  await new Shares(batches, 2, { rank: 0, size: 1 }).prepare(step, Rng.fromSeed(1));
  expect(batches.made).toEqual([]);
});
