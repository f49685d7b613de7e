// The trees of a split, as the normalization steps leave them.
import { buildNormalizer, type NormalizationName } from '../trees/normalize.ts';
import { readTrees } from '../trees/read.ts';
import type { Tree } from '../trees/tree.ts';
import { UserError } from '../util/errors.ts';
import { readText } from '../util/text.ts';
import type { DataConfig } from './config.ts';
import { requireFiles } from './known-corpora.ts';
import type { SplitName } from './typescript-messages.ts';

/** Reads one split; trees of which nothing is left are left out. A UserError if the config has none of that name. */
export function loadTreebank(
  config: Pick<DataConfig, SplitName>,
  name: SplitName,
  steps: readonly NormalizationName[],
): Tree[] {
  const paths = config[name]?.trees;
  if (paths === undefined) throw new UserError(`the config has no data.${name}.trees`);
  requireFiles(paths);
  const normalize = buildNormalizer(steps);
  return paths.flatMap((file) =>
    readTrees(readText(file), { file }).flatMap((tree) => normalize(tree) ?? []),
  );
}
