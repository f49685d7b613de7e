// The `decode` section of a config: how outputs are searched for.
import { z } from 'zod';

/** What every search has, with a task's own defaults. */
export const searchSettings = (defaults: { beamSize: number; lengthPenalty: number }) => ({
  /** Hypotheses kept for each sentence or prompt; 1 is greedy search. */
  beamSize: z.int().min(1).max(100).default(defaults.beamSize),
  /** The exponent α of the length penalty; 0 compares plain log-probabilities. */
  lengthPenalty: z.number().min(0).max(10).default(defaults.lengthPenalty),
  /** Outputs returned for each. */
  nBest: z.int().min(1).default(1),
});

/** How the next token is chosen where one hypothesis is kept: the likeliest, or by chance. */
export const samplingSettings = {
  /** What logits are divided by; 0 takes the likeliest token. */
  temperature: z.number().min(0).max(100).default(0),
  /** Only the likeliest k tokens; all by default. */
  topK: z.int().min(1).optional(),
  /** Only the likeliest tokens that together have this probability. Holtzman et al. 2020. */
  topP: z.number().gt(0).max(1).default(1),
  /** Only tokens with at least this share of the likeliest one's probability. Nguyen et al. 2024. */
  minP: z.number().min(0).max(1).default(0),
  /** What logits of tokens that are there already are divided by, negative ones multiplied. Keskar et al. 2019. */
  repetitionPenalty: z.number().gt(0).max(100).default(1),
};
export type SamplingConfig = z.output<z.ZodObject<typeof samplingSettings>>;

/** A search cannot return more than it keeps. */
export const withNBest = <S extends z.ZodType<{ nBest: number; beamSize: number }>>(schema: S) =>
  schema.refine(({ nBest, beamSize }) => nBest <= beamSize, {
    path: ['nBest'],
    error: 'nBest must not be larger than beamSize',
  });

/** Of what turns a source into a target. */
export const decodeSchema = withNBest(
  z.strictObject({
    ...searchSettings({ beamSize: 5, lengthPenalty: 0.6 }),
    /** Tokens that a translation may have beyond its source, both counted with eos. */
    maxExtraLength: z.int().min(0).default(50),
    /** Source tokens of a batch, padding included. */
    batchTokens: z.int().min(1).default(4096),
  }),
);

export type DecodeConfig = z.output<typeof decodeSchema>;
