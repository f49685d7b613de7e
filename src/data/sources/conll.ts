// Sentences with a tag for each word, in the files of the CoNLL shared tasks: a word a line with its columns, an empty
// line after each sentence. Columns stand between tabs where a line has one, else between spaces.
import { z } from 'zod';
import { UserError } from '../../util/errors.ts';
import { streamFile, streamLines } from '../../util/text.ts';
import { type ColumnStream, paths } from './source.ts';

const column = z.int().min(0);

export const conllSchema = z.strictObject({
  kind: z.literal('conll'),
  files: paths,
  /** Columns by their number from 0. */
  word: column.default(0),
  tag: column.default(1),
  /** Lines that begin so are left out; `#` by default in .conllu files, elsewhere none are. */
  comment: z.string().min(1).optional(),
});
export type ConllConfig = z.output<typeof conllSchema>;

/** Between the words of a sentence, and between its tags: what neither can hold. */
export const BETWEEN = '\t';

/**
 * Sentences, each its words and its tags with BETWEEN between them. Left out are lines of -DOCSTART-, and of .conllu
 * files those that are no words of their own (`3-4`, `5.1`). A UserError names the file and the line of too few columns,
 * or of an empty word or tag.
 */
export async function* readConll({
  files,
  ...columns
}: Omit<ConllConfig, 'kind'>): ColumnStream<'words' | 'tags'> & AsyncGenerator {
  for (const path of files) yield* readFile(path, columns);
}

async function* readFile(
  path: string,
  { word, tag, comment }: Pick<ConllConfig, 'word' | 'tag' | 'comment'>,
): ColumnStream<'words' | 'tags'> & AsyncGenerator {
  const isUniversal = /\.conllu(\.gz)?$/.test(path);
  const mark = comment ?? (isUniversal ? '#' : undefined);
  let done = { words: [] as string[], tags: [] as string[] };
  let open = { words: [] as string[], tags: [] as string[] };
  const close = () => {
    if (open.words.length === 0) return;
    done.words.push(open.words.join(BETWEEN));
    done.tags.push(open.tags.join(BETWEEN));
    open = { words: [], tags: [] };
  };
  let line = 0;
  for await (const lines of streamLines(streamFile(path), path)) {
    for (const text of lines) {
      line++;
      if (mark !== undefined && text.startsWith(mark)) continue;
      const cells = text.includes('\t') ? text.split('\t') : text.split(' ').filter((cell) => cell !== '');
      if (text.trim() === '' || cells[0] === '-DOCSTART-') close();
      else if (!(isUniversal && /^\d+[-.]\d+$/.test(cells[0]!))) {
        open.words.push(cellOf(cells, word, 'word'));
        open.tags.push(cellOf(cells, tag, 'tag'));
      }
    }
    if (done.words.length > 0) yield done;
    done = { words: [], tags: [] };
  }
  close();
  if (done.words.length > 0) yield done;

  function cellOf(cells: readonly string[], column: number, what: string): string {
    const cell = cells[column]?.trim();
    if (cell !== undefined && cell !== '') return cell;
    const hint = cells[0]!.startsWith('#') ? 'comment: "#" leaves such lines out' : 'mend the line';
    const fault =
      cell === ''
        ? `the ${what} is empty`
        : `${cells.length === 1 ? '1 column' : `${cells.length} columns`} where ${column + 1} are needed`;
    throw new UserError(`${path}:${line}: ${fault}; ${hint}`);
  }
}
