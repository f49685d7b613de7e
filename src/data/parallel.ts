// Parallel text: two files, plain or gzipped, whose lines correspond. Lines end at \n alone (sentences may hold
// U+0085 or U+2028); one \r before it and a byte order mark at the start of the file are dropped.
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../util/errors.ts';

export interface ParallelText {
  src: string[];
  tgt: string[];
}

const NEWLINE = 0x0a;
/** Bytes decoded at once, well under the longest string that Node can hold. */
const BLOCK = 1 << 24;

/** Reads file pairs one after another. A UserError for an unreadable file, invalid UTF-8 or unequal line counts. */
export function readParallel(srcPaths: readonly string[], tgtPaths: readonly string[]): ParallelText {
  if (srcPaths.length !== tgtPaths.length) {
    throw new UserError(
      `${srcPaths.length} source files but ${tgtPaths.length} target files: list them in pairs`,
    );
  }
  const pairs = srcPaths.map((srcPath, i) => {
    const tgtPath = tgtPaths[i]!;
    const src = readLines(srcPath);
    const tgt = readLines(tgtPath);
    if (src.length !== tgt.length) {
      throw new UserError(
        `${srcPath} has ${src.length} lines but ${tgtPath} has ${tgt.length}: parallel files need equal counts`,
      );
    }
    return { src, tgt };
  });
  return { src: pairs.flatMap(({ src }) => src), tgt: pairs.flatMap(({ tgt }) => tgt) };
}

/** The lines of a text file, unpacked if its name ends in .gz. A UserError names the file, and the line of a bad byte. */
export function readLines(path: string): string[] {
  const file = readBytes(path);
  if (file.length === 0) return [];
  // A newline ends the last line rather than starting an empty one.
  const bytes = file.at(-1) === NEWLINE ? file.subarray(0, -1) : file;
  const lines: string[] = [];
  for (let start = 0; ; ) {
    const newline = bytes.indexOf(NEWLINE, Math.min(start + BLOCK, bytes.length));
    const block = bytes.subarray(start, newline < 0 ? bytes.length : newline);
    if (!isUtf8(block)) {
      const line = lines.length + findInvalidLine(block);
      throw new UserError(`${path}:${line}: not valid UTF-8; convert the file to UTF-8`);
    }
    const text = block.toString('utf8');
    const hasMark = start === 0 && text.startsWith('\ufeff');
    for (const line of (hasMark ? text.slice(1) : text).split('\n')) {
      lines.push(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    if (newline < 0) return lines;
    start = newline + 1;
  }
}

/** A file's bytes, unpacked if its name ends in .gz. A UserError names the file. */
export function readBytes(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`${path}: no such file`);
    throw new UserError(`${path}: cannot be read (${code ?? (error as Error).message})`);
  }
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new UserError(`${path}: cannot be unpacked (${(error as Error).message})`);
  }
}

/** The 1-based line within a block that holds the first invalid sequence. */
export function findInvalidLine(block: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const newline = block.indexOf(NEWLINE, start);
    const end = newline < 0 ? block.length : newline;
    if (newline < 0 || !isUtf8(block.subarray(start, end))) return line;
    start = end + 1;
  }
}
