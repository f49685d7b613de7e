import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/tokenizers/moses-sentences.ts';

interface Golden {
  cases: { language: string; line: string; sentences: string[] }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/tokenizers/sentences.json', import.meta.url), 'utf8'),
);
it.each(golden.cases)('$language: $line', ({ language, line, sentences }) => {
  expect(splitSentences(line, language)).toEqual(sentences);
});

it('knows languages by any of their tags; others have the English abbreviations', () => {
  const line = 'Er wohnt in der Nr. 5, d.h. Oben. Mr. X.';
  expect(splitSentences(line, 'de-AT')).toEqual(splitSentences(line, 'de'));
  expect(splitSentences(line, 'de')).not.toEqual(splitSentences(line, 'en'));
  expect(splitSentences(line, 'xx')).toEqual(splitSentences(line, 'en'));
});

describe('any line', () => {
  const pieces = fc.constantFrom(
    ...['A', 'b', 'Dr', 'No', 'e.g', '5', '.', '..', '?', '!', '"', "'", '(', ')', ' ', '  ', '“', '”', '«'],
    ...['\u00a0', '\t', '文', '😀', 'É', '%', '-', ',', '\r', '[', ']'],
  );
  const lines = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));

  it('is its sentences, but for the spaces between them', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const sentences = splitSentences(line, 'en');
        expect(sentences.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
        for (const sentence of sentences) expect(sentence).toMatch(/^[^ ](.*[^ ])?$/s);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['.', '. ', '"', ' ', '? ', '".', '.A', 'A.', '?"', '? (', '. "', 'word', '文'])(
    'takes time that grows with its length: %j',
    (part) => {
      const line = part.repeat(100_000);
      expect(splitSentences(line, 'en').join('').length).toBeLessThanOrEqual(line.length);
    },
    10_000,
  );
});
