import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countWords, isSpace, splitPieces, splitWords } from '../../src/report/words.ts';

it.each([
  ['Hello, world!', ['Hello', ',', 'world', '!']],
  ["don't well-known 3,000.50 x.", ["don't", 'well-known', '3,000.50', 'x', '.']],
  ['„Nein“ – 5%', ['„', 'Nein', '“', '–', '5', '%']],
  ['GPU很好。', ['GPU', '很', '好', '。']],
  ['שלום עולם', ['שלום', 'עולם']],
  ['cafe\u0301 \u0085 x', ['cafe\u0301', 'x']],
  ['', []],
  [' \t ', []],
])('%j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

it('loses nothing', () => {
  const unit = fc.constantFrom(..."aé1 \t\u0085.,'’-–好かไ\u0301\ud800😀ש\u202e<");
  fc.assert(
    fc.property(fc.string({ unit }), (line) => {
      const pieces = splitPieces(line);
      expect(pieces.join('')).toBe(line);
      for (const word of pieces.filter((piece) => !isSpace(piece))) expect(word).not.toMatch(/\s/);
    }),
  );
});

it('counts the words of a text', () => {
  expect(Object.fromEntries(countWords(['a b a', 'b. a']))).toEqual({ a: 3, b: 2, '.': 1 });
});
