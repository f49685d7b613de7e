import { expect, test } from 'vitest';
import { EncoderDecoder } from '../../src/models/encoder-decoder.ts';
import { buildModel, modelSchema } from '../../src/models/index.ts';

const vocabulary = { srcVocabSize: 10, tgtVocabSize: 12, padId: 0 };

test('type selects the model; without one it is the encoder-decoder', () => {
  const schema = modelSchema('encoderDecoder');
  for (const given of [{ dModel: 64 }, { type: 'encoderDecoder', dModel: 64 }]) {
    const model = buildModel('encoderDecoder', schema.parse(given), vocabulary);
    expect(model).toBeInstanceOf(EncoderDecoder);
    expect(model.config).toMatchObject({ type: 'encoderDecoder', dModel: 64 });
    expect((model as EncoderDecoder).vocabulary).toEqual(vocabulary);
  }
  expect(schema.safeParse({ type: 'recurrent' }).success).toBe(false);
  const old = schema.safeParse({ type: 'transformer' });
  expect(old.error?.issues[0]?.message).toBe('transformer is called encoderDecoder now');
});
