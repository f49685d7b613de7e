// The config of `tx train`: the system's sections and those about training it.
import { z } from 'zod';
import { dataSchema } from '../data/config.ts';
import { splitNames } from '../data/typescript-messages.ts';
import { optimizerSchema, scheduleSchema } from '../optim/index.ts';
import { systemSections } from '../run/config.ts';
import { threadsSchema } from '../runtime/threads.ts';

export const trainingSchema = z
  .strictObject({
    /** At least one of the three ends the training; early stopping may end it before. */
    maxEpochs: z.int().min(1).optional(),
    maxSteps: z.int().min(1).optional(),
    maxMinutes: z.number().gt(0).optional(),
    labelSmoothing: z.number().min(0).lt(1).default(0.1),
    /** Batches whose gradients make one update. */
    accumulate: z.int().min(1).max(10_000).default(1),
    /** Updates between validations; by default once an epoch. */
    validateSteps: z.int().min(1).optional(),
    /** Every which validation also searches and scores outputs for the validation set; 0: none does. */
    scoreEvery: z.int().min(0).default(1),
    /** What the best checkpoint is the best in. */
    selectBy: z.enum(['score', 'loss']).default('score'),
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
  .refine((t) => t.selectBy !== 'score' || t.scoreEvery > 0, {
    path: ['selectBy'],
    error: 'selecting by score needs scoreEvery of at least 1',
  });

const sections = z.strictObject({
  /** Name of the run's folder under runs/, by default the config's file name. */
  name: z
    .string()
    .regex(/^[\w][\w.-]*$/, 'expected a folder name')
    .optional(),
  seed: z.int().min(0).default(1),
  /** Threads of the native kernels; 0: one a core. */
  threads: threadsSchema,
  ...systemSections,
  data: dataSchema,
  training: trainingSchema,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
});

export const configSchema = sections
  .refine(({ model, vocabulary }) => model.tie !== 'three' || vocabulary.joint, {
    path: ['model', 'tie'],
    error: 'tying all three embeddings needs vocabulary.joint: true',
  })
  .superRefine(checkTask);

/** What belongs to one task must not be given for another. */
function checkTask(
  { task, parsing, evaluation, data, vocabulary, preprocess }: z.output<typeof sections>,
  context: z.core.$RefinementCtx,
): void {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const parses = task === 'parsing';
  for (const split of splitNames) {
    if (data[split] !== undefined && (data[split].trees !== undefined) !== parses) {
      refuse(['data', split], parses ? 'task parsing needs trees' : 'trees are for task: parsing');
    }
  }
  if (!parses && parsing !== undefined) refuse(['parsing'], 'is for task: parsing');
  if (!parses && evaluation.evalb !== undefined) refuse(['evaluation', 'evalb'], 'is for task: parsing');
  if (!parses) return;
  for (const key of ['text', 'bleu'] as const) {
    if (evaluation[key] !== undefined) refuse(['evaluation', key], 'is for task: translation');
  }
  for (const side of ['src', 'tgt'] as const) {
    if (preprocess[side].length > 0) refuse(['preprocess', side], 'is for task: translation');
  }
  if (vocabulary.joint) refuse(['vocabulary', 'joint'], 'task parsing needs joint: false');
}

export type TrainConfig = z.output<typeof configSchema>;
