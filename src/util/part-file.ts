// A file that is written bit by bit and has its name only once it is whole: until then it is NAME.part, which stays
// where the work ends early, up to the last piece that was written whole.
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { FileError } from './errors.ts';
import { attempt, fileExists, isFile, isFolder } from './files.ts';

export class PartFile {
  readonly path: string;
  /** Where the pieces are so far; the file's own path where that is no regular file, such as a pipe. */
  readonly part: string;
  readonly #target: string;
  readonly #file: number;
  readonly #isRegular: boolean;
  #length = 0;

  /** A FileError where the file cannot be written, or a part of it is left from work that ended early. */
  constructor(path: string) {
    this.path = path;
    if (isFolder(path)) throw new FileError(`${path}: is a directory`);
    const exists = fileExists(path);
    // Through a symbolic link, so that the link stays and its target is replaced.
    this.#target = exists ? attempt(path, () => realpathSync(path)) : path;
    const isOther = exists && !isFile(path);
    this.part = isOther ? path : `${this.#target}.part`;
    if (!isOther && fileExists(this.part)) {
      throw new FileError(`${this.part}: is left from work that was interrupted; move or remove it`);
    }
    this.#file = attempt(path, () => openSync(this.part, isOther ? 'w' : 'wx'));
    this.#isRegular = attempt(path, () => fstatSync(this.#file)).isFile();
  }

  /** Adds a piece, whole or not at all. */
  append(piece: string): void {
    const bytes = Buffer.from(piece);
    attempt(this.part, () => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      } catch (error) {
        if (this.#isRegular) ftruncateSync(this.#file, this.#length);
        throw error;
      }
    });
    this.#length += bytes.length;
  }

  /** Gives the file its name. */
  finish(): void {
    attempt(this.path, () => {
      if (this.#isRegular) fsyncSync(this.#file);
      closeSync(this.#file);
      if (this.part !== this.path) renameSync(this.part, this.#target);
    });
  }

  /** Ends early: the part stays, unless nothing is in it. */
  leave(): void {
    attempt(this.part, () => {
      closeSync(this.#file);
      if (this.#length === 0 && this.part !== this.path) rmSync(this.part, { force: true });
    });
  }
}
