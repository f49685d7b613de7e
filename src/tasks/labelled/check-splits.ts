// What the splits of a task over tables must agree on.
import type { Refuse } from '../../config/refuse.ts';
import { splitNames } from '../../data/typescript-messages.ts';
import type { LabelledConfig } from './config.ts';
import { type LabelField, labelFieldOf, type TableSplit } from './splits.ts';

/** Refuses splits without exactly one of the columns of labels, or that differ in which, or in having pairs. */
export function checkSplits({ data }: LabelledConfig, fields: readonly LabelField[], refuse: Refuse): void {
  const splits = splitNames.flatMap((name) =>
    data[name] === undefined ? [] : [[name, data[name] as TableSplit] as const],
  );
  for (const [name, split] of splits) {
    const given = fields.filter((field) => split[field] !== undefined);
    if (given.length !== 1) refuse(['data', name], `needs a column: ${fields.join(' or ')}, one of them`);
    if (split.separator !== undefined && split.labels === undefined)
      refuse(['data', name, 'separator'], 'stands between several labels of a text; it needs labels');
  }
  const [[, first], ...others] = splits as [(typeof splits)[number], ...typeof splits];
  for (const [name, split] of others) {
    const own = labelFieldOf(split);
    if (own !== undefined && own !== labelFieldOf(first))
      refuse(
        ['data', name, own],
        `data.train has ${labelFieldOf(first) ?? 'none'}: all splits have the same`,
      );
    if (split.separator !== first.separator) refuse(['data', name, 'separator'], 'is the same in all splits');
    if ((split.pair === undefined) !== (first.pair === undefined))
      refuse(['data', name, 'pair'], 'is for all splits, or for none');
  }
}
