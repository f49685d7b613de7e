// Columns of JSON Lines: an object a line, whose keys are the columns' names.
import { UserError } from '../../util/errors.ts';
import { streamFile, streamLines } from '../../util/text.ts';
import { type ColumnStream, type Columns, joinLines } from './source.ts';

/**
 * The values of the keys as text: texts as they are, numbers and truth values as JSON writes them, and so are lists of
 * these. Lines without text are passed over. A UserError names the file and the line of what is no object, lacks a key
 * or has something else under it.
 */
export async function* readJsonLines<Field extends string>(
  path: string,
  keys: Readonly<Record<Field, string>>,
): ColumnStream<Field> & AsyncGenerator {
  const fields = Object.keys(keys) as Field[];
  let line = 0;
  for await (const lines of streamLines(streamFile(path), path)) {
    const group = fields.map((): string[] => []);
    for (const text of lines) {
      line++;
      if (text.trim() === '') continue;
      const row = parseObject(text, `${path}:${line}`);
      for (const [f, field] of fields.entries()) group[f]!.push(cellOf(row, keys[field], `${path}:${line}`));
    }
    yield Object.fromEntries(fields.map((field, f) => [field, group[f]!])) as Columns<Field>;
  }
}

function parseObject(text: string, place: string): Record<string, unknown> {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
  throw new UserError(`${place}: is no JSON object; a line is one, such as {"text": "…", "label": "…"}`);
}

function cellOf(row: Record<string, unknown>, key: string, place: string): string {
  if (!Object.hasOwn(row, key)) {
    throw new UserError(`${place}: no key ${key}; the keys are ${Object.keys(row).join(', ').slice(0, 200)}`);
  }
  const value = row[key];
  if (isPlain(value)) return joinLines(String(value));
  if (Array.isArray(value) && value.every(isPlain)) return JSON.stringify(value.map(String));
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list of lists or objects' : 'an object';
  throw new UserError(`${place}: ${key} is ${kind}; a text, a number or a list of these is needed`);
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
