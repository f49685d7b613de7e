// The config of `tx train`: the system's sections and those about training it.
import { z } from 'zod';
import { dataSchema } from '../data/config.ts';
import { splitNames } from '../data/typescript-messages.ts';
import { systemSections } from '../run/config.ts';
import { trainingSections } from '../train/config.ts';

const sections = z.strictObject({ ...trainingSections, ...systemSections, data: dataSchema });

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
