import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosesDetokenize } from '../../src/tokenizers/moses-detokenizer.ts';
import { mosesTokenize } from '../../src/tokenizers/moses-tokenizer.ts';

interface Golden {
  cases: { language: string; line: string; tokens: string; aggressive: string; detokenized: string }[];
  detokenize: { language: string; tokens: string; text: string }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/tokenizers/moses.json', import.meta.url), 'utf8'),
);
const words = (text: string) => text.split(' ').filter((word) => word !== '');

describe('mosesTokenize', () => {
  it.each(golden.cases)('$language: $line', ({ language, line, tokens, aggressive }) => {
    expect(mosesTokenize(line, { language })).toEqual(words(tokens));
    expect(mosesTokenize(line, { language, escape: false, aggressiveHyphens: true })).toEqual(
      words(aggressive),
    );
  });

  it('returns no tokens for nothing but space', () => {
    for (const line of ['', ' ', '\t\u00a0\u2009', '\u0000\u001f']) {
      expect(mosesTokenize(line, { language: 'en' })).toEqual([]);
    }
  });

  it('never throws and never makes an empty or spaced token', () => {
    const parts = fc.constantFrom(
      "'",
      '.',
      '..',
      ',',
      '-',
      '"',
      '&',
      ' ',
      'a',
      'Mr',
      '5',
      'é',
      '\u0085',
      '\ud800',
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((p) => p.join('')),
    );
    const options = fc.record({
      language: fc.constantFrom('en', 'de', 'fr', 'it', 'xx'),
      escape: fc.boolean(),
      aggressiveHyphens: fc.boolean(),
    });
    fc.assert(
      fc.property(line, options, (text, settings) => {
        const tokens = mosesTokenize(text, settings);
        for (const token of tokens) expect(token).toMatch(/^[^ \n\t\u00a0\u0085]+$/);
        if (settings.escape) for (const token of tokens) expect(token).not.toMatch(/[|<>'"[\]]/);
        expect(typeof mosesDetokenize(tokens, settings)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('loses no visible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('en', 'de', 'fr'), (line, language) => {
        const visible = line.replace(/[\p{Cc}\s]/gu, '');
        const text = mosesTokenize(line, { language, escape: false }).join('');
        expect(text.replace(/[\p{Cc}\s]/gu, '')).toBe(visible);
      }),
    );
  });
});

describe('mosesDetokenize', () => {
  it.each(golden.detokenize)('$language: $tokens', ({ language, tokens, text }) => {
    expect(mosesDetokenize(tokens.split(' '), { language })).toBe(text);
  });

  it.each(golden.cases)('back from tokens, $language: $line', ({ language, tokens, detokenized }) => {
    expect(mosesDetokenize(words(tokens), { language })).toBe(detokenized);
  });

  it('resolves an escaped entity once', () => {
    expect(mosesDetokenize(['&amp;lt;', '&lt;'], { language: 'en' })).toBe('&lt; <');
  });
});

const data = process.env.TX_DATA ?? '../shared/data';
const corpus = `${data}/multi30k/train.en`;
describe.skipIf(!existsSync(corpus))(`on Multi30k (skipped without ${corpus})`, () => {
  it('tokenizes 29,000 lines in seconds and brings ordinary lines back', () => {
    const lines = readFileSync(corpus, 'utf8').split('\n').slice(0, -1);
    const started = performance.now();
    const tokens = lines.map((line) => mosesTokenize(line, { language: 'en' }));
    expect(performance.now() - started).toBeLessThan(5000);
    const same = lines.filter((line, i) => mosesDetokenize(tokens[i]!, { language: 'en' }) === line.trim());
    expect(same.length / lines.length).toBeGreaterThan(0.95);
  });
});
