import { expect, test } from 'vitest';
import { dataSchema } from '../../src/data/config.ts';
import { loadSplit } from '../../src/data/corpus.ts';

const builtin = { builtin: 'typescript-messages' };
const least = { srcLang: 'en', tgtLang: 'de', train: builtin, valid: builtin, batchTokens: 4096 };

test('defaults', () => {
  expect(dataSchema.parse({ ...least, valid: { src: 'a', tgt: 'b' } })).toEqual({
    ...least,
    valid: { src: ['a'], tgt: ['b'] },
    filter: { minLength: 1, maxLength: 100, dropDuplicates: false },
    padToMultiple: 1,
  });
});

test.each([
  [{ batchSentences: 10 }, 'exactly one'],
  [{ batchTokens: undefined }, 'exactly one'],
  [{ batchToken: 10 }, 'Unrecognized key: \\"batchToken\\"'],
  [{ filter: { maxLen: 10 } }, 'Unrecognized key: \\"maxLen\\"'],
  [{ train: { builtin: 'other' } }, 'expected \\"typescript-messages\\"'],
  [{ train: { src: 'a' } }, 'give src and tgt'],
  [{ train: { src: ['a', 'b'], tgt: 'c' } }, 'equally many'],
  [{ train: { ...builtin, src: 'a', tgt: 'b' } }, 'or builtin alone'],
  [{ train: { table: 'a.csv', srcColumn: 'en' } }, 'table with srcColumn and tgtColumn'],
  [{ train: { srcColumn: 0, tgtColumn: 1 } }, 'table with srcColumn and tgtColumn'],
  [{ train: { src: 'a', tgt: 'b', tgtColumn: 1 } }, 'table with srcColumn and tgtColumn'],
  [{ train: { ...builtin, table: 'a.csv', srcColumn: 0, tgtColumn: 1 } }, 'or builtin alone'],
  [{ train: { table: 'a.csv', srcColumn: 'en', tgtColumn: 1 } }, 'both as names or both as numbers'],
  [{ train: { table: 'a.csv', srcColumn: -1, tgtColumn: 1 } }, 'srcColumn'],
])('%j is refused', (change, message) => {
  expect(() => dataSchema.parse({ ...least, ...change })).toThrow(message);
});

test('splits are read from where the config says', () => {
  const config = dataSchema.parse({ ...least, valid: { src: '/nowhere/a', tgt: '/nowhere/b' } });
  expect(loadSplit(config, 'train').src.length).toBeGreaterThan(1500);
  expect(() => loadSplit(config, 'valid')).toThrow('/nowhere/a: no such file');
  expect(() => loadSplit(config, 'test')).toThrow('the config has no data.test');
});
