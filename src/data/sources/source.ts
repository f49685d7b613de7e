// What all sources of data share: a split's place in the config, `data.train: { kind: parallel, src: a.en, tgt: a.de }`,
// and its text as it is read: group by group, so that it may be larger than memory.
import { z } from 'zod';

/** One file, or several that are read one after another; .gz is unpacked. */
export const paths = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** Texts that belong together row by row, under the names of their fields: `{ src: [...], tgt: [...] }`. */
export type Columns<Field extends string> = Record<Field, string[]>;

/** Lines that belong together. */
export type ParallelText = Columns<'src' | 'tgt'>;

/** Columns as they are read, in groups of any number of rows. */
export type ColumnStream<Field extends string> = AsyncIterable<Columns<Field>>;

/** All of a stream. */
export async function collectColumns<Field extends string>(
  stream: ColumnStream<Field>,
  fields: readonly Field[],
): Promise<Columns<Field>> {
  const groups: Columns<Field>[] = [];
  for await (const group of stream) groups.push(group);
  const entries = fields.map((field) => [field, groups.flatMap((group) => group[field])] as const);
  return Object.fromEntries(entries) as Columns<Field>;
}

/** A cell's text on one line. */
export const joinLines = (cell: string): string => (cell.includes('\n') ? cell.replace(/\r?\n/g, ' ') : cell);
