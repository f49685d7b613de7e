// What was found on a held-out set of labelled text, class by class: in results/NAME.json, beside the figures.
import { z } from 'zod';
import { type ClassCounts, f1, precision, recall } from '../metrics/class-counts.ts';
import { fileExists } from '../util/files.ts';
import { readDamagedText } from '../util/text.ts';
import { parseJson } from './records.ts';
import type { RunFolder } from './run-folder.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** How often a class is in the reference, was found, and was found rightly. */
const classSchema = z.object({
  name: z.string(),
  ...{ expected: count, found: count, right: count },
  ...{ precision: share, recall: share, f1: share },
});
export type ClassResult = z.output<typeof classSchema>;

const resultsSchema = z.object({
  classes: z.array(classSchema).optional(),
  /** Of tags that mark entities: by their types. */
  entities: z.array(classSchema).optional(),
  /** Where each text, or word, has one class: [class expected, class found, how many], by their numbers in `classes`. */
  confusion: z.array(z.tuple([count, count, count])).optional(),
  /** Probabilities by their range, from 0 to 1 in equal steps: what they say, and how often they were right. */
  calibration: z.array(z.object({ count, confidence: share, accuracy: share })).optional(),
});
export type LabelResults = z.output<typeof resultsSchema>;

export const classResult = (name: string, counts: ClassCounts): ClassResult => ({
  name,
  ...counts,
  ...{ precision: precision(counts), recall: recall(counts), f1: f1(counts) },
});

/** Those of a set called `name`, such as `valid`; undefined where there are none, or damaged ones. */
export function readLabelResults(folder: RunFolder, name: string): LabelResults | undefined {
  const path = folder.result(`${name}.json`);
  const found = fileExists(path) ? parseJson(resultsSchema, readDamagedText(path)) : undefined;
  return found?.classes === undefined ? undefined : found;
}
