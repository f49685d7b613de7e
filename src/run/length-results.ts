// What was answered of made-up problems, length by length: in results/NAME.json, beside the figures.
import { z } from 'zod';
import { fileExists } from '../util/files.ts';
import { readDamagedText } from '../util/text.ts';
import { parseJson } from './records.ts';
import type { RunFolder } from './run-folder.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

const lengthSchema = z.object({
  length: count,
  examples: count,
  /** Of the examples those that are answered wholly right, by greedy decoding. */
  exactMatch: share,
  /** The same where the decoder is told when to stop. */
  oracleLength: share,
  /** Of the answers' tokens those that are the likeliest behind the right ones. */
  tokenAccuracy: share,
  /** Whether training had none of these problems. */
  isDisjoint: z.boolean(),
  /** exactMatch of the program that solves the problem. */
  program: share.optional(),
  /** exactMatch of the min-degree interpolator of what training has. */
  interpolator: share.optional(),
});
export type LengthResult = z.output<typeof lengthSchema>;

const failureSchema = z.object({
  length: count,
  prompt: z.string(),
  expected: z.string(),
  answered: z.string(),
  /** The number of the first token of the answer that is another, from 1. */
  firstWrong: count,
});
export type LengthFailure = z.output<typeof failureSchema>;

const resultsSchema = z.object({
  /** The lengths of training, from the first to the last. */
  trained: z.tuple([count, count]),
  lengths: z.array(lengthSchema).min(1),
  /** Of problems that training never has, though it has others of their length. */
  unseen: z.array(lengthSchema).optional(),
  failures: z.array(failureSchema),
  /** The shortest of the programs that solve the problem, with its core operations and attention layers. */
  program: z.object({ name: z.string(), length: count, depth: count }).optional(),
  /** The degree profile of the min-degree interpolator: the weight of its Fourier expansion by degree, from 0. */
  profile: z.array(z.number().min(0)).optional(),
});
export type LengthResults = z.output<typeof resultsSchema>;

/** Those of a set called `name`, such as `test`; undefined where there are none, or damaged ones. */
export function readLengthResults(folder: RunFolder, name: string): LengthResults | undefined {
  const path = folder.result(`${name}.json`);
  return fileExists(path) ? parseJson(resultsSchema, readDamagedText(path)) : undefined;
}
