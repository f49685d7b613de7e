import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksTokenized, tokenizers } from '../../src/metrics/tokenizers.ts';
import { splitWords, trimEnd, trimStart } from '../../src/metrics/whitespace.ts';

/** NIST's rules one after another, as mteval-v13a.pl and mteval-v14.pl apply them. */
const RULES_13A: [RegExp, string][] = [
  [/([ -&(-+/:-@[-`{-~])/gu, ' $1 '],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])(-)/gu, '$1 $2 '],
];
const RULES_INTL: [RegExp, string][] = [
  [/(\P{N})(\p{P})/gu, '$1 $2 '],
  [/(\p{P})(\P{N})/gu, ' $1 $2'],
  [/(\p{S})/gu, ' $1 '],
];
const apply = (rules: [RegExp, string][], line: string) =>
  splitWords(rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line));

const line = fc
  .array(fc.constantFrom(...Array.from("a1.,-$' \u0085\u00a0\u3000é你。，“😀𝟏٣€²^")), {
    maxLength: 14,
  })
  .map((chars) => chars.join(''));

test('one pass gives what the rules give one after another', () => {
  fc.assert(
    fc.property(line, (text) => {
      const trimmed = trimEnd(text);
      expect(tokenizers['13a'](trimmed)).toEqual(apply(RULES_13A, ` ${trimmed} `));
      expect(tokenizers.intl(trimmed)).toEqual(apply(RULES_INTL, trimmed));
      const spaced = trimStart(trimmed).replace(/[你。，“€]/gu, ' $& ');
      expect(tokenizers.zh(trimmed)).toEqual(apply(RULES_13A, spaced));
      expect(tokenizers.char(trimmed).join('')).toBe(splitWords(trimmed).join(''));
    }),
    { numRuns: 5000 },
  );
});

test('text with a hundred separate periods at line ends looks tokenized', () => {
  const lines = new Array(99).fill('a b .');
  expect(looksTokenized([...lines, 'a b.'])).toBe(false);
  expect(looksTokenized([...lines, 'a b .'])).toBe(true);
});
