// The `objective:` section of tasks that minimize cross-entropy.
import { z } from 'zod';

/** ε is the share of the label's probability that is spread over all classes; `more` are a task's own settings. */
export const objectiveSchema = <More extends z.ZodRawShape = Record<never, never>>(
  labelSmoothing: number,
  more: More = {} as More,
) =>
  z
    .strictObject({ labelSmoothing: z.number().min(0).lt(1).default(labelSmoothing), ...more })
    .prefault({} as never);
