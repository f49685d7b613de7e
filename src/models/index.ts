// The registry of models: the `model:` section of a config, and the model it asks for. To add one: its file and a row
// here; with it, `modelSchema` becomes the union of the schemas.
import type { z } from 'zod';
import { EncoderDecoder, encoderDecoderSchema } from './encoder-decoder.ts';
import type { Model, VocabularyShape } from './model.ts';

export const modelSchema = encoderDecoderSchema;
export type ModelConfig = z.output<typeof modelSchema>;

type Rows = {
  [T in ModelConfig['type']]: new (
    config: Extract<ModelConfig, { type: T }>,
    vocabulary: VocabularyShape,
  ) => Model;
};
const models = { encoderDecoder: EncoderDecoder } satisfies Rows;

/** Any of the models. */
export type AnyModel = InstanceType<(typeof models)[ModelConfig['type']]>;

/** The model that a config asks for, over vocabularies of the given sizes. */
export function buildModel(config: ModelConfig, vocabulary: VocabularyShape): AnyModel {
  return new models[config.type](config, vocabulary);
}
