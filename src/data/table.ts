// Parallel text in two columns of a table. `.csv`: commas, quotes and line breaks in cells as in RFC 4180. `.tsv` and
// `.txt`: tabs and nothing else, so that a quote is a character, and lines as in any text.
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../util/errors.ts';
import { readLines, readText } from '../util/text.ts';
import type { ParallelText } from './parallel.ts';

/** A column by its name in the first line, or by its number from 0 in a table without such a line. */
export type Column = string | number;

type OnRow = (cells: string[]) => void;

const formats: Readonly<Record<string, (path: string, onRow: OnRow) => void>> = {
  csv: readCommas,
  tsv: readTabs,
  txt: readTabs,
};

/**
 * The sentence pairs of a table's rows; a line break inside a cell becomes a space. The columns are both names or
 * both numbers. A UserError names the file, and the line of a bad byte, an unbalanced quote, a row with too few
 * columns or a first line without the named one.
 */
export function readTable(path: string, srcColumn: Column, tgtColumn: Column): ParallelText {
  const ending = /\.(\w+)(?:\.gz)?$/.exec(path)?.[1] ?? '';
  if (!Object.hasOwn(formats, ending))
    throw new UserError(`${path}: a table's name ends in .csv, .tsv or .txt, or one of them and .gz`);
  const text: ParallelText = { src: [], tgt: [] };
  let columns = typeof srcColumn === 'number' ? [srcColumn, Number(tgtColumn)] : undefined;
  let line = 1;
  formats[ending]!(path, (cells) => {
    if (columns === undefined) {
      columns = [srcColumn, tgtColumn].map((name) => findColumn(path, cells, String(name)));
    } else {
      const [src, tgt] = columns.map((column) => cells[column]);
      if (src === undefined || tgt === undefined) {
        const needed = Math.max(...columns) + 1;
        throw new UserError(
          `${path}:${line}: ${count(cells.length)} where ${needed} are needed; mend or remove the row`,
        );
      }
      text.src.push(joinLines(src));
      text.tgt.push(joinLines(tgt));
    }
    line += countLines(cells);
  });
  if (columns === undefined) throw new UserError(`${path}:1: no line with the columns' names`);
  return text;
}

/** Reads tables with the same columns one after another, each as readTable does. */
export function readTables(paths: readonly string[], srcColumn: Column, tgtColumn: Column): ParallelText {
  const tables = paths.map((path) => readTable(path, srcColumn, tgtColumn));
  return { src: tables.flatMap(({ src }) => src), tgt: tables.flatMap(({ tgt }) => tgt) };
}

function readTabs(path: string, onRow: OnRow): void {
  for (const line of readLines(path)) onRow(line.split('\t'));
}

function readCommas(path: string, onRow: OnRow): void {
  let line = 1;
  try {
    parse(readText(path), {
      recordDelimiter: ['\n', '\r\n'],
      relaxColumnCount: true,
      onRecord: (cells: string[]): undefined => {
        onRow(cells);
        line += countLines(cells);
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${path}:${line}: ${explain(error)}`);
  }
}

/** Lines of the file that a row takes. */
const countLines = (cells: readonly string[]): number =>
  cells.reduce((lines, cell) => lines + cell.split('\n').length - 1, 1);

function findColumn(path: string, names: string[], name: string): number {
  const column = names.indexOf(name);
  if (column < 0) throw new UserError(`${path}:1: no column ${name}; the columns are ${names.join(', ')}`);
  return column;
}

const count = (columns: number): string => (columns === 1 ? '1 column' : `${columns} columns`);

const joinLines = (cell: string): string => (cell.includes('\n') ? cell.replace(/\r?\n/g, ' ') : cell);

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
