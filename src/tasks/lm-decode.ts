// How a language model writes: the `decode` section of its config, and the graph that it asks for.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import type { SpecialIds } from '../data/pairs.ts';
import type { Generator } from '../decode/cached-decoder.ts';
import { samplingSettings, searchSettings } from '../decode/config.ts';
import { buildContinuationGraph } from '../decode/continuation-graph.ts';
import { buildSamplingGraph } from '../decode/sampling-graph.ts';
import type { ExportedModel } from '../graph/export.ts';
import type { TensorData } from '../tensor/tensor.ts';

/** One hypothesis grows token by token, the likeliest or one drawn; several are a beam search. */
export const generateSchema = z
  .strictObject({
    ...searchSettings({ beamSize: 1, lengthPenalty: 0 }),
    ...samplingSettings,
    /** The most tokens of a continuation. */
    maxTokens: z.int().min(1).default(100),
    /** Texts before which a continuation ends. */
    stop: z.array(z.string().min(1)).default([]),
    /** Of what is drawn. */
    seed: z.int().min(0).default(1),
  })
  .superRefine((config, context) => {
    const { beamSize, nBest, temperature, topK, topP, minP, repetitionPenalty, stop } = config;
    const refuse = refusing(context);
    if (beamSize > 1) {
      if (temperature > 0)
        refuse(['temperature'], 'tokens are drawn for a single hypothesis: beamSize must be 1');
      if (repetitionPenalty !== 1)
        refuse(['repetitionPenalty'], 'is for a single hypothesis: beamSize must be 1');
      if (stop.length > 0) refuse(['stop'], 'is for a single hypothesis: beamSize must be 1');
    }
    if (temperature === 0) {
      const cuts = { topK: topK !== undefined, topP: topP < 1, minP: minP > 0 };
      for (const [key, isGiven] of Object.entries(cuts))
        if (isGiven) refuse([key], 'is of use only where tokens are drawn: give a temperature, such as 1');
    }
    if (nBest > beamSize && temperature === 0)
      refuse(['nBest'], 'nBest must not be larger than beamSize, unless a temperature draws tokens');
  });
export type GenerateConfig = z.output<typeof generateSchema>;

export const isSearched = ({ beamSize }: Pick<GenerateConfig, 'beamSize'>): boolean => beamSize > 1;

export interface DecodeGraphOptions {
  decode: GenerateConfig;
  ids: SpecialIds;
  weights: ReadonlyMap<string, TensorData>;
}

/** The graph of a run's folder: of the beam search, or of one hypothesis. */
export const buildDecodeGraph = (
  model: Generator,
  { decode, ids, weights }: DecodeGraphOptions,
): ExportedModel =>
  isSearched(decode)
    ? buildContinuationGraph(model, { decode, ids, weights })
    : buildSamplingGraph(model, { sampling: decode, ids, weights });
