// The batches of a rank, update by update. Those of the next may be drawn while the gradients of one are summed.
import type { Batch } from '../data/batch.ts';
import type { BatchSource, BatchState } from '../data/batches.ts';
import type { Group } from '../runtime/group.ts';
import type { Rng } from '../util/rng.ts';
import { turn } from '../util/turn.ts';
import type { TrainStep } from './train-step.ts';

export interface Share {
  /** Of an update's batches every size-th from the rank's number on. */
  batches: readonly Batch[];
  /** The place in the data behind all of the update's batches. */
  state: BatchState;
}

export class Shares {
  readonly #source: BatchSource;
  readonly #accumulate: number;
  readonly #group: Pick<Group, 'rank' | 'size'>;
  #ahead: Share | undefined;

  /** Of updates of `accumulate` batches. The source is no one else's from the first share on. */
  constructor(source: BatchSource, accumulate: number, group: Pick<Group, 'rank' | 'size'>) {
    this.#source = source;
    this.#accumulate = accumulate;
    this.#group = group;
  }

  /** That of the next update. */
  async next(): Promise<Share> {
    const share = await this.#draw();
    this.#ahead = undefined;
    return share;
  }

  /**
   * Draws it before its time, with the masks of its first batch, while this rank waits for others; their operations have
   * turns in between. Nothing where it waits for nobody.
   */
  async prepare(step: Pick<TrainStep, 'prepare'>, dropout: Rng): Promise<void> {
    if (this.#group.size === 1) return;
    const { batches } = await this.#draw();
    await step.prepare(batches[0]!, dropout, turn);
  }

  async #draw(): Promise<Share> {
    if (this.#ahead !== undefined) return this.#ahead;
    const { rank, size } = this.#group;
    const batches: Batch[] = [];
    for (let k = 0; k < this.#accumulate; k++) {
      if (k % size !== rank) this.#source.skip();
      else {
        if (size > 1) await turn();
        batches.push(this.#source.next());
      }
    }
    this.#ahead = { batches, state: this.#source.state() };
    return this.#ahead;
  }
}
