// The ranks of an MPI job as a group. Operations are begun and then tested until they end, between turns of the event
// loop: signals still come through, and a rank that waits for others can tell that it has waited too long.
import { UserError } from '../../util/errors.ts';
import { turn } from '../../util/turn.ts';
import type { Group } from '../group.ts';
import type { MpiLibrary, Request } from './library.ts';

/** Tests between two turns of the event loop. */
const TURN = 100;
/** After so long a wait the processor is left to others between two tests. */
const SPIN_MS = 500;
const SLEEP_MS = 1;
/** Tags are rising numbers, up to the largest that every MPI has. */
const TAGS = 32767;

export class MpiGroup implements Group {
  readonly rank: number;
  readonly size: number;
  readonly #mpi: MpiLibrary;
  readonly #limitMs: number;
  /** Where each rank runs, once that is known. */
  hosts: readonly string[] = [];
  #isWatched = false;
  #count = 0;

  /** Of a library that is initialized; a rank that keeps others waiting for `limitMs` ends the job. */
  constructor(mpi: MpiLibrary, limitMs: number) {
    this.#mpi = mpi;
    this.#limitMs = limitMs;
    this.rank = mpi.rank();
    this.size = mpi.size();
  }

  readonly sum = (values: Float32Array | Float64Array): Promise<void> => this.#wait(this.#mpi.sum(values));

  readonly broadcast = (values: Uint8Array | Float32Array): Promise<void> =>
    this.#wait(this.#mpi.broadcast(values));

  readonly exchange = (values: Uint16Array, received: Uint16Array): Promise<void> =>
    this.#wait(this.#mpi.exchange(values, received));

  readonly collect = (values: Uint8Array | Uint16Array): Promise<void> =>
    this.#wait(this.#mpi.collect(values));

  barrier(): Promise<void> {
    return this.#wait(this.#mpi.barrier());
  }

  watch(): void {
    this.#isWatched = true;
  }

  nameOf(rank: number): string {
    const host = this.hosts[rank];
    return host === undefined ? `rank ${rank}` : `rank ${rank} (${host})`;
  }

  /** Leaves the job in good order, together with all other ranks. */
  async leave(): Promise<void> {
    await this.barrier();
    this.#mpi.finalize();
  }

  /** Ends the processes of all ranks, this one among them. */
  abort(code: number): void {
    this.#mpi.abort(code);
  }

  /** A UserError that names the ranks waited for, where that takes too long. */
  async #wait(request: Request): Promise<void> {
    const tag = ++this.#count % TAGS;
    const since = performance.now();
    let hasTold = this.rank === 0;
    for (let tests = 1; !this.#mpi.test(request); tests++) {
      if (tests % TURN !== 0) continue;
      const waited = performance.now() - since;
      await (waited < SPIN_MS ? turn() : sleep(SLEEP_MS));
      if (waited >= SPIN_MS) tests = TURN - 1;
      if (!this.#isWatched) continue;
      // Rank 0 learns in time who is waiting as it is, and so who is not.
      if (!hasTold && waited > this.#limitMs / 10) {
        this.#mpi.tell(tag);
        hasTold = true;
      }
      // Rank 0 knows most, so it is the first to end the job.
      if (waited > this.#limitMs * (this.rank === 0 ? 1 : 1.1)) throw this.#late(tag);
    }
  }

  #late(tag: number): UserError {
    const others = Array.from({ length: this.size - 1 }, (_, i) => i + 1);
    const late = this.rank === 0 ? others.filter((rank) => !this.#mpi.hasTold(rank, tag)) : [0];
    const names = (late.length === 0 ? others : late).map((rank) => this.nameOf(rank)).join(', ');
    const minutes = Number((this.#limitMs / 60_000).toPrecision(3));
    return new UserError(
      `${names}: not heard of for ${minutes} minutes, so the job is ended; --resume goes on from what is stored, and \
--rank-timeout sets another limit`,
    );
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
