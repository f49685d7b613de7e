// The sections of a config that a trained system needs for the rest of its life, whoever uses it.
import { z } from 'zod';
import { decodeSchema } from '../decode/config.ts';
import { bleuOptions } from '../metrics/bleu.ts';
import { modelSchema } from '../models/index.ts';
import { dropoutModes } from '../tokenizers/bpe-encoder.ts';
import { NORMALIZATIONS } from '../tokenizers/normalize.ts';
import { preprocessSchema } from '../tokenizers/preprocess.ts';
import { evalbSchema } from '../trees/evalb-parameters.ts';
import { linearizationNames } from '../trees/linearize.ts';
import { normalizeSchema } from '../trees/normalize.ts';

const vocabularyTypes = ['bpe', 'word'] as const;

export const vocabularySchema = z
  .strictObject({
    type: z.enum(vocabularyTypes).default('bpe'),
    /** Pieces of each vocabulary, special ones included. */
    size: z.int().min(8).default(8000),
    /** What the target's vocabulary has otherwise, where they are not joint. */
    tgt: z
      .strictObject({ type: z.enum(vocabularyTypes).optional(), size: z.int().min(8).optional() })
      .optional(),
    /** One vocabulary for both languages; three-way tied embeddings need it. */
    joint: z.boolean().default(true),
    characterCoverage: z.number().gt(0).max(1).default(1),
    normalization: z.enum(NORMALIZATIONS).default('nfkc'),
    /** Chance of skipping a merge when training text is encoded, anew in each epoch; for BPE. */
    bpeDropout: z.number().min(0).lt(1).default(0),
    /** How long a skipped merge stays skipped. */
    bpeDropoutMode: z.enum(dropoutModes).default('provilkov2020'),
    /** SentencePiece model files to use instead of training; `tgt` is left out when joint. */
    models: z.strictObject({ src: z.string(), tgt: z.string().optional() }).optional(),
  })
  .refine(({ joint, tgt }) => !joint || tgt === undefined, {
    path: ['tgt'],
    error: 'a vocabulary for the target alone needs joint: false',
  })
  .prefault({});

export const evaluationSchema = z
  .strictObject({
    /** Of translations: text that is compared, as people write it (the default) or after the preprocessing steps. */
    text: z.enum(['raw', 'preprocessed']).optional(),
    /** Of translations. */
    bleu: bleuOptions.optional(),
    /** Of parsing: EVALB's parameters. */
    evalb: evalbSchema.optional(),
    /** Outputs shown after training. */
    samples: z.int().min(0).default(5),
  })
  .prefault({});

/** How trees become lines and back. */
export const parsingSchema = z.strictObject({
  /** Steps from the treebank's trees to those that are learned and compared. */
  normalize: normalizeSchema,
  linearization: z.enum(linearizationNames).default('compact'),
  /** Searches only for outputs of the linearization's grammar, with as many words as the input has. */
  constrained: z.boolean().default(true),
});

export const systemSections = {
  task: z.enum(['translation', 'parsing']).default('translation'),
  /** For the task of that name. */
  parsing: parsingSchema.optional(),
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
