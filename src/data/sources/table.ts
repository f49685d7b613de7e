// Columns of tables. `.csv`: commas, quotes and line breaks in cells as in RFC 4180. `.tsv` and `.txt`: tabs and nothing
// else, so that a quote is a character, and lines as in any text. `.jsonl`: see json-lines.ts.
import type { CsvError } from 'csv-parse/sync';
import { z } from 'zod';
import { UserError } from '../../util/errors.ts';
import { formatBytes } from '../../util/format.ts';
import { streamFile, streamLines } from '../../util/text.ts';
import { readJsonLines } from './json-lines.ts';
import { type ColumnStream, type Columns, joinLines, paths } from './source.ts';

/** A column by its name in the first line, or by its number from 0 in a table without such a line. */
const column = z.union([z.string().min(1), z.int().min(0)]);
export type Column = z.output<typeof column>;

/**
 * The source `{ kind: table, files, FIELD: column, … }`, with fields that must be given and fields that may be, and a
 * task's own settings beside them; all columns are names, or all are numbers.
 */
export function tableSchema<
  Field extends string,
  Optional extends string = never,
  Own extends z.ZodRawShape = Record<never, never>,
>(fields: readonly [Field, ...Field[]], optional: readonly Optional[] = [], own: Own = {} as Own) {
  const all = [...fields, ...optional];
  const columns = {
    ...Object.fromEntries(fields.map((field) => [field, column])),
    ...Object.fromEntries(optional.map((field) => [field, column.optional()])),
  } as unknown as Record<Field, typeof column> & Record<Optional, z.ZodOptional<typeof column>>;
  const given = (table: object) =>
    all.filter((field) => (table as Record<string, unknown>)[field] !== undefined);
  return z
    .strictObject({ kind: z.literal('table'), files: paths, ...columns, ...own })
    .refine(
      (table) =>
        new Set(given(table).map((field) => typeof (table as Record<string, unknown>)[field])).size === 1,
      {
        path: [fields.at(-1)!],
        error: ({ input }) => `give ${given(input as object).join(' and ')} all as names or all as numbers`,
      },
    );
}

/** A row's cells, and the line of the file that it begins in. */
interface TableRow {
  cells: string[];
  line: number;
}

type Reader = (path: string) => AsyncIterable<TableRow[]>;

const formats: Readonly<Record<string, Reader>> = { csv: readCommas, tsv: readTabs, txt: readTabs };
const JSON_LINES = 'jsonl';

/**
 * The columns of tables that are read one after another; a line break inside a cell becomes a space. A UserError names
 * the file, and the line of a bad byte, an unbalanced quote, a row with too few columns or a first line without the
 * named one, and what readJsonLines finds.
 */
export async function* readTables<Field extends string>(
  files: readonly string[],
  columns: Readonly<Record<Field, Column>>,
): ColumnStream<Field> & AsyncGenerator {
  for (const path of files) yield* readTable(path, columns);
}

async function* readTable<Field extends string>(
  path: string,
  columns: Readonly<Record<Field, Column>>,
): AsyncGenerator<Columns<Field>> {
  const ending = /\.(\w+)(?:\.gz)?$/.exec(path)?.[1] ?? '';
  const fields = Object.keys(columns) as Field[];
  const wanted = fields.map((field) => columns[field]);
  if (ending === JSON_LINES) {
    if (wanted.some((x) => typeof x === 'number'))
      throw new UserError(`${path}: its columns have names, no numbers: give the keys of its objects`);
    yield* readJsonLines(path, columns as Readonly<Record<Field, string>>);
    return;
  }
  if (!Object.hasOwn(formats, ending)) {
    const endings = [...Object.keys(formats), JSON_LINES].map((one) => `.${one}`).join(', ');
    throw new UserError(`${path}: a table's name ends in one of ${endings}, or one of them and .gz`);
  }
  let places = wanted.every((x) => typeof x === 'number') ? wanted : undefined;
  for await (const rows of formats[ending]!(path)) {
    const group = fields.map((): string[] => []);
    for (const { cells, line } of rows) {
      if (places === undefined) {
        places = wanted.map((name) => findColumn(path, cells, String(name)));
        continue;
      }
      const needed = Math.max(...places) + 1;
      if (cells.length < needed) {
        throw new UserError(
          `${path}:${line}: ${count(cells.length)} where ${needed} are needed; mend or remove the row`,
        );
      }
      for (const [f, place] of places.entries()) group[f]!.push(joinLines(cells[place]!));
    }
    yield Object.fromEntries(fields.map((field, f) => [field, group[f]!])) as Columns<Field>;
  }
  if (places === undefined) throw new UserError(`${path}:1: no line with the columns' names`);
}

async function* readTabs(path: string): AsyncGenerator<TableRow[]> {
  let line = 1;
  for await (const lines of streamLines(streamFile(path), path)) {
    yield lines.map((text) => ({ cells: text.split('\t'), line: line++ }));
  }
}

/** Most characters of a row: a quote that is never closed must not fill the memory. */
const MAX_ROW = 16_000_000;

/** A row ends with the first line up to which its quotes are even in number. */
async function* readCommas(path: string): AsyncGenerator<TableRow[]> {
  // Most trainings read no such table.
  const { CsvError, parse } = await import('csv-parse/sync');
  let line = 1;
  let begun: string[] = [];
  let characters = 0;
  let isOpen = false;
  const parseRows = (lines: readonly string[]): TableRow[] => {
    const rows: TableRow[] = [];
    try {
      parse(lines.map((text) => `${text}\n`).join(''), {
        recordDelimiter: ['\n'],
        relaxColumnCount: true,
        onRecord: (cells: string[]): undefined => {
          rows.push({ cells, line });
          line += countLines(cells);
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      throw new UserError(`${path}:${line}: ${explain(error)}`);
    }
    return rows;
  };
  for await (const lines of streamLines(streamFile(path), path)) {
    let whole = 0;
    for (const text of lines) {
      begun.push(text);
      if (text.split('"').length % 2 === 0) isOpen = !isOpen;
      characters = isOpen ? characters + text.length + 1 : 0;
      if (!isOpen) whole = begun.length;
      if (characters > MAX_ROW) {
        parseRows(begun.slice(0, whole));
        const limit = formatBytes(MAX_ROW);
        throw new UserError(`${path}:${line}: a quote of this row is not closed within ${limit}; close it`);
      }
    }
    if (whole === 0) continue;
    const rows = parseRows(begun.slice(0, whole));
    begun = begun.slice(whole);
    if (rows.length > 0) yield rows;
  }
  const rest = parseRows(begun);
  if (rest.length > 0) yield rest;
}

/** Lines of the file that a row takes. */
const countLines = (cells: readonly string[]): number =>
  cells.reduce((lines, cell) => lines + cell.split('\n').length - 1, 1);

function findColumn(path: string, names: string[], name: string): number {
  const found = names.indexOf(name);
  if (found < 0) throw new UserError(`${path}:1: no column ${name}; the columns are ${names.join(', ')}`);
  return found;
}

const count = (columns: number): string => (columns === 1 ? '1 column' : `${columns} columns`);

function explain({ code, message }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote of this row is not closed; close it, and write quotes inside a cell twice';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'text after a closing quote; write quotes inside a cell twice';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote in the middle of a cell; quote the whole cell and write quotes inside it twice';
    default:
      return message;
  }
}
