// The text of a classifier: tables of texts and labels.

import type { z } from 'zod';
import { describeSource } from '../data/sources/index.ts';
import { type Columns, collectColumns } from '../data/sources/source.ts';
import { readTables, tableSchema } from '../data/sources/table.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { type DataRecord, recordLines } from '../train/data-record.ts';
import { UserError } from '../util/errors.ts';

/** Columns of a table, as a config names them. */
export const fields = ['text', 'label'] as const;
export type Table = Columns<(typeof fields)[number]>;

export const tablesSchema = tableSchema(fields);

/** What decides the text. */
interface TablesConfig {
  data: Partial<Record<SplitName, z.output<typeof tablesSchema> | undefined>>;
}

/** The texts and labels of a split; a UserError where there are none. */
export async function readSplit({ data }: TablesConfig, name: SplitName): Promise<Table> {
  const { files, text, label } = data[name]!;
  const table = await collectColumns(readTables(files, { text, label }), fields);
  if (table.text.length === 0)
    throw new UserError(`data.${name} has no rows: ${describeSource(data[name]!)}`);
  return table;
}

/** The table; a UserError where it has a label that is no class. */
export function checkLabels(name: SplitName, table: Table, classes: readonly string[]): Table {
  const known = new Set(classes);
  const row = table.label.findIndex((label) => !known.has(label));
  if (row < 0) return table;
  throw new UserError(
    `data.${name}: row ${row + 1} has the label ${JSON.stringify(table.label[row])}, which data.train has not`,
  );
}

export function recordSplit(name: SplitName, { data }: TablesConfig, table: Table): DataRecord {
  const complaint = `data.${name} is not what the run was trained on: ${describeSource(data[name]!)}`;
  return Object.fromEntries(
    fields.map((field) => [`data.${name}.${field}`, { ...recordLines(table[field]), complaint }]),
  );
}

/** How many rows each class has, the classes in their order. */
export function countClasses({ label }: Table, classes: readonly string[]): Record<string, number> {
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const name of label) counts.set(name, counts.get(name)! + 1);
  return Object.fromEntries(counts);
}
