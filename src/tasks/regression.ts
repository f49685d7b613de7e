// Regression: a score for each text or pair of texts, by an encoder and a layer over the text's vector.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { tableSchema } from '../data/sources/table.ts';
import { checkSplits } from './labelled/check-splits.ts';
import { checkLabelled, completeLabelled, labelledSections, textHeadSchema } from './labelled/config.ts';
import { foldSettings } from './labelled/folds.ts';
import { labelledTask } from './labelled/task.ts';

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('regression'),
      ...labelledSections(tableSchema(['text', 'score'], ['pair'], foldSettings)),
      head: textHeadSchema,
    })
    .superRefine((config, context) => {
      const refuse = refusing(context);
      checkLabelled(config, refuse);
      checkSplits(config, ['score'], refuse);
    })
    .transform((config) => completeLabelled(config));
export type RegressionConfig = z.output<ReturnType<typeof buildSchema>>;

export const regression = labelledTask<RegressionConfig>({
  describe: 'Regression: a score for each text or pair of texts',
  schema: buildSchema,
});
