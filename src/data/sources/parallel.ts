// Parallel text: two files whose lines correspond, or several such pairs one after another.
import { z } from 'zod';
import { UserError } from '../../util/errors.ts';
import { streamFile, streamLines } from '../../util/text.ts';
import { type ColumnStream, paths } from './source.ts';

export const parallelSchema = z
  .strictObject({ kind: z.literal('parallel'), src: paths, tgt: paths })
  .refine(({ src, tgt }) => src.length === tgt.length, {
    error: 'give src and tgt with equally many files: they are read in pairs',
  });
export type ParallelConfig = z.output<typeof parallelSchema>;

/** A UserError for an unreadable file, invalid UTF-8 or unequal line counts. */
export async function* readParallel({
  src,
  tgt,
}: Pick<ParallelConfig, 'src' | 'tgt'>): ColumnStream<'src' | 'tgt'> & AsyncGenerator {
  for (const [i, path] of src.entries()) yield* readPair(path, tgt[i]!);
}

async function* readPair(srcPath: string, tgtPath: string) {
  const [src, tgt] = [new LineReader(srcPath), new LineReader(tgtPath)];
  try {
    for (;;) {
      await src.fill();
      await tgt.fill();
      const count = Math.min(src.waiting, tgt.waiting);
      if (count === 0) break;
      yield { src: src.take(count), tgt: tgt.take(count) };
    }
    const [srcCount, tgtCount] = [await src.countAll(), await tgt.countAll()];
    if (srcCount !== tgtCount) {
      throw new UserError(
        `${srcPath} has ${srcCount} lines but ${tgtPath} has ${tgtCount}: parallel files need equal counts`,
      );
    }
  } finally {
    await src.close();
    await tgt.close();
  }
}

/** A file's lines, taken as many at a time as one likes. */
class LineReader {
  readonly #groups: AsyncGenerator<string[]>;
  #lines: string[] = [];
  #taken = 0;

  constructor(path: string) {
    this.#groups = streamLines(streamFile(path), path);
  }

  /** Lines that are read and not taken. */
  get waiting(): number {
    return this.#lines.length;
  }

  /** Reads on if nothing waits and the file has not ended. */
  async fill(): Promise<void> {
    if (this.#lines.length === 0) this.#lines = (await this.#groups.next()).value ?? [];
  }

  take(count: number): string[] {
    const lines = this.#lines.slice(0, count);
    this.#lines = this.#lines.slice(count);
    this.#taken += count;
    return lines;
  }

  /** Lines of the whole file; what is left of it is read and dropped. */
  async countAll(): Promise<number> {
    let count = this.#taken + this.#lines.length;
    for await (const lines of this.#groups) count += lines.length;
    return count;
  }

  async close(): Promise<void> {
    await this.#groups.return(undefined);
  }
}
