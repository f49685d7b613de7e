import { expect, it } from 'vitest';
import { downsample } from '../../src/report/downsample.ts';

const at = ([x, y]: [number, number]): [number, number] => [x, y];

it('keeps ends and peaks of a long series, in order', () => {
  const points = Array.from({ length: 100_000 }, (_, x): [number, number] => [
    x,
    x === 54_321 ? 50 : Math.sin(x / 9000),
  ]);
  const kept = downsample(points, 100, at);
  expect(kept).toHaveLength(100);
  expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
  expect(kept).toContainEqual([54_321, 50]);
  expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).toSorted((a, b) => a - b));
});

it('leaves a short one as it is', () => {
  const points: [number, number][] = [
    [0, 1],
    [1, 2],
    [2, 3],
  ];
  expect(downsample(points, 3, at)).toEqual(points);
  expect(downsample([...points, [3, 9], [4, 0]], 4, at)).toHaveLength(4);
});
