// Treebanks: files of bracketed trees, as the normalization steps leave them.
import { z } from 'zod';
import { buildNormalizer, type NormalizationName } from '../../trees/normalize.ts';
import { readTrees } from '../../trees/read.ts';
import type { Tree } from '../../trees/tree.ts';
import { readText } from '../../util/text.ts';
import { paths } from './source.ts';

export const treesSchema = z.strictObject({ kind: z.literal('trees'), files: paths });

/** What the `data:` section of parsing has, whatever parses. */
export const treebankData = {
  /** Raw text of English can be split into words. */
  lang: z.string().min(1).default('en'),
  train: treesSchema,
  valid: treesSchema,
  test: treesSchema.optional(),
};

/** The trees of the files one after another; those of which nothing is left are left out. */
export function readTreebank(files: readonly string[], steps: readonly NormalizationName[]): Tree[] {
  const normalize = buildNormalizer(steps);
  return files.flatMap((file) =>
    readTrees(readText(file), { file }).flatMap((tree) => normalize(tree) ?? []),
  );
}
