// The sections that tasks of pairs share: what turns a source into a target, and how it is searched.
import { z } from 'zod';
import { type BatchSettings, batchSettings } from '../../data/config.ts';
import { indexSchema } from '../../data/index-store.ts';
import { filterSchema } from '../../data/length-filter.ts';
import type { SourceConfig } from '../../data/sources/index.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import { type DecodeConfig, decodeSchema } from '../../decode/config.ts';
import { type ModelConfig, modelSchema } from '../../models/index.ts';
import type { TrainingConfig } from '../../train/config.ts';
import { objectiveSchema } from '../objective.ts';
import type { TokenizersConfig } from '../tokenizers.ts';

/** Beside the splits: which pairs are trained on, and how they are put together. */
export const pairData = {
  /** For the training split alone. */
  filter: filterSchema.prefault({}),
  index: indexSchema,
  ...batchSettings,
};

export const pairSections = () => ({
  model: modelSchema('encoderDecoder').prefault({} as never),
  objective: objectiveSchema(0.1),
  decode: decodeSchema.prefault({}),
});

/** Outputs shown after training. */
export const samples = z.int().min(0).default(5);

/** What every config of such a task has. */
export interface PairConfig extends TrainingConfig {
  task: string;
  tokenizers: TokenizersConfig;
  model: ModelConfig;
  data: Partial<Record<SplitName, SourceConfig>> & z.output<z.ZodObject<typeof pairData>> & BatchSettings;
  objective: { labelSmoothing: number; tagWeight?: number | undefined };
  decode: DecodeConfig;
  evaluation: { samples: number };
}
