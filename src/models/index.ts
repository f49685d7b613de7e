// The registry of models, by what they are to a task: the `model:` section of a config, and the model it asks for.
// To add one: its file and a row here.
import type { z } from 'zod';
import { EncoderDecoder, encoderDecoderSchema } from './encoder-decoder.ts';
import type { VocabularyShape } from './model.ts';

export const modelSchema = encoderDecoderSchema;
export type ModelConfig = z.output<typeof modelSchema>;

/** The model that a config asks for, over vocabularies of the given sizes. */
export function buildModel(config: ModelConfig, vocabulary: VocabularyShape): EncoderDecoder {
  return new EncoderDecoder(config, vocabulary);
}
