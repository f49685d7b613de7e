// The config of `tx train`: the system's sections and those about training it.
import { z } from 'zod';
import { dataSchema } from '../data/config.ts';
import { optimizerSchema, scheduleSchema } from '../optim/index.ts';
import { systemSections } from '../run/config.ts';

export const trainingSchema = z
  .strictObject({
    /** At least one of the three ends the training; early stopping may end it before. */
    maxEpochs: z.int().min(1).optional(),
    maxSteps: z.int().min(1).optional(),
    maxMinutes: z.number().gt(0).optional(),
    labelSmoothing: z.number().min(0).lt(1).default(0.1),
    /** Batches whose gradients make one update. */
    accumulate: z.int().min(1).default(1),
    /** Updates between validations; by default once an epoch. */
    validateSteps: z.int().min(1).optional(),
    /** Every which validation also translates the validation set; 0: none does. */
    bleuEvery: z.int().min(0).default(1),
    /** What the best checkpoint is the best in. */
    selectBy: z.enum(['bleu', 'loss']).default('bleu'),
    /** Validations without improvement after which training stops; 0: never. */
    patience: z.int().min(0).default(0),
    /** Checkpoints, one a validation, whose parameters are averaged at the end; 0 or 1: none. */
    average: z.int().min(0).default(5),
    /** Updates between two lines of metrics. */
    logSteps: z.int().min(1).default(50),
  })
  .refine((t) => t.maxEpochs !== undefined || t.maxSteps !== undefined || t.maxMinutes !== undefined, {
    error: 'one of maxEpochs, maxSteps and maxMinutes is needed',
  })
  .refine((t) => t.selectBy !== 'bleu' || t.bleuEvery > 0, {
    path: ['selectBy'],
    error: 'selecting by BLEU needs bleuEvery of at least 1',
  });

export const configSchema = z
  .strictObject({
    /** Name of the run's folder under runs/, by default the config's file name. */
    name: z
      .string()
      .regex(/^[\w][\w.-]*$/, 'expected a folder name')
      .optional(),
    seed: z.int().min(0).default(1),
    /** Threads of the native kernels; 0: one a core. */
    threads: z.int().min(0).default(0),
    ...systemSections,
    data: dataSchema,
    training: trainingSchema,
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
  })
  .refine(({ model, vocabulary }) => model.tie !== 'three' || vocabulary.joint, {
    path: ['model', 'tie'],
    error: 'tying all three embeddings needs vocabulary.joint: true',
  });

export type TrainConfig = z.output<typeof configSchema>;
