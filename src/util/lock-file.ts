// A lock that only one process has at a time: a file that says who. It needs no refreshing, so it holds while the
// event loop stands still, and a lock whose process has ended, or that was copied with its folder, is taken over.
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { UserError } from './errors.ts';
import { attempt, temporaryPath } from './files.ts';
import { isRunning, processIdentity } from './processes.ts';

interface Holder {
  pid: number;
  host: string;
  /** When the process began, as the system has it, which tells it from a later one of the same number. */
  process: string | null;
  since: string;
  /** Of the lock file itself, which tells it from a copy. */
  inode: number;
}

export class LockFile {
  readonly #path: string;
  readonly #inode: number;

  private constructor(path: string, inode: number) {
    this.#path = path;
    this.#inode = inode;
    process.on('exit', this.release);
  }

  /** Makes the file. A UserError where another process has the lock: who, and what to do. */
  static take(path: string): LockFile {
    const whole = temporaryPath(path);
    return attempt(path, () => {
      try {
        const inode = writeHolder(whole, 'w');
        for (;;) {
          const taken = place(whole, path, inode);
          if (taken !== undefined) return new LockFile(path, taken);
          removeStale(path);
        }
      } finally {
        rmSync(whole, { force: true });
      }
    });
  }

  /** Removes the file, as the end of the process does; a file that another has put there stays. */
  readonly release = (): void => {
    process.off('exit', this.release);
    try {
      if (statSync(this.#path).ino === this.#inode) rmSync(this.#path);
    } catch {
      // The next to come finds that this process has ended.
    }
  };
}

/** Whether a process has the lock, or may have it: on another machine, or where the file says nothing. */
export function isHeld(path: string): boolean {
  const found = readHolder(path);
  if (found?.holder === undefined) return found !== undefined;
  const { holder, inode } = found;
  if (inode !== holder.inode) return false;
  return holder.host !== hostname() || isRunning(holder.pid, holder.process);
}

function writeHolder(path: string, flags: 'w' | 'wx'): number {
  const file = openSync(path, flags);
  try {
    const { ino: inode } = fstatSync(file);
    const { pid } = process;
    const holder: Holder = {
      pid,
      host: hostname(),
      process: processIdentity(pid) ?? null,
      since: new Date().toISOString(),
      inode,
    };
    writeSync(file, `${JSON.stringify(holder)}\n`);
    return inode;
  } finally {
    closeSync(file);
  }
}

/** Puts the whole file where the lock is if none is there, and gives its inode. */
function place(whole: string, path: string, inode: number): number | undefined {
  const unlessThere = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return undefined;
      throw error;
    }
  };
  try {
    return unlessThere(() => {
      linkSync(whole, path);
      return inode;
    });
  } catch {
    // A file system without links: a crash between the two steps leaves a file that says nothing.
    return unlessThere(() => writeHolder(path, 'wx'));
  }
}

/** Makes way if the lock's process has ended; a UserError where it has not, or may not have. */
function removeStale(path: string): void {
  const found = readHolder(path);
  if (found === undefined) return;
  const { holder, inode } = found;
  if (holder === undefined) {
    throw new UserError(
      `${path}: says nothing of who has made it; if no tx train is at work here, remove it`,
    );
  }
  const who = `process ${holder.pid} has been at work here since ${holder.since}`;
  if (inode === holder.inode && holder.host !== hostname()) {
    throw new UserError(`${path}: on ${holder.host}, ${who}; if it has ended, remove this file`);
  }
  if (inode === holder.inode && isRunning(holder.pid, holder.process)) {
    throw new UserError(`${path}: ${who}; wait for its end, or stop it first`);
  }
  // Renamed first: of two processes that find it stale, one gets it.
  const aside = temporaryPath(`${path}.stale`);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  // The other was faster and its lock, a live one, is what was renamed.
  if (statSync(aside).ino !== inode) linkSync(aside, path);
  rmSync(aside);
}

function readHolder(path: string): { holder: Holder | undefined; inode: number } | undefined {
  try {
    const inode = statSync(path).ino;
    return { holder: parseHolder(readFileSync(path, 'utf8')), inode };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    const isSound = Number.isSafeInteger(holder.pid) && holder.pid > 0 && typeof holder.host === 'string';
    return isSound ? holder : undefined;
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
