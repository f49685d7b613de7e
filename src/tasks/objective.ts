// The `objective:` section of tasks that minimize cross-entropy.
import { z } from 'zod';

/** ε is the share of the label's probability that is spread over all classes. */
export const objectiveSchema = (labelSmoothing: number) =>
  z.strictObject({ labelSmoothing: z.number().min(0).lt(1).default(labelSmoothing) }).prefault({});
