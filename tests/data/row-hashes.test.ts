import { expect, test } from 'vitest';
import { RowHashes } from '../../src/data/row-hashes.ts';
import { Rng } from '../../src/util/rng.ts';

test('pairs of rows are new once, whatever their order, lengths and halves', () => {
  const seen = new RowHashes();
  const pairs: [number[], number[]][] = [
    [[], []],
    [[0], []],
    [[], [0]],
    [[0], [0]],
    [[1, 2], [3]],
    [[1], [2, 3]],
    [[2, 1], [3]],
  ];
  expect(pairs.map(([one, other]) => seen.add(one, other))).toEqual(pairs.map(() => true));
  expect(pairs.map(([one, other]) => seen.add(one, other))).toEqual(pairs.map(() => false));
});

test('a hundred thousand rows of few ids, most of them near each other: as a set of strings', () => {
  const [seen, known] = [new RowHashes(), new Set<string>()];
  const rng = Rng.fromSeed(8);
  const row = () => Array.from({ length: 1 + rng.int(5) }, () => rng.int(12));
  for (let i = 0; i < 100_000; i++) {
    const [one, other] = [row(), row()];
    const key = `${one}|${other}`;
    if (seen.add(one, other) === known.has(key)) throw new Error(`${key} is taken for another`);
    known.add(key);
  }
  expect(known.size).toBeGreaterThan(60_000);
});
