// What an optimizer is: one rule, as an update of arrays in place (training from Node takes this way, without a
// copy in or out of a runtime) and as graph (for other runtimes). It owns no state and no clipping.
import type { Value } from '../graph/graph.ts';

/** Updates compute in float32, which has no numbers beyond. */
export const MAX_FLOAT32 = 3.4e38;

export interface UpdateOptions {
  learningRate: number;
  /** Number of this update, from 1. */
  step: number;
  /** Multiplies the gradient: clipping and means over several batches need no pass of their own. */
  gradientScale: number;
  /** Whether weight decay, where the optimizer has one, acts on this parameter. */
  decay: boolean;
}

/** One parameter's part of an update graph: tensors of one shape, and float32 scalars. */
export interface UpdateValues {
  parameter: Value;
  gradient: Value;
  /** In the order of `stateNames`. */
  state: readonly Value[];
  learningRate: Value;
  /** int64, from 1. */
  step: Value;
  gradientScale: Value;
  decay: boolean;
}

export interface UpdatedValues {
  parameter: Value;
  state: Value[];
}

export interface Optimizer {
  readonly name: string;
  /** Names of the tensors that it keeps for each parameter: of the parameter's shape, zero at first. */
  readonly stateNames: readonly string[];
  /** Updates `parameter` and `state` (in the order of `stateNames`) in place; all arrays have one length. */
  update(
    parameter: Float32Array,
    gradient: Float32Array,
    state: readonly Float32Array[],
    options: UpdateOptions,
  ): void;
  /** The same update as graph. */
  buildUpdate(values: UpdateValues): UpdatedValues;
}
