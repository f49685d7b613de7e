// Settings of a config's `data:` section that tasks share. Where the text comes from is `sources/`.
import { z } from 'zod';

/** How examples are put together for training. */
export const batchSettings = {
  /** The most positions of any side in a batch, padding included: rows × the longest sentence with its eos. */
  batchTokens: z.int().positive().optional(),
  /** The examples in a batch. */
  batchSentences: z.int().positive().optional(),
  /** Lengths in a batch are rounded up to a multiple of this. */
  padToMultiple: z.int().positive().default(1),
};
export type BatchSettings = z.output<z.ZodObject<typeof batchSettings>>;

/** The section with exactly one of the two limits of a batch. */
export const withBatchLimit = <S extends z.ZodType<BatchSettings>>(schema: S) =>
  schema.refine(
    ({ batchTokens, batchSentences }) => (batchTokens === undefined) !== (batchSentences === undefined),
    { error: 'give exactly one of batchTokens and batchSentences' },
  );

/** The limit of the settings that have exactly one. */
export const batchLimit = ({ batchTokens, batchSentences }: BatchSettings) =>
  batchTokens === undefined ? { batchSentences: batchSentences! } : { batchTokens };
