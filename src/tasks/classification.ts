// Classification: a class for each text or pair of texts, or several, by an encoder and a layer over the text's vector.
// Devlin et al. 2019, section 4.1.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { tableSchema } from '../data/sources/table.ts';
import { checkSplits } from './labelled/check-splits.ts';
import {
  checkLabelled,
  classObjectiveSchema,
  completeLabelled,
  labelledSections,
  textHeadSchema,
} from './labelled/config.ts';
import { foldSettings } from './labelled/folds.ts';
import { labelledTask } from './labelled/task.ts';

/** One class a text in the column `label`, or any number of them in `labels`, with a separator between them. */
const splitSchema = tableSchema(['text'], ['pair', 'label', 'labels'], {
  separator: z.string().min(1).optional(),
  ...foldSettings,
});

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('classification'),
      ...labelledSections(splitSchema),
      objective: classObjectiveSchema,
      head: textHeadSchema,
    })
    .superRefine((config, context) => {
      const refuse = refusing(context);
      checkLabelled(config, refuse);
      checkSplits(config, ['label', 'labels'], refuse);
      if (config.objective.labelSmoothing > 0 && config.data.train.labels !== undefined)
        refuse(['objective', 'labelSmoothing'], 'is for texts with one class each, not with labels');
    })
    .transform((config) => completeLabelled(config));
export type ClassificationConfig = z.output<ReturnType<typeof buildSchema>>;

export const classification = labelledTask<ClassificationConfig>({
  describe: 'Classification: a class for each text or pair of texts, or several',
  schema: buildSchema,
});
