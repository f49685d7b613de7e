import { expect, test } from 'vitest';
import { formatFixed, formatFloat } from '../../src/util/format-number.ts';

// Python's f'{value:.{digits}f}'
test.each([
  [6.25, 1, '6.2'],
  [18.75, 1, '18.8'],
  [0.15, 1, '0.1'],
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [0.0625, 3, '0.062'],
  [99.95, 1, '100.0'],
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [0, 2, '0.00'],
  [100, 1, '100.0'],
])('%d with %d decimals is %s', (value, digits, text) => {
  expect(formatFixed(value, digits)).toBe(text);
});

// Python's json.dumps(value)
test.each([
  [0, '0.0'],
  [100, '100.0'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e-12, '1e-12'],
])('%d is %s in JSON', (value, text) => {
  expect(formatFloat(value)).toBe(text);
});
