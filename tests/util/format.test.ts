import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration } from '../../src/util/format.ts';

it.each<[number, string]>([
  [0, '0 ms'],
  [0.84, '840 ms'],
  [0.9999, '1.0 s'],
  [3.42, '3.4 s'],
  [59.97, '1 min 00 s'],
  [125, '2 min 05 s'],
  [3599.6, '1 h 00 min'],
  [3725, '1 h 02 min'],
  [360000, '100 h 00 min'],
])('formatDuration(%d)', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each<[number, string]>([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [-1234567, '-1,234,567'],
])('formatCount(%d)', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

it.each<[number, string]>([
  [512, '512 bytes'],
  [1500, '1.5 kB'],
  [9990, '10 kB'],
  [999_700, '1.0 MB'],
  [100_000_000, '100 MB'],
  [5e15, '5.0 PB'],
])('formatBytes(%d)', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
