import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { EncoderDecoderConfig } from '../../../src/models/encoder-decoder.ts';
import { writeStarter } from '../../../src/tasks/pairs/starter.ts';
import { translation } from '../../../src/tasks/translation.ts';
import { trainBpe } from '../../../src/tokenizers/bpe-trainer.ts';

const corpus = {
  srcLang: 'en',
  tgtLang: 'no',
  train: { src: '/c/data/train.en', tgt: '/c/data/train.no' },
  valid: { src: '/c/valid "1".en', tgt: '/c/valid: #2.no' },
};
const settings = (text: { src: string[]; tgt: string[] }) =>
  translation.schema().parse(parse(writeStarter(corpus, text, '/c/configs')));
const lines = (count: number, text: string) => Array.from({ length: count }, (_, i) => `${text} ${i % 5000}`);
const text = (count: number) => ({ src: lines(count, 'a b c d e f g'), tgt: lines(count, 'z y x w v u t') });

it('is a config; names relative to its folder, whatever is in them; Norwegian is not false', () => {
  const { data } = settings(text(10));
  expect(data).toMatchObject({
    srcLang: 'en',
    tgtLang: 'no',
    train: { src: ['../data/train.en'], tgt: ['../data/train.no'] },
    valid: { src: ['../valid "1".en'], tgt: ['../valid: #2.no'] },
  });
  expect(data.test).toBeUndefined();
  const test = { src: '/c/test.en', tgt: '/c/test.no' };
  const withTest = translation.schema().parse(parse(writeStarter({ ...corpus, test }, text(10), '/c')));
  expect(withTest.data.test).toMatchObject({ src: ['test.en'], tgt: ['test.no'] });
});

const sizeOf = (model: object) => {
  const { dModel, numEncoderLayers } = model as EncoderDecoderConfig;
  return dModel * numEncoderLayers;
};

describe.each([1, 100, 1600, 20_000, 100_000, 600_000])('%d pairs', (count) => {
  const { model, data, training, schedule } = settings(text(count));

  it('leave the warm-up behind, and are translated now and then', () => {
    const batches = Math.max(1, (count * 12) / data.batchTokens!);
    expect(schedule.warmupSteps).toBeLessThan(0.5 * training.maxEpochs! * batches);
    expect(training.maxEpochs! / training.scoreEvery).toBeGreaterThanOrEqual(5);
  });

  it('get a larger model than fewer pairs', () => {
    const smaller = settings(text(Math.ceil(count / 100)));
    expect(sizeOf(model)).toBeGreaterThanOrEqual(sizeOf(smaller.model));
  });
});

it('asks for a vocabulary that the text has, with spaces or without', () => {
  const word = fc.oneof(
    fc.string({ minLength: 1, maxLength: 6 }),
    fc.constantFrom('猫', '我们', '。', 'ab', 'abc'),
  );
  const sentence = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 30 }), (src) => {
      fc.pre(new Set(src.join(' ').normalize('NFKC').match(/\S+/g)).size > 6);
      const { shared } = settings({ src, tgt: [...src].reverse() }).tokenizers;
      const { size: vocabSize } = shared as { size: number };
      expect(() => trainBpe([...src, ...src], { vocabSize, normalization: 'nfkc' })).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
