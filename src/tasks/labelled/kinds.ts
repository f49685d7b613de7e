// The registry of what may be told of a text, and what its rows are, by a config.

import type { RunFolder } from '../../run/run-folder.ts';
import { UserError } from '../../util/errors.ts';
import { writeFileAtomic } from '../../util/files.ts';
import { readText } from '../../util/text.ts';
import { type LabelledConfig, readsPairs } from './config.ts';
import { labelSet } from './label-set.ts';
import { oneClass } from './one-class.ts';
import { score } from './score.ts';
import type { LabelledSource, RowForm } from './splits.ts';
import { tags } from './tags.ts';
import type { AnyKind, AnyTarget } from './target.ts';

/** The source of a split of such a task. */
export const sourceOf = ({ data }: LabelledConfig, name: 'train' | 'valid' | 'test') =>
  data[name] as LabelledSource | undefined;

/** What is told of the texts of a config. */
export function kindOf(config: LabelledConfig): AnyKind {
  const source = sourceOf(config, 'train')!;
  if (source.kind === 'conll') return tags as unknown as AnyKind;
  if (source.score !== undefined) return score as unknown as AnyKind;
  if (source.labels === undefined) return oneClass as unknown as AnyKind;
  return labelSet(source.separator) as unknown as AnyKind;
}

export function formOf(config: LabelledConfig): RowForm {
  if (sourceOf(config, 'train')!.kind === 'conll') return 'words';
  return readsPairs(config) ? 'pair' : 'text';
}

/** Keeps what is known of the labels in a run's folder. */
export const saveKnown = (kind: AnyKind, known: unknown, folder: RunFolder): void =>
  writeFileAtomic(kind.file(folder), `${JSON.stringify(known, null, 2)}\n`);

/** What is told of texts by a run; a UserError where the file of its labels is damaged. */
export function openTarget(config: LabelledConfig, folder: RunFolder): AnyTarget {
  const kind = kindOf(config);
  const path = kind.file(folder);
  const text = readText(path);
  try {
    return kind.open(kind.schema.parse(JSON.parse(text)), config);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: is not what tx train writes there`);
  }
}
