// Whole files out, folders. Every failure of the file system becomes one line that names the path.
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { FileError } from './errors.ts';

/**
 * Puts `data` at `path` so that a reader, or a crash, meets the old file or the new one and nothing between:
 * a temporary file beside it, fsync, rename. What is not a regular file (a pipe, /dev/null) is written straight.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Iterable<Uint8Array>): void {
  const chunks = typeof data === 'string' ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data;
  const existing = inspect(path);
  if (existing?.isDirectory()) throw new FileError(`${path}: is a directory`);
  if (existing && !existing.isFile()) {
    attempt(path, () => writeChunks(path, 'w', chunks));
    return;
  }
  // Through a symbolic link, so that the link stays and its target is replaced.
  const target = existing ? attempt(path, () => realpathSync(path)) : path;
  const temporary = temporaryPath(target);
  attempt(path, () => {
    try {
      writeChunks(temporary, 'w', chunks);
      renameSync(temporary, target);
    } catch (error) {
      try {
        rmSync(temporary, { force: true });
      } catch {
        // What failed first is what is told.
      }
      throw error;
    }
  });
}

/** Where a file is made before it is put at `path`: beside it, under a name that tells the process. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}.tmp`);
}

/** What a file of this name was made for, and by which process; undefined where temporaryPath did not make it. */
export function parseTemporary(name: string): { name: string; pid: number } | undefined {
  const [, of, pid] = /^\.(.+)\.([1-9]\d*)\.tmp$/.exec(name) ?? [];
  return of === undefined ? undefined : { name: of, pid: Number(pid) };
}

/** Writes at the end of a file, which need not be there. A failure may leave a part of `data`. */
export function appendFile(path: string, data: string | Uint8Array): void {
  attempt(path, () => writeChunks(path, 'a', [Buffer.from(data)]));
}

/** Copies a file, whole or not at all; a failure names the one of the two that it is about. */
export function copyFile(from: string, to: string): void {
  refuseIrregular(from);
  writeFileAtomic(to, readChunks(from));
}

/** Moves a file or a folder within a file system; what is at `to` is replaced, unless it is a folder with something in it. */
export function move(from: string, to: string): void {
  attempt(from, () => renameSync(from, to));
}

/** Removes a file, or a folder with all that is in it; nothing happens where nothing is there. */
export function remove(path: string): void {
  attempt(path, () => rmSync(path, { recursive: true, force: true }));
}

/** Removes a folder if it is there and nothing is in it, and says whether it is gone. */
export function removeIfEmpty(path: string): boolean {
  if (listFolder(path).length > 0) return false;
  attempt(path, () => isFolder(path) && rmdirSync(path));
  return true;
}

/** The names in a folder, or the paths below it, sorted; none where it is not there. */
export function listFolder(path: string, { recursive = false } = {}): string[] {
  if (!isFolder(path)) return [];
  return attempt(path, () => readdirSync(path, { recursive, encoding: 'utf8' })).sort();
}

/** Makes the folder and those above it, where they are missing, and gives those that it made, the uppermost first. */
export function ensureDir(path: string): string[] {
  // Node's own recursion never ends where a folder such as /proc says that it is not there.
  if (isFolder(path)) return [];
  const above = dirname(path) === path ? [] : ensureDir(dirname(path));
  attempt(path, () => {
    try {
      mkdirSync(path);
    } catch (error) {
      // Another process may have been faster.
      if (!isFolder(path)) throw error;
    }
  });
  return [...above, path];
}

/** A new folder among the system's temporary ones. */
export function makeTemporaryFolder(prefix: string): string {
  const path = join(tmpdir(), prefix);
  return attempt(path, () => mkdtempSync(path));
}

export const isFolder = (path: string): boolean => inspect(path)?.isDirectory() ?? false;

/** Whether a regular file is there. */
export const isFile = (path: string): boolean => inspect(path)?.isFile() ?? false;

/** Whether something that can be read as a file is there: a pipe too, but no folder. */
export function fileExists(path: string): boolean {
  const found = inspect(path);
  return found !== undefined && !found.isDirectory();
}

/** A FileError where something other than a regular file is there: a pipe would block, and a folder opens like a file. */
export function refuseIrregular(path: string): void {
  if (inspect(path)?.isFile() === false) throw new FileError(`${path}: is not a file`);
}

/** Whether two names are of one regular file, or of one that is not there yet. */
export const isSameFile = (one: string, other: string): boolean =>
  resolve(one) === resolve(other) || isSame(inspect(one), inspect(other));

/** Whether both are one regular file. */
export const isSame = (one: Stats | undefined, other: Stats | undefined): boolean =>
  one !== undefined && other?.isFile() === true && one.dev === other.dev && one.ino === other.ino;

/** What is there; undefined where nothing is, or can be below a file. */
export function inspect(path: string): Stats | undefined {
  return attempt(path, () => {
    try {
      return statSync(path);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  });
}

/** What the shell has put behind a stream of the process, where the stream tells. */
export function inspectStream(name: string, stream: object): Stats | undefined {
  const { fd } = stream as { fd?: unknown };
  return typeof fd === 'number' ? attempt(name, () => fstatSync(fd)) : undefined;
}

/** Whether a file may be written, or, where it is not there, made. */
export function isWritable(path: string): boolean {
  try {
    accessSync(inspect(path) === undefined ? dirname(path) : path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function* readChunks(path: string): Generator<Uint8Array> {
  const file = attempt(path, () => openSync(path, 'r'));
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const length = attempt(path, () => readSync(file, chunk));
      if (length === 0) return;
      yield chunk.subarray(0, length);
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

/** Where the system's own text says less. */
const REASONS: Record<string, string> = {
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'exists and is not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than a file may be here',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'no such device',
  EIO: 'the device failed',
  ERR_INVALID_ARG_VALUE: 'not a valid path',
  ERR_FS_FILE_TOO_LARGE: 'is too large to be read whole',
  ERR_STRING_TOO_LONG: 'is too large to be read whole',
};

/** What the system says, in words; undefined where the error is not the system's. */
export function systemReason(error: unknown): string | undefined {
  const { code, errno, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ''];
  return reason ?? (syscall === undefined ? undefined : getSystemErrorMap().get(errno ?? 0)?.[1]);
}

/** Runs `act`; a failure of the file system becomes a FileError about `path`. */
export function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new FileError(`${path.replaceAll('\0', '\\0')}: ${reason}`);
  }
}
