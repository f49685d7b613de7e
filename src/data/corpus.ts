// From a split's place in the config to its text.
import { UserError } from '../util/errors.ts';
import type { DataConfig } from './config.ts';
import { requireFiles } from './known-corpora.ts';
import { type ParallelText, readParallel } from './parallel.ts';
import { readTables } from './table.ts';
import { loadTypescriptMessages, type SplitName } from './typescript-messages.ts';

/** The lines of one split. A UserError if the config has none of that name, or as for readParallel and readTable. */
export function loadSplit(
  config: Pick<DataConfig, 'srcLang' | 'tgtLang' | SplitName>,
  name: SplitName,
): ParallelText {
  const split = config[name];
  if (split === undefined) throw new UserError(`the config has no data.${name}`);
  if (split.builtin !== undefined) return loadTypescriptMessages(config.srcLang, config.tgtLang)[name];
  requireFiles([split.src, split.tgt, split.table].flatMap((files) => files ?? []));
  if (split.table !== undefined) return readTables(split.table, split.srcColumn!, split.tgtColumn!);
  return readParallel(split.src ?? [], split.tgt ?? []);
}
