// The right of one training to write into a run's folder, and the order in which a run comes to be there, so that a
// crash at any instant leaves a folder that the next training understands:
//   .starting   a new run that is being made; worth nothing
//   .started    a new run that is whole. The run that was there is removed, its config last; then the parts of the new
//               one are moved up, its config last. The next to claim the folder does what remains.
import { basename, join } from 'node:path';
import { ensureDir, isFile, listFolder, move, parseTemporary, remove, removeIfEmpty } from '../util/files.ts';
import { LockFile } from '../util/lock-file.ts';
import { isRunning } from '../util/processes.ts';
import { RUN_FOLDERS, RunFolder } from './run-folder.ts';

export class Claim {
  readonly #folder: RunFolder;
  readonly #lock: LockFile;
  /** The folders that were made, the run's first and then those above it. */
  readonly #made: readonly string[];

  private constructor(folder: RunFolder, lock: LockFile, made: readonly string[]) {
    this.#folder = folder;
    this.#lock = lock;
    this.#made = made;
  }

  /** Makes the folder and clears up after trainings that were cut off; a UserError while another is at work there. */
  static take(folder: RunFolder): Claim {
    const made = ensureDir(folder.path).reverse();
    const claim = new Claim(folder, LockFile.take(folder.lock), made);
    try {
      claim.#clearUp();
      return claim;
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  /** Where to make a new run; what is in the folder stays as it is. */
  prepare(): RunFolder {
    const run = new RunFolder(this.#folder.starting);
    run.create();
    return run;
  }

  /** Puts the new run in the place of the one that was there. */
  establish(): void {
    move(this.#folder.starting, this.#folder.started);
    this.#moveUp();
  }

  /** Gives the folder back; what was made of it goes where no run has come of it. */
  release(): void {
    try {
      remove(this.#folder.starting);
    } finally {
      this.#lock.release();
    }
    for (const path of this.#made) if (!removeIfEmpty(path)) return;
  }

  #clearUp(): void {
    const { path, starting } = this.#folder;
    const isLeft = (name: string) => {
      const pid = parseTemporary(name)?.pid;
      return pid !== undefined && (pid === process.pid || !isRunning(pid));
    };
    for (const name of listFolder(path).filter((name) => this.#folder.isLeftover(name) && isLeft(name))) {
      remove(join(path, name));
    }
    for (const inner of RUN_FOLDERS.map((name) => join(path, name))) {
      for (const name of listFolder(inner).filter(isLeft)) remove(join(inner, name));
    }
    remove(starting);
    this.#moveUp();
  }

  #moveUp(): void {
    const { started, config } = this.#folder;
    const parts = this.#folder.parts();
    if (isFile(new RunFolder(started).config) && isFile(config)) parts.forEach(remove);
    const ready = new Set(listFolder(started));
    for (const part of parts.filter((part) => ready.has(basename(part)))) {
      remove(part);
      move(join(started, basename(part)), part);
    }
    removeIfEmpty(started);
  }
}
