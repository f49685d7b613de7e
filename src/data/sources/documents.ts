// Running text, in documents.
import { z } from 'zod';
import { streamFile, streamLines } from '../../util/text.ts';
import { type ColumnStream, paths } from './source.ts';

/** What ends a document: a line without text, the end of each line, or the end of the file alone. */
export const documentEnds = ['blankLine', 'line', 'file'] as const;

export const documentsSchema = z.strictObject({
  kind: z.literal('documents'),
  files: paths,
  end: z.enum(documentEnds).default('blankLine'),
});
export type DocumentsConfig = z.output<typeof documentsSchema>;

/** Documents, each its lines with `\n` between them; those without text are left out. */
export async function* readDocuments({
  files,
  end,
}: Pick<DocumentsConfig, 'files' | 'end'>): ColumnStream<'text'> & AsyncGenerator {
  for (const path of files) yield* cutDocuments(streamLines(streamFile(path), path), end);
}

/** The same of lines that come in groups. */
export async function* cutDocuments(
  groups: AsyncIterable<readonly string[]>,
  end: DocumentsConfig['end'],
): ColumnStream<'text'> & AsyncGenerator {
  let open: string[] = [];
  const take = (): string[] => {
    const document = open.join('\n').trim();
    open = [];
    return document === '' ? [] : [document];
  };
  for await (const lines of groups) {
    const text: string[] = [];
    for (const line of lines) {
      if (end === 'line' || (end === 'blankLine' && line.trim() === '')) {
        if (end === 'line') open.push(line);
        text.push(...take());
      } else open.push(line);
    }
    if (text.length > 0) yield { text };
  }
  const last = take();
  if (last.length > 0) yield { text: last };
}
