// The `decode` section of a config: how translations are searched for.
import { z } from 'zod';

export const decodeSchema = z
  .strictObject({
    /** Hypotheses kept for each sentence; 1 is greedy search. */
    beamSize: z.int().min(1).max(100).default(5),
    /** The exponent α of the length penalty; 0 compares plain log-probabilities. */
    lengthPenalty: z.number().min(0).max(10).default(0.6),
    /** Tokens that a translation may have beyond its source, both counted with eos. */
    maxExtraLength: z.int().min(0).default(50),
    /** Source tokens of a batch, padding included. */
    batchTokens: z.int().min(1).default(4096),
    /** Translations returned for each sentence. */
    nBest: z.int().min(1).default(1),
  })
  .refine(({ nBest, beamSize }) => nBest <= beamSize, {
    path: ['nBest'],
    error: 'nBest must not be larger than beamSize',
  });

export type DecodeConfig = z.output<typeof decodeSchema>;
