// The sections that tasks of labelled text share: an encoder with a head.
import { z } from 'zod';
import type { Refuse } from '../../config/refuse.ts';
import { type BatchSettings, batchSettings, withBatchLimit } from '../../data/config.ts';
import type { SourceConfig } from '../../data/sources/index.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import { type ModelConfig, modelSchema } from '../../models/index.ts';
import { type HeadOptions, type Pooling, poolings } from '../../objectives/text-vectors.ts';
import { type TrainingConfig, trainingSections } from '../../train/config.ts';
import type { TaskConfig } from '../task.ts';
import {
  checkTokenizers,
  completeTokenizers,
  type TokenizersConfig,
  tokenizersSchema,
} from '../tokenizers.ts';

/** The only side of such a task's text. */
export const side = 'text';

/** Of texts: where their vectors come from, and how they are dropped out. */
export const textHeadSchema = z
  .strictObject({
    dropout: z.number().min(0).lt(1).default(0.1),
    /** The model's pooler by default where it has one, else the mean. */
    pooling: z.enum(poolings).optional(),
  })
  .prefault({});

const weight = z.number().gt(0).max(1e6);

/** Of tasks with classes. */
export const classObjectiveSchema = z
  .strictObject({
    /** ε: the share of the label's probability that is spread over all classes. */
    labelSmoothing: z.number().min(0).lt(1).default(0),
    /** What examples count for in the loss, by their class; balanced: all classes the same in sum. */
    classWeights: z.union([z.literal('balanced'), z.record(z.string(), weight)]).optional(),
  })
  .prefault({});
export type ClassObjective = z.output<typeof classObjectiveSchema>;

/** The sections before those that tell tasks apart; `split` is what a split may be. */
export const labelledSections = <S extends z.ZodType<SourceConfig>>(split: S) => ({
  ...trainingSections,
  data: withBatchLimit(
    z.strictObject({
      /** The language of the text. */
      lang: z.string().min(1).optional(),
      train: split,
      valid: split,
      test: split.optional(),
      ...batchSettings,
    }),
  ),
  tokenizers: tokenizersSchema.prefault({ [side]: { type: 'bpe' } }),
  model: modelSchema('encoder').prefault({} as never),
});

/** What every config of such a task has. */
export interface LabelledConfig extends TrainingConfig {
  task: string;
  data: Partial<Record<SplitName, SourceConfig>> & BatchSettings & { lang?: string | undefined };
  tokenizers: TokenizersConfig;
  model: ModelConfig;
  head: { dropout: number; pooling?: Pooling | undefined };
}

/** Whether a config is of such a task: parsing has heads too, with a decoder over them. */
export const isLabelled = (config: TaskConfig): config is TaskConfig & LabelledConfig =>
  'head' in config && !('decoder' in config);

/** What the sections must agree on. */
export function checkLabelled({ tokenizers, model, head }: LabelledConfig, refuse: Refuse): void {
  checkTokenizers(tokenizers, [side], [], refuse);
  if (head.pooling === 'pooler' && !hasPooler(model))
    refuse(['head', 'pooling'], 'the model has no pooler; pooler needs model.pooler: true');
  if (head.pooling === 'first' && 'causal' in model && model.causal)
    refuse(['head', 'pooling'], 'model.causal: the first place sees itself alone; mean sees them all');
}

/** The config with the normalization of its tokenizer. */
export function completeLabelled<Config extends LabelledConfig>(given: Config): Config {
  const { tokenizers, ...config } = given;
  return { ...config, tokenizers: completeTokenizers(tokenizers, { [side]: config.data.lang }) } as Config;
}

const hasPooler = (model: ModelConfig): boolean => 'pooler' in model && model.pooler === true;

/** Whether a row has two texts. */
export const readsPairs = ({ data }: Pick<LabelledConfig, 'data'>): boolean =>
  (data.train as { pair?: unknown }).pair !== undefined;

/** The head on the vectors of whole texts. */
export const textHead = (config: LabelledConfig): HeadOptions => ({
  dropout: config.head.dropout,
  pooling: config.head.pooling ?? (hasPooler(config.model) ? 'pooler' : 'mean'),
  pairs: readsPairs(config),
});
