// The sections of a config about training, whatever is trained.
import { z } from 'zod';
import { optimizerSchema, scheduleSchema } from '../optim/index.ts';
import { threadsSchema } from '../runtime/threads.ts';
import { reductions } from './gradients.ts';
import { initSchema } from './init.ts';

export const trainingSchema = z
  .strictObject({
    /** At least one of the three ends the training; early stopping may end it before. */
    maxEpochs: z.int().min(1).optional(),
    maxSteps: z.int().min(1).optional(),
    maxMinutes: z.number().gt(0).optional(),
    /** Batches whose gradients make one update. */
    accumulate: z.int().min(1).max(10_000).default(1),
    /** As which numbers ranks send each other their gradients. */
    reduction: z.enum(reductions).optional(),
    /** Updates between validations; by default once an epoch. */
    validateSteps: z.int().min(1).optional(),
    /** Updates, or minutes, after which the state is stored apart from validations: what a crash costs at most. */
    saveSteps: z.int().min(1).optional(),
    saveMinutes: z.number().gt(0).optional(),
    /** Every which validation also searches and scores outputs for the validation set; 0: none does. */
    scoreEvery: z.int().min(0).default(1),
    /** What the best checkpoint is the best in. */
    selectBy: z.string().default('score'),
    /** Validations without improvement after which training stops; 0: never. */
    patience: z.int().min(0).default(0),
    /** Checkpoints, one a validation, whose parameters are averaged at the end; 0 or 1: none. */
    average: z.int().min(0).default(5),
    /** Updates between two lines of metrics. */
    logSteps: z.int().min(1).default(50),
  })
  .refine((t) => t.maxEpochs !== undefined || t.maxSteps !== undefined || t.maxMinutes !== undefined, {
    error: 'one of maxEpochs, maxSteps and maxMinutes is needed',
  });

/** What a training keeps for others to watch, beside metrics.jsonl and train.log. */
const loggingSchema = z
  .strictObject({
    /** Event files for TensorBoard, in the run's folder. */
    tensorboard: z.boolean().default(false),
  })
  .prefault({});

export const trainingSections = {
  /** Name of the run's folder under runs/, by default the config's file name. */
  name: z
    .string()
    .regex(/^[\w][\w.-]*$/, 'expected a folder name')
    .optional(),
  seed: z.int().min(0).default(1),
  /** Threads of the native kernels; 0: one a core. */
  threads: threadsSchema,
  init: initSchema,
  training: trainingSchema,
  logging: loggingSchema,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
};

export type TrainingConfig = z.output<z.ZodObject<typeof trainingSections>>;
