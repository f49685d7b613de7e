// Means over the updates since the last line of metrics; its sums are part of a training state.
import { z } from 'zod';
import type { Objective } from '../objectives/objective.ts';
import { addTotals, computeMeans, type Figures, figuresOf, type Totals } from './means.ts';
import type { Speed } from './observer.ts';
import type { StepResult } from './train-step.ts';

const count = z.int().min(0);

export interface WindowState {
  /** The objective's sums over the updates that were made, and the weights that their means are taken over. */
  sums: Totals;
  weights: Totals;
  /** Gradient norms, summed over these updates. */
  norm: number;
  updates: number;
  /** Updates without a finite loss and gradient, which have no other part in this. */
  skipped: number;
  milliseconds: number;
}

export const emptyWindow = (): WindowState => ({
  sums: {},
  weights: {},
  norm: 0,
  updates: 0,
  skipped: 0,
  milliseconds: 0,
});

/** A window that is damaged, or of a state made before windows were such, is an empty one. */
export const windowSchema = z
  .strictObject({
    sums: z.record(z.string(), z.number()),
    weights: z.record(z.string(), z.number().min(0)),
    norm: z.number().min(0),
    updates: count,
    skipped: count,
    milliseconds: z.number().min(0),
  })
  .catch(emptyWindow);

export class Window {
  readonly state: WindowState;
  readonly #objective: Objective;
  #since = performance.now();

  /** Goes on from a stored state. */
  constructor(objective: Objective, state: Readonly<WindowState> = emptyWindow()) {
    this.#objective = objective;
    this.state = { ...state, sums: { ...state.sums }, weights: { ...state.weights } };
  }

  add({ sums, weights, gradientNorm, skipped }: StepResult): void {
    const now = performance.now();
    this.state.milliseconds += now - this.#since;
    this.#since = now;
    if (skipped) {
      this.state.skipped++;
      return;
    }
    addTotals(this.state.weights, weights);
    for (const [name, per] of figuresOf(this.#objective)) {
      const weight = weights[per]!;
      const mean = sums[name]! / weight;
      // An update's loss is told in the precision that the graph has it in.
      const told = name in this.#objective.terms ? Math.fround(mean) : mean;
      if (weight > 0) addTotals(this.state.sums, { [name]: weight * told });
    }
    this.state.norm += gradientNorm;
    this.state.updates++;
  }

  /** Leaves out the time since the last update. */
  restart(): void {
    this.#since = performance.now();
  }

  /** Means of all figures; NaN where every update was skipped. */
  means(): { figures: Figures; gradientNorm: number; skipped: number; speed: Speed } {
    const { sums, weights, norm, updates, skipped, milliseconds } = this.state;
    const [[, unit]] = figuresOf(this.#objective) as [[string, string]];
    return {
      figures: computeMeans(this.#objective, sums, weights),
      gradientNorm: norm / updates,
      skipped,
      speed: { unit, perSecond: (1000 * (weights[unit] ?? 0)) / milliseconds },
    };
  }
}
