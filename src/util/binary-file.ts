// A regular file that is read in pieces, wherever they are. Failures name the file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from './errors.ts';
import { attempt, refuseIrregular } from './files.ts';
import { formatBytes } from './format.ts';

/** readSync counts in 32 bits. */
const MAX_READ = 1 << 30;

export class BinaryFile {
  readonly path: string;
  readonly size: number;
  readonly #file: number;

  constructor(path: string) {
    refuseIrregular(path);
    this.path = path;
    this.#file = attempt(path, () => openSync(path, 'r'));
    this.size = attempt(path, () => fstatSync(this.#file)).size;
  }

  /** `length` bytes from `position` on, in a buffer of their own. */
  read(position: number, length: number): ArrayBuffer {
    const bytes = this.#allocate(length);
    for (let at = 0; at < length; ) {
      const wanted = Math.min(MAX_READ, length - at);
      const count = attempt(this.path, () => readSync(this.#file, bytes, at, wanted, position + at));
      if (count === 0) throw new UserError(`${this.path}: ends too early; is it being written?`);
      at += count;
    }
    return bytes.buffer;
  }

  close(): void {
    closeSync(this.#file);
  }

  #allocate(length: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(length);
    } catch {
      throw new UserError(`${this.path}: ${formatBytes(length)} of it do not fit into memory`);
    }
  }
}
