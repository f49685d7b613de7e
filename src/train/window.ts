// Means over the updates since the last line of metrics; its sums are part of a training state.
import { z } from 'zod';
import type { StepResult } from './train-step.ts';

export interface WindowState {
  /** Sums over the target tokens of the updates that were made. */
  loss: number;
  nll: number;
  tokens: number;
  /** Sums over these updates. */
  norm: number;
  updates: number;
  /** Updates without a finite loss and gradient, which have no other part in this. */
  skipped: number;
  milliseconds: number;
}

const EMPTY: WindowState = { loss: 0, nll: 0, tokens: 0, norm: 0, updates: 0, skipped: 0, milliseconds: 0 };

const count = z.int().min(0);

/** Sums that are not finite are null in JSON: of such a window nothing is left. */
export const windowSchema = z
  .strictObject({
    loss: z.number().nullable(),
    nll: z.number().nullable(),
    tokens: count,
    norm: z.number().min(0).nullable(),
    updates: count,
    skipped: count.default(0),
    milliseconds: z.number().min(0),
  })
  .transform(({ loss, nll, norm, ...counts }): WindowState => {
    return loss === null || nll === null || norm === null ? { ...EMPTY } : { ...counts, loss, nll, norm };
  });

export class Window {
  readonly state: WindowState;
  #since = performance.now();

  /** Goes on from a stored state. */
  constructor(state: Readonly<WindowState> = EMPTY) {
    this.state = { ...state };
  }

  add({ loss, nll, tokens, gradientNorm, skipped }: StepResult): void {
    const now = performance.now();
    this.state.milliseconds += now - this.#since;
    this.#since = now;
    if (skipped) {
      this.state.skipped++;
      return;
    }
    this.state.loss += tokens * loss;
    this.state.nll += tokens * nll;
    this.state.tokens += tokens;
    this.state.norm += gradientNorm;
    this.state.updates++;
  }

  /** Leaves out the time since the last update. */
  restart(): void {
    this.#since = performance.now();
  }

  /** NaN where every update was skipped. */
  means() {
    const { loss, nll, tokens, norm, updates, skipped, milliseconds } = this.state;
    return {
      loss: loss / tokens,
      nll: nll / tokens,
      gradientNorm: norm / updates,
      skipped,
      tokensPerSecond: (1000 * tokens) / milliseconds,
    };
  }
}
