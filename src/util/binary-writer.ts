// A file of bytes that is written in pieces and has its name only once it is whole. Until then it is a temporary file
// beside it, of a name of its own, so that several may make the same file at once: the last stays.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, inspect, isFile, listFolder, parseTemporary, remove, temporaryPath } from './files.ts';
import { isRunning } from './processes.ts';

export class BinaryWriter {
  readonly path: string;
  /** Where the bytes are so far. */
  readonly temporary: string;
  readonly #file: number;
  #length = 0;
  #isOpen = true;

  constructor(path: string) {
    this.path = path;
    this.temporary = temporaryPath(`${path}.${randomBytes(6).toString('hex')}`);
    this.#file = attempt(path, () => openSync(this.temporary, 'wx'));
  }

  append(bytes: Uint8Array): void {
    this.writeAt(this.#length, bytes);
    this.#length += bytes.length;
  }

  writeAt(position: number, bytes: Uint8Array): void {
    attempt(this.path, () => {
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(this.#file, bytes, at, bytes.length - at, position + at);
      }
    });
  }

  /** Gives the file its name. */
  finish(): void {
    this.#isOpen = false;
    attempt(this.path, () => {
      fsyncSync(this.#file);
      closeSync(this.#file);
      try {
        renameSync(this.temporary, this.path);
      } catch (error) {
        rmSync(this.temporary, { force: true });
        // Windows replaces no file that another process has open; what is made twice is the same.
        if (!isFile(this.path)) throw error;
      }
    });
  }

  /** Ends without a name: the temporary file stays for whoever reads it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    attempt(this.path, () => closeSync(this.#file));
  }

  /** Ends early: nothing stays. May follow another end. */
  abandon(): void {
    this.close();
    remove(this.temporary);
  }
}

/** Something is written again and again to a file that is being made; a machine's processes are known to itself alone. */
const STALE_MS = 3_600_000;

/** Removes what processes that have ended left of files that they were making in a folder. */
export function removeLeftOvers(folder: string): void {
  for (const name of listFolder(folder)) {
    const made = parseTemporary(name);
    const path = join(folder, name);
    const age = Date.now() - (inspect(path)?.mtimeMs ?? Date.now());
    if (made !== undefined && age > STALE_MS && !isRunning(made.pid)) remove(path);
  }
}
