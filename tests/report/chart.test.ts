import { expect, it } from 'vitest';
import { chooseTicks } from '../../src/report/chart.ts';

it.each([
  [0, [0, 1]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [31.3, [0, 10, 20, 30, 40]],
  [64, [0, 20, 40, 60, 80]],
  [100, [0, 20, 40, 60, 80, 100]],
  [0.11, [0, 0.025, 0.05, 0.075, 0.1, 0.125]],
])('up to %d: %j', (max, ticks) => {
  expect(chooseTicks(max)).toEqual(ticks);
});
