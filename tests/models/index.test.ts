import { expect, test } from 'vitest';
import { buildModel, modelSchema } from '../../src/models/index.ts';
import { Transformer } from '../../src/models/transformer.ts';

const vocabulary = { srcVocabSize: 10, tgtVocabSize: 12, padId: 0 };

test('type selects the model; without one it is the Transformer', () => {
  for (const given of [{ dModel: 64 }, { type: 'transformer', dModel: 64 }]) {
    const model = buildModel(modelSchema.parse(given), vocabulary);
    expect(model).toBeInstanceOf(Transformer);
    expect(model.config).toMatchObject({ type: 'transformer', dModel: 64 });
    expect(model.vocabulary).toEqual(vocabulary);
  }
  expect(modelSchema.safeParse({ type: 'recurrent' }).success).toBe(false);
});
