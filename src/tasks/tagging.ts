// Tagging: a class for each word of a sentence, by an encoder and a layer over the vector of the word's first piece.
// Devlin et al. 2019, section 5.3.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { conllSchema } from '../data/sources/conll.ts';
import {
  checkLabelled,
  classObjectiveSchema,
  completeLabelled,
  labelledSections,
} from './labelled/config.ts';
import { labelledTask } from './labelled/task.ts';

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('tagging'),
      ...labelledSections(conllSchema),
      objective: classObjectiveSchema,
      /** The layer over the places' vectors. */
      head: z.strictObject({ dropout: z.number().min(0).lt(1).default(0.1) }).prefault({}),
    })
    .superRefine((config, context) => checkLabelled(config, refusing(context)))
    .transform((config) => completeLabelled(config));
export type TaggingConfig = z.output<ReturnType<typeof buildSchema>>;

export const tagging = labelledTask<TaggingConfig>({
  describe: 'Tagging: a class for each word of a sentence',
  schema: buildSchema,
});
