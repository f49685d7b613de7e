// The sections of a config that a trained system needs for the rest of its life, whoever uses it.
import { z } from 'zod';
import { decodeSchema } from '../decode/config.ts';
import { bleuOptions } from '../metrics/bleu.ts';
import { modelSchema } from '../models/index.ts';
import { NORMALIZATIONS } from '../tokenizers/normalize.ts';
import { preprocessSchema } from '../tokenizers/preprocess.ts';

export const vocabularySchema = z
  .strictObject({
    /** Pieces of each vocabulary, special ones included. */
    size: z.int().min(8).default(8000),
    /** One vocabulary for both languages; three-way tied embeddings need it. */
    joint: z.boolean().default(true),
    characterCoverage: z.number().gt(0).max(1).default(1),
    normalization: z.enum(NORMALIZATIONS).default('nfkc'),
    /** BPE-dropout: chance of skipping a merge when training text is encoded, anew in each epoch. */
    bpeDropout: z.number().min(0).lt(1).default(0),
    /** SentencePiece model files to use instead of training; `tgt` is left out when joint. */
    models: z.strictObject({ src: z.string(), tgt: z.string().optional() }).optional(),
  })
  .prefault({});

export const evaluationSchema = z
  .strictObject({
    /** Text that is compared: as people write it, or after the preprocessing steps. */
    text: z.enum(['raw', 'preprocessed']).default('raw'),
    bleu: bleuOptions.prefault({}),
    /** Translations shown after training. */
    samples: z.int().min(0).default(5),
  })
  .prefault({});

export const systemSections = {
  preprocess: z.strictObject({ src: preprocessSchema, tgt: preprocessSchema }).prefault({}),
  vocabulary: vocabularySchema,
  model: modelSchema.prefault({}),
  decode: decodeSchema.prefault({}),
  evaluation: evaluationSchema,
};

/** What using a run reads of its config; the sections about training are passed over. */
export const systemSchema = z.object({
  ...systemSections,
  data: z.object({ srcLang: z.string(), tgtLang: z.string() }),
});
export type SystemConfig = z.output<typeof systemSchema>;
