// An encoder that was trained elsewhere, as the folder of a run: what `tx import` makes. It is used as it is, and the
// parameters of trainings begin as its (`init.from`); it is not itself trained.
import { z } from 'zod';
import { modelSchema } from '../models/index.ts';
import { trainingSections } from '../train/config.ts';
import { UsageError } from '../util/errors.ts';
import type { Task } from './task.ts';
import { tokenizersSchema } from './tokenizers.ts';

/** What any config for training has, of which nothing is asked here. */
const training = z.object(trainingSections).parse({
  training: { maxSteps: 1 },
  optimizer: { type: 'adam' },
  schedule: { type: 'constant', learningRate: 1 },
});

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('encoder'),
      tokenizers: tokenizersSchema,
      model: modelSchema('encoder'),
    })
    .transform((config) => ({ ...training, data: {}, ...config }));
export type EncoderTaskConfig = z.output<ReturnType<typeof buildSchema>>;

export const encoder: Task<EncoderTaskConfig> = {
  describe: 'An encoder that was imported',
  command: 'tx embed',
  schema: buildSchema,
  identity: ({ model }) => ({ model }),
  read: async () => {
    throw new UsageError(
      'task: encoder is that of encoders that were imported; to train one on, name its folder in init.from of a config of another task',
    );
  },
};
