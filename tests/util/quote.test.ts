import { expect, test } from 'vitest';
import { quote, shorten } from '../../src/util/quote.ts';

test('text in a message is one short line', () => {
  expect(quote('a "b"\n')).toBe('"a \\"b\\"\\n"');
  expect(quote('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  expect(shorten('abc', 2)).toBe('ab…');
});
