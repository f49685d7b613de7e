// The declared steps between a corpus line and its pieces, and the way back for display.
import { z } from 'zod';
import { mosesDetokenize } from './moses-detokenizer.ts';
import { mosesTokenize } from './moses-tokenizer.ts';
import { normalizeText } from './normalize.ts';

const mosesSchema = z.strictObject({
  escape: z.boolean().default(true),
  aggressiveHyphens: z.boolean().default(false),
});

const stepSchema = z.union([z.enum(['moses', 'lowercase', 'nfkc']), z.strictObject({ moses: mosesSchema })]);

/** An ordered list such as [moses, lowercase] or [{moses: {escape: false}}]; `none` is the empty list. */
export const preprocessSchema = z
  .union([z.literal('none').transform((): Step[] => []), z.array(stepSchema)])
  .refine((steps) => new Set(steps.map(stepName)).size === steps.length, { error: 'a step occurs twice' })
  .default([]);

export type Step = z.output<typeof stepSchema>;

export interface Preprocessor {
  /** The line as models see it. */
  apply(line: string): string;
  /** Text for display from such a line; lost case and lost characters do not come back. */
  undo(line: string): string;
}

/** The steps as a function of a line of the given language (ISO 639-1). */
export function buildPreprocessor(steps: readonly Step[], language: string): Preprocessor {
  const parts = steps.map((step) => buildStep(step, language));
  return {
    apply: (line) => parts.reduce((text, part) => part.apply(text), line),
    undo: (line) => parts.reduceRight((text, part) => part.undo(text), line),
  };
}

function buildStep(step: Step, language: string): Preprocessor {
  const keep = (line: string) => line;
  if (step === 'lowercase') return { apply: (line) => line.toLowerCase(), undo: keep };
  if (step === 'nfkc') return { apply: (line) => normalizeText(line, 'nfkc'), undo: keep };
  const options = { language, ...(step === 'moses' ? {} : step.moses) };
  return {
    apply: (line) => mosesTokenize(line, options).join(' '),
    undo: (line) => mosesDetokenize(line.split(' '), { language }),
  };
}

function stepName(step: Step): string {
  return typeof step === 'string' ? step : Object.keys(step)[0]!;
}
