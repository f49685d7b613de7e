// run.json: what made a run. Everything that a person needs to say how its figures came about, and to make them again:
// the program and what runs it, the machine, the command, where each setting was written, the data, and each time that
// the run was trained on.
import { readProvenance } from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { onnxruntimeVersion } from '../runtime/version.ts';
import { writeFileAtomic } from '../util/files.ts';
import { describeMachine } from '../util/machine.ts';
import { packageVersion } from '../util/package.ts';
import type { StoredRecord } from './data-record.ts';

/** How a training was asked for. */
export interface Request {
  /** The command line, as it can be pasted. */
  command: string;
  /** Where each setting was written, by its path; those that are not here are defaults. */
  origins: Readonly<Record<string, string>>;
}

/** How a time of training ended: it is `running` while it goes on, and after a crash. */
export type Ending = 'running' | 'finished' | 'interrupted' | 'failed';

interface Session {
  command: string;
  started: string;
  ended?: string;
  ending: Ending;
  /** The last update before, and the last one stored. */
  fromStep: number;
  toStep: number;
  tx: string;
  onnxruntime: string;
  machine: ReturnType<typeof describeMachine>;
  threads: number;
  /** Processes that trained together, where there were several. */
  ranks?: number;
  seed: number;
}

/** What a model takes. */
interface Sizes {
  parameters: number;
  /** See System. */
  kvBytesPerToken: number | undefined;
}

export class Provenance {
  readonly #session: Session;
  readonly #rest: { config: Request['origins']; data: StoredRecord; sizes: Sizes };
  /** Of a run that goes on, the times before. */
  readonly #before: readonly unknown[];

  constructor(
    request: Request,
    given: { threads: number; ranks?: number; seed: number; step: number; data: StoredRecord; sizes: Sizes },
    earlier: RunFolder | undefined,
  ) {
    const { threads, ranks = 1, seed, step, data, sizes } = given;
    this.#before = earlier === undefined ? [] : (readProvenance(earlier)?.sessions ?? []);
    this.#rest = { config: request.origins, data, sizes };
    this.#session = {
      command: request.command,
      started: new Date().toISOString(),
      ending: 'running',
      fromStep: step,
      toStep: step,
      tx: packageVersion(),
      onnxruntime: onnxruntimeVersion(),
      machine: describeMachine(),
      threads,
      ...(ranks > 1 && { ranks }),
      seed,
    };
  }

  /** Writes the file into a run's folder. */
  write(folder: RunFolder): void {
    const { config, data, sizes } = this.#rest;
    const all = { ...sizes, data, config, sessions: [...this.#before, this.#session] };
    writeFileAtomic(folder.provenance, `${JSON.stringify(all, null, 2)}\n`);
  }

  /** Writes how it ended, at an update. */
  end(folder: RunFolder, ending: Ending, step: number): void {
    Object.assign(this.#session, { ending, ended: new Date().toISOString(), toStep: step });
    this.write(folder);
  }
}
