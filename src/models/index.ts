// The registry of models, by what they are to a task: what a config's `model:` section may be, and the model it asks
// for. To add one: its file and a row here.
import { z } from 'zod';
import { DecoderModel, decoderSchema } from './decoder.ts';
import { EncoderModel, encoderSchema } from './encoder.ts';
import { EncoderDecoder, encoderDecoderSchema } from './encoder-decoder.ts';
import type { Decoder, Encoder, EncoderOnly, VocabularyShape } from './model.ts';

/** What a task knows of any model's config. */
export interface ModelConfig {
  type: string;
  dModel: number;
  /** Places that it has for a sequence. */
  maxLength: number;
}

type Built = { readonly config: ModelConfig };

interface ModelType<Model, Vocabulary> {
  schema: z.ZodType<ModelConfig>;
  build(config: ModelConfig, vocabulary: Vocabulary): Model;
}

export interface Models {
  encoderDecoder: Record<string, ModelType<Encoder & Decoder & Built, VocabularyShape>>;
  decoder: Record<string, ModelType<Decoder & Built, { vocabSize: number }>>;
  encoder: Record<string, ModelType<EncoderOnly & Built, { vocabSize: number; padId: number }>>;
}
export type Role = keyof Models;

/** A row; whoever builds the model has had its config from the schema. */
function defineModel<Config extends ModelConfig, Model, Vocabulary>(
  schema: z.ZodType<Config>,
  build: (config: Config, vocabulary: Vocabulary) => Model,
): ModelType<Model, Vocabulary> {
  return { schema, build: (config, vocabulary) => build(config as Config, vocabulary) };
}

export const models: Models = {
  encoderDecoder: {
    encoderDecoder: defineModel(encoderDecoderSchema, (config, shape: VocabularyShape) => {
      return new EncoderDecoder(config, shape);
    }),
  },
  decoder: {
    decoder: defineModel(decoderSchema, (config, { vocabSize }: { vocabSize: number }) => {
      return new DecoderModel(config, vocabSize);
    }),
  },
  encoder: {
    encoder: defineModel(encoderSchema, (config, shape: { vocabSize: number; padId: number }) => {
      return new EncoderModel(config, shape);
    }),
  },
};

/** The `model:` section of a task that needs such a model. */
export function modelSchema(role: Role): z.ZodType<ModelConfig> {
  const [first, ...others] = Object.values(models[role]).map(({ schema }) => schema);
  return others.length === 0 ? first! : z.discriminatedUnion('type', [first, ...others] as never);
}

/** The model that a config asks for, over vocabularies of the given sizes. */
export function buildModel<R extends Role>(
  role: R,
  config: ModelConfig,
  vocabulary: Parameters<Models[R][string]['build']>[1],
): ReturnType<Models[R][string]['build']> {
  const type = models[role][config.type] as ModelType<unknown, unknown>;
  return type.build(config, vocabulary) as ReturnType<Models[R][string]['build']>;
}
