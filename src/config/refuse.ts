// How checks of settings that must agree with one another tell what does not.
import type { z } from 'zod';

/** Tells what is wrong with the value at a path. */
export type Refuse = (path: readonly string[], message: string) => void;

/** For a schema's `superRefine`. */
export const refusing =
  (context: z.core.$RefinementCtx): Refuse =>
  (path, message) =>
    context.addIssue({ code: 'custom', path: [...path], message });
