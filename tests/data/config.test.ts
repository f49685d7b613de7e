import { expect, test } from 'vitest';
import { z } from 'zod';
import { batchLimit, batchSettings, withBatchLimit } from '../../src/data/config.ts';

const schema = withBatchLimit(z.strictObject({ lang: z.string(), ...batchSettings }));

test('defaults', () => {
  expect(schema.parse({ lang: 'en', batchTokens: 4096 })).toEqual({
    lang: 'en',
    batchTokens: 4096,
    padToMultiple: 1,
  });
});

test.each([
  [{}, 'give exactly one of batchTokens and batchSentences'],
  [{ batchTokens: 10, batchSentences: 10 }, 'give exactly one of batchTokens and batchSentences'],
  [{ batchToken: 10 }, 'Unrecognized key: \\"batchToken\\"'],
  [{ batchTokens: 0 }, 'batchTokens'],
  [{ batchSentences: 1.5 }, 'batchSentences'],
  [{ batchTokens: 10, padToMultiple: 0 }, 'padToMultiple'],
])('%j is refused', (settings, message) => {
  expect(() => schema.parse({ lang: 'en', ...settings })).toThrow(message);
});

test('the limit is the one that is given', () => {
  expect(batchLimit({ batchTokens: 7, padToMultiple: 1 })).toEqual({ batchTokens: 7 });
  expect(batchLimit({ batchSentences: 8, padToMultiple: 1 })).toEqual({ batchSentences: 8 });
});
