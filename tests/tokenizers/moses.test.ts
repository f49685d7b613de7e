import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosesDetokenize } from '../../src/tokenizers/moses-detokenizer.ts';
import { mosesTokenize } from '../../src/tokenizers/moses-tokenizer.ts';
import { PREFIX_LISTS, SAME_LISTS } from '../../src/tokenizers/nonbreaking-prefix-lists.ts';
import { hasPrefixes } from '../../src/tokenizers/nonbreaking-prefixes.ts';

interface Golden {
  cases: { language: string; line: string; tokens: string; aggressive: string; detokenized: string }[];
  detokenize: { language: string; tokens: string; text: string }[];
  /** Hashes of the tokens of every language's abbreviations, by language. */
  lists: { lines: number; sha256: Record<string, string> };
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

  describe('with the abbreviations of each language', () => {
    const entries = new Set(
      Object.values(PREFIX_LISTS).flatMap((list) =>
        list
          .trim()
          .split(/\s+/)
          .map((entry) => entry.replace(/#$/, '')),
      ),
    );
    const lines = [...entries].sort().map((entry) => `${entry}. Xy ${entry}. 5`);

    it('has them all', () => {
      expect(lines).toHaveLength(golden.lists.lines);
      const languages = Object.keys(golden.lists.sha256).filter(hasPrefixes);
      expect([...Object.keys(PREFIX_LISTS), ...Object.keys(SAME_LISTS)].sort()).toEqual(languages.sort());
    });

    it.each(Object.entries(golden.lists.sha256))('%s', (language, sha256) => {
      const text = lines.map((line) => mosesTokenize(line, { language }).join(' ')).join('\n');
      expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    });
  });

  it.each([
    ['en-US', 'en'],
    ['en_GB', 'en'],
    ['eng', 'en'],
    ['PT-br', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['ger', 'de'],
  ])('takes %s for %s', (tag, language) => {
    const line = "Mr. Li doesn't, d'Or: Nr. 5 Drs. x bzw. Av. Z";
    expect(mosesTokenize(line, { language: tag })).toEqual(mosesTokenize(line, { language }));
    expect(hasPrefixes(tag)).toBe(true);
  });

  it('knows what it has no rules for', () => {
    for (const language of ['xx', 'ja', 'ar', 'trees', 'constructor', '', 'e n']) {
      expect(hasPrefixes(language)).toBe(false);
      expect(mosesTokenize("Mr. X isn't", { language, escape: false })).toEqual([
        'Mr.',
        'X',
        'isn',
        "'",
        't',
      ]);
    }
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
      language: fc.constantFrom('en', 'de', 'fr', 'it', 'ca', 'cs', 'fi', 'tdt', 'xx'),
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
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('en', 'de', 'fr', 'cs', 'fi', 'tdt'),
        (line, language) => {
          const visible = line.replace(/[\p{Cc}\s]/gu, '');
          const text = mosesTokenize(line, { language, escape: false }).join('');
          expect(text.replace(/[\p{Cc}\s]/gu, '')).toBe(visible);
        },
      ),
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
  it('tokenizes 29,000 lines and brings ordinary lines back', () => {
    const lines = readFileSync(corpus, 'utf8').split('\n').slice(0, -1);
    const tokens = lines.map((line) => mosesTokenize(line, { language: 'en' }));
    const same = lines.filter((line, i) => mosesDetokenize(tokens[i]!, { language: 'en' }) === line.trim());
    expect(same.length / lines.length).toBeGreaterThan(0.95);
  });
});
