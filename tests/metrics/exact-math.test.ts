import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exp, log } from '../../src/metrics/exact-math.ts';

// Sixty digits of Python's decimal, rounded; see tests/reference/metrics.py.
const { rounded }: { rounded: Record<'exp' | 'log', [number, number][]> } = JSON.parse(
  readFileSync(new URL('../reference/goldens/metrics.json', import.meta.url), 'utf8'),
);

test.each([
  ['exp', exp],
  ['log', log],
] as const)('%s is correctly rounded', (name, compute) => {
  for (const [x, expected] of rounded[name]) expect(compute(x), `${name}(${x})`).toBe(expected);
});

test('where no digits are to be had, it is what Math gives', () => {
  expect(exp(-2.5e9)).toBe(0);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(1000)).toBe(Number.POSITIVE_INFINITY);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
});
