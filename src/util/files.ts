// Whole text files in, whole files out. Every failure of the file system becomes one line that names the path.
import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from './errors.ts';
import { formatBytes } from './format.ts';

/** A file's text, which must be valid UTF-8 and at most `maxBytes` long; a byte order mark is kept. */
export function readTextFile(path: string, { maxBytes = Infinity } = {}): string {
  return decodeUtf8(
    attempt(path, () => readUpTo(path, maxBytes)),
    path,
  );
}

/** The text of UTF-8 bytes; `name` is what an error calls them. */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  if (!isUtf8(bytes)) throw new UserError(`${name}:${firstBadLine(bytes)}: not valid UTF-8`);
  return attempt(name, () => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

/** The lines of a text: split at `\n` alone, a `\r` before it dropped; a last line needs no `\n`. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/**
 * Puts `data` at `path` so that a reader, or a crash, meets the old file or the new one and nothing between:
 * a temporary file beside it, fsync, rename. What is not a regular file (a pipe, /dev/null) is written straight.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Iterable<Uint8Array>): void {
  const chunks = typeof data === 'string' ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data;
  const existing = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (existing?.isDirectory()) throw new UserError(`${path}: is a directory`);
  if (existing && !existing.isFile()) {
    attempt(path, () => writeChunks(path, 'w', chunks));
    return;
  }
  // Through a symbolic link, so that the link stays and its target is replaced.
  const target = existing ? attempt(path, () => realpathSync(path)) : path;
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${process.pid}.tmp`);
  attempt(path, () => {
    try {
      writeChunks(temporary, 'w', chunks);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Makes the folder and those above it, where they are missing. */
export function ensureDir(path: string): void {
  attempt(path, () => mkdirSync(path, { recursive: true }));
}

/** Whether something that can be read as a file lies at `path`: not a directory. */
export function fileExists(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function readUpTo(path: string, maxBytes: number): Uint8Array {
  if (maxBytes === Infinity) return readFileSync(path);
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const limit = formatBytes(maxBytes);
    if (size > maxBytes) throw new UserError(`${path}: is ${formatBytes(size)}; at most ${limit} are read`);
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, buffer.length - length, null);
      if (count === 0) return buffer.subarray(0, length);
      length += count;
      if (length > maxBytes) throw new UserError(`${path}: is larger than ${limit}`);
    }
  } finally {
    closeSync(file);
  }
}

function writeChunks(path: string, flags: string, chunks: Iterable<Uint8Array>): void {
  const file = openSync(path, flags);
  try {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    }
    if (fstatSync(file).isFile()) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** 1-based; UTF-8 never has the byte of `\n` inside a character, so lines can be judged one by one. */
function firstBadLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'exists and is not a directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many open files',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'no such device',
  EIO: 'the device failed',
  ERR_INVALID_ARG_VALUE: 'not a valid path',
  ERR_FS_FILE_TOO_LARGE: 'is too large to be read whole',
  ERR_STRING_TOO_LONG: 'is too large to be read whole',
};

/** Runs `act`; a failure of the file system becomes a UserError about `path`. */
function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
    if (reason === undefined) throw error;
    throw new UserError(`${path.replaceAll('\0', '\\0')}: ${reason}`);
  }
}
