// What the benchmark trains: made-up sentence pairs, running text or texts with hidden words, the same wherever the
// rule of their tokens is followed.
import { z } from 'zod';
import type { Batch } from '../data/batch.ts';
import { countMasked } from '../data/masking.ts';
import { pairExamples } from '../data/pairs.ts';
import { Sequences } from '../data/sequences.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { nextTokenCrossEntropy, targetCrossEntropy } from '../objectives/cross-entropy.ts';
import type { Objective } from '../objectives/objective.ts';
import { wordsAndNextSentence } from '../objectives/pretraining.ts';
import { optimizerSchema } from '../optim/index.ts';
import { MAX_FLOAT32 } from '../optim/optimizer.ts';
import { threadsSchema } from '../runtime/threads.ts';

const common = {
  seed: z.int().min(0).default(1),
  threads: threadsSchema,
  vocabSize: z.int().min(8),
  optimizer: optimizerSchema,
  learningRate: z.number().gt(0).max(MAX_FLOAT32).default(1e-3),
  warmupSteps: z.int().min(1).default(3),
  steps: z.int().min(1).default(20),
};

const translationSchema = z.strictObject({
  task: z.literal('translation').default('translation'),
  ...common,
  model: modelSchema('encoderDecoder').prefault({} as never),
  /** Every batch: sentences, and tokens of each with its eos. */
  batchSentences: z.int().min(1),
  srcLength: z.int().min(2),
  tgtLength: z.int().min(2),
  labelSmoothing: z.number().min(0).lt(1).default(0.1),
});

const lmSchema = z.strictObject({
  task: z.literal('lm'),
  ...common,
  model: modelSchema('decoder').prefault({} as never),
  /** Every batch: contexts, and tokens of each. */
  batchContexts: z.int().min(1),
  contextLength: z.int().min(2),
});

const bertSchema = z.strictObject({
  task: z.literal('bert'),
  ...common,
  model: modelSchema('encoder').prefault({} as never),
  /** Every batch: pairs of texts, and tokens of each, special ones included. */
  batchPairs: z.int().min(1),
  contextLength: z.int().min(8),
});

/** The configs of the benchmark by their `task`. */
export const benchSchemas = { translation: translationSchema, lm: lmSchema, bert: bertSchema };
type TranslationBench = z.output<typeof translationSchema>;
type LmBench = z.output<typeof lmSchema>;
type BertBench = z.output<typeof bertSchema>;
export type BenchConfig = TranslationBench | LmBench | BertBench;

/** The schema for a config as it was written. */
export function benchSchemaFor(raw: unknown): z.ZodType<BenchConfig> {
  const { task = 'translation' } = raw as { task?: unknown };
  const names = Object.keys(benchSchemas) as (keyof typeof benchSchemas)[];
  const name = names.find((known) => known === task);
  if (name !== undefined) return benchSchemas[name];
  return z.looseObject({ task: z.enum(names) }) as unknown as z.ZodType<BenchConfig>;
}

export interface Workload {
  objective: Objective;
  /** Of every batch. */
  sizes: Batch['sizes'];
  /** Labels in a batch; of texts with hidden words all their tokens. */
  targetTokens: number;
  /** The settings to lower where a batch is too large. */
  batchSettings: string;
  /** Makes the tokens of step `index` up; what is returned makes the batch of them. */
  makeBatch(index: number): () => Batch;
}

export function buildWorkload(config: BenchConfig): Workload {
  if (config.task === 'bert') return buildBert(config);
  return config.task === 'lm' ? buildLm(config) : buildTranslation(config);
}

const IDS = { padId: 0, bosId: 2, eosId: 3 };
const FIRST_WORD = 4;

/**
 * Tokens of step `index`: x ← 1664525·x + 1013904223 mod 2³² from x = index; a token is 4 + ⌊x/256⌋ mod (V − 4).
 */
function tokensOf(index: number, vocabSize: number): () => number {
  let x = index >>> 0;
  return () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return FIRST_WORD + ((x >>> 8) % (vocabSize - FIRST_WORD));
  };
}

/**
 * Sentence pairs: all source tokens come first, row by row, each row with one token more than is used (its place is
 * eos's), then the target tokens.
 */
function buildTranslation(config: TranslationBench): Workload {
  const { vocabSize, batchSentences, srcLength, tgtLength, labelSmoothing } = config;
  const shape = { srcVocabSize: vocabSize, tgtVocabSize: vocabSize, padId: IDS.padId };
  const model = buildModel('encoderDecoder', config.model, shape);
  return {
    objective: targetCrossEntropy(model, { labelSmoothing, padId: IDS.padId }),
    sizes: { B: batchSentences, S: srcLength, T: tgtLength },
    targetTokens: batchSentences * tgtLength,
    batchSettings: 'batchSentences, srcLength or tgtLength',
    makeBatch: (index) => {
      const next = tokensOf(index, vocabSize);
      const sentences = (length: number) =>
        Array.from({ length: batchSentences }, () => Int32Array.from({ length }, next));
      const src = sentences(srcLength).map((row) => row.subarray(0, srcLength - 1));
      const tgt = sentences(tgtLength - 1);
      const sequences = (all: Int32Array[]) => Sequences.build(batchSentences, (i) => all[i]!);
      const pairs = { src: sequences(src), tgt: sequences(tgt) };
      const rows = Array.from({ length: batchSentences }, (_, i) => i);
      return () => pairExamples(pairs, IDS).collate(rows, {});
    },
  };
}

/** Contexts, row by row, each with one token more than its length: the last label. */
function buildLm({ model: settings, vocabSize, batchContexts, contextLength }: LmBench): Workload {
  const model = buildModel('decoder', settings, { vocabSize });
  const dims = [batchContexts, contextLength];
  return {
    objective: nextTokenCrossEntropy(model, { labelSmoothing: 0, segments: false }),
    sizes: { B: batchContexts, T: contextLength },
    targetTokens: batchContexts * contextLength,
    batchSettings: 'batchContexts or contextLength',
    makeBatch: (index) => {
      const next = tokensOf(index, vocabSize);
      const text = Int32Array.from({ length: batchContexts * (contextLength + 1) }, next);
      return () => {
        const rows = (offset: number) => {
          const data = new Int32Array(batchContexts * contextLength);
          for (let row = 0; row < batchContexts; row++) {
            const start = row * (contextLength + 1) + offset;
            data.set(text.subarray(start, start + contextLength), row * contextLength);
          }
          return { dtype: 'int32', dims, data } as const;
        };
        return {
          inputs: { ids: rows(0), labels: rows(1) },
          sizes: { B: batchContexts, T: contextLength },
          weights: { tokens: batchContexts * contextLength },
          rows: [],
        };
      };
    },
  };
}

const MASK_ID = 1;
const MASKED_SHARE = 0.15;

/**
 * Pairs of texts, row by row, in rows of T tokens; bos stands in the first place, eos in the middle one and the last. Of
 * a row's places 1, 1 + s, 1 + 2s, … some are hidden, as many as pre-training hides, spread over the row; of pairs
 * every second one is a true one.
 */
function buildBert({ model: settings, vocabSize, batchPairs, contextLength }: BertBench): Workload {
  const model = buildModel('encoder', settings, { vocabSize, padId: IDS.padId });
  const perRow = countMasked(contextLength, MASKED_SHARE);
  const stride = Math.floor((contextLength - 2) / perRow);
  const middle = contextLength >> 1;
  const sizes = { B: batchPairs, S: contextLength, M: batchPairs * perRow };
  const places = Int32Array.from({ length: sizes.M }, (_, m) => {
    return Math.floor(m / perRow) * contextLength + 1 + (m % perRow) * stride;
  });
  const segments = Int32Array.from({ length: batchPairs * contextLength }, (_, at) =>
    at % contextLength > middle ? 1 : 0,
  );
  const int32 = (data: Int32Array, dims = [data.length]) => ({ dtype: 'int32', dims, data }) as const;
  return {
    objective: wordsAndNextSentence(model, { nextSentence: true }),
    sizes,
    targetTokens: batchPairs * contextLength,
    batchSettings: 'batchPairs or contextLength',
    makeBatch: (index) => {
      const text = Int32Array.from({ length: batchPairs * contextLength }, tokensOf(index, vocabSize));
      return () => {
        const ids = text.slice();
        for (let start = 0; start < ids.length; start += contextLength) {
          ids[start] = IDS.bosId;
          ids[start + middle] = ids[start + contextLength - 1] = IDS.eosId;
        }
        const targets = places.map((place) => ids[place]!);
        for (const place of places) ids[place] = MASK_ID;
        return {
          inputs: {
            ids: int32(ids, [batchPairs, contextLength]),
            segments: int32(segments, [batchPairs, contextLength]),
            places: int32(places),
            targets: int32(targets),
            labels: int32(Int32Array.from({ length: batchPairs }, (_, b) => b % 2)),
          },
          sizes,
          weights: { masked: sizes.M, pairs: batchPairs },
          rows: [],
        };
      };
    },
  };
}
