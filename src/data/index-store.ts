// The folder of files that text larger than memory is encoded into. A file's name is the checksum of all that decides
// its content, so what is there is right or damaged, never out of date; whatever is removed is made anew.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { removeLeftOvers } from '../util/binary-writer.ts';
import { FileError, UserError } from '../util/errors.ts';
import { ensureDir, fileExists, isWritable } from '../util/files.ts';
import { corporaFolder } from './known-corpora.ts';
import { type ItemSize, RowFile, RowFileWriter } from './row-file.ts';

/** Whether encoded text is kept for later trainings; by default where it is larger than what memory should hold. */
export const indexSchema = z.boolean().optional();

export interface Storage {
  /** Bytes of source files from which on text is not held in memory. */
  memoryBytes: number;
  /** Of the index. */
  folder: string;
}

/** The same storage with an index for any text, or for none, where a config says so (`data.index`). */
export const withIndex = (storage: Storage, index: boolean | undefined): Storage =>
  index === undefined ? storage : { ...storage, memoryBytes: index ? 0 : Number.POSITIVE_INFINITY };

/** Where commands keep it: beside the corpora. */
export const defaultStorage = (env: Readonly<Record<string, string | undefined>> = process.env): Storage => ({
  memoryBytes: 64_000_000,
  folder: join(corporaFolder(env), 'index'),
});

export class IndexStore {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  /** Whether files stay; otherwise they end with the process. */
  readonly #isKept: boolean;

  constructor(folder: string, warn: (message: string) => void) {
    this.#warn = warn;
    this.#isKept = makeWritable(folder);
    this.#folder = this.#isKept ? folder : tmpdir();
    if (this.#isKept) removeLeftOvers(folder);
    else warn(`${folder}: cannot be written to, so text is indexed anew with each start, in ${tmpdir()}`);
  }

  /** The rows of this name, or undefined where there are none that are sound. */
  find(name: string): RowFile | undefined {
    const path = join(this.#folder, name);
    if (!this.#isKept || !fileExists(path)) return undefined;
    try {
      return RowFile.open(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#warn(`${error.message}; it is made anew`);
      return undefined;
    }
  }

  /** Begins rows, to be ended with `finish`. */
  begin(name: string, itemSize: ItemSize): RowFileWriter {
    return new RowFileWriter(join(this.#folder, name), itemSize);
  }

  /** The rows, under their name where files stay. */
  finish(writer: RowFileWriter, about: unknown): RowFile {
    return this.#isKept ? writer.finish(about) : writer.finishTemporary();
  }
}

function makeWritable(folder: string): boolean {
  try {
    ensureDir(folder);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
  return isWritable(folder);
}
