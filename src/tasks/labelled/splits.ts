// Rows of text with their labels, as tables and files of tagged words have them.
import { BETWEEN, type ConllConfig, readConll } from '../../data/sources/conll.ts';
import { describeSource } from '../../data/sources/index.ts';
import { type ColumnStream, collectColumns } from '../../data/sources/source.ts';
import { type Column, readTables } from '../../data/sources/table.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import { type DataRecord, recordLines } from '../../train/data-record.ts';
import { UserError } from '../../util/errors.ts';
import { chooseRows, type Folds } from './folds.ts';

/** The columns of labels that a table may have: a task takes one of them. */
export const labelFields = ['label', 'labels', 'score'] as const;
export type LabelField = (typeof labelFields)[number];

export type TableSplit = {
  kind: 'table';
  files: string[];
  text: Column;
  pair?: Column | undefined;
  separator?: string | undefined;
} & Folds & {
    [Field in LabelField]?: Column | undefined;
  };
export type LabelledSource = TableSplit | ConllConfig;

/** What stands in a row: one text, two, or words that have a label each. */
export type RowForm = 'text' | 'pair' | 'words';

/** One text, or two, or the words of a sentence. */
export type Row = readonly string[];

/** Rows, and for each what is written of its labels. */
export interface LabelledRows {
  rows: readonly Row[];
  labels: readonly string[];
}

/** The column of labels that a table gives. */
export const labelFieldOf = (source: TableSplit): LabelField | undefined =>
  labelFields.find((field) => source[field] !== undefined);

/** The columns of a source by their fields; without labels where it names none. */
function openColumns(source: LabelledSource): { fields: string[]; stream: ColumnStream<string> } {
  if (source.kind === 'conll') return { fields: ['words', 'tags'], stream: readConll(source) };
  const entries = (['text', 'pair', ...labelFields] as const).flatMap((field) =>
    source[field] === undefined ? [] : [[field, source[field]] as const],
  );
  return {
    fields: entries.map(([field]) => field),
    stream: readTables<string>(source.files, Object.fromEntries(entries)),
  };
}

function rowsOf(source: LabelledSource, columns: Readonly<Record<string, string[]>>): LabelledRows {
  if (source.kind === 'conll') {
    return { rows: columns.words!.map((words) => words.split(BETWEEN)), labels: columns.tags! };
  }
  const { text, pair } = columns as Record<'text', string[]> & Partial<Record<'pair', string[]>>;
  const field = labelFieldOf(source);
  return {
    rows: text.map((one, i) => (pair === undefined ? [one] : [one, pair[i]!])),
    labels: field === undefined ? [] : columns[field]!,
  };
}

/** The rows as they are read, in groups; without labels where the source names none. */
export async function* openRows(source: LabelledSource): AsyncGenerator<LabelledRows> {
  for await (const columns of openColumns(source).stream) yield rowsOf(source, columns);
}

/** All rows of a split, and checksums of what was read. A UserError where there are none. */
export async function readSplit(
  name: SplitName,
  source: LabelledSource,
): Promise<LabelledRows & { record: DataRecord }> {
  const { fields, stream } = openColumns(source);
  const columns = await collectColumns(stream, fields);
  const found = takeFold(source, rowsOf(source, columns));
  if (found.rows.length === 0) throw new UserError(`data.${name} has no rows: ${describeSource(source)}`);
  const complaint = `data.${name} is not what the run was trained on: ${describeSource(source)}`;
  const entries = fields.map(
    (field) => [`data.${name}.${field}`, { ...recordLines(columns[field]!), complaint }] as const,
  );
  return { ...found, record: Object.fromEntries(entries) };
}

function takeFold(source: LabelledSource, { rows, labels }: LabelledRows): LabelledRows {
  if (source.kind === 'conll') return { rows, labels };
  const isOf = chooseRows(source);
  return { rows: rows.filter((_, i) => isOf(i)), labels: labels.filter((_, i) => isOf(i)) };
}

/** The labels of rows from the one numbered `first` on; a UserError names the row of a wrong one. */
export const parseLabels = <Label>(
  what: string,
  cells: readonly string[],
  parse: (cell: string, place: string) => Label,
  first = 0,
): Label[] => cells.map((cell, i) => parse(cell, `${what}: row ${first + i + 1}`));

/** A row, for scripts. */
export function describeRow(form: RowForm, row: Row): object {
  if (form === 'words') return { words: row };
  return { text: row[0], ...(form === 'pair' && { pair: row[1] }) };
}
