import { expect, test } from 'vitest';
import { LineSample } from '../../src/tokenizers/line-sample.ts';

test.each([
  [0, 0],
  [1, 1],
  [10, 10],
  [11, 6],
  [20, 10],
  [21, 6],
  [1000, 8],
])('of %i lines %i, evenly spread', (count, taken) => {
  const sample = new LineSample(10);
  for (let i = 0; i < count; i++) sample.add(String(i));
  const places = sample.lines.map(Number);
  expect(places).toHaveLength(taken);
  const step = (places[1] ?? 1) - (places[0] ?? 0);
  expect(places).toEqual(Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step));
});
