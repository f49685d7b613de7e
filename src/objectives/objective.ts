// What training minimizes, and the figures that it tells of it. Everything is a weighted sum over a batch; what a sum
// is a mean over is counted by whoever makes the batch (`Batch.weights`), so that sums over several batches, or
// several processes, add up before anything is divided.
import type { Shape } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';
import type { DType, TensorData } from '../tensor/tensor.ts';

/** Whether less or more of a figure is better. */
export type Direction = 'min' | 'max';

/** A sum whose mean is taken over the batch's weight of the name `per`. */
export interface Figure {
  per: string;
  /** `min` by default. */
  direction?: Direction;
  /** Of a negative log-probability: exp(sum / weight) on held-out data, for each name over the batch's weight beside it. */
  perplexities?: Readonly<Record<string, string>>;
}

/** loss = Σ scale · sum / weight over the terms. */
export interface Term extends Figure {
  scale: number;
}

type Tensors = Readonly<Record<string, TensorData>>;

/**
 * What has to be searched for between a forward pass and the gradient: inputs of the objective that depend on the model's
 * own scores, as the worst of all trees does.
 */
export interface Search {
  /** The inputs of a batch that scoring takes. */
  readonly inputs: Objective['inputs'];
  scores(scope: Scope, inputs: Readonly<Record<string, Value>>): Record<string, Value>;
  /** Those of the objective's inputs that a batch does not have. */
  find(scores: Tensors, batch: Tensors): Record<string, TensorData>;
}

export interface Objective {
  /** The inputs of a batch. */
  readonly inputs: Readonly<Record<string, { dtype: DType; shape: Shape }>>;
  readonly terms: Readonly<Record<string, Term>>;
  /** What the loss depends on beside parameters and batches, such as `labelSmoothing:0.1`. */
  readonly signature: string;
  /** Told beside the loss; they have no part in it. */
  readonly statistics: Readonly<Record<string, Figure>>;
  /** Where a batch does not have all inputs. */
  readonly search?: Search;
  /** The sums of all terms and statistics, scalars by name. */
  build(scope: Scope, inputs: Readonly<Record<string, Value>>): Record<string, Value>;
}
