// What a search may produce, as tensors that go along with each hypothesis. Knows no grammar.
import type { Graph, Value } from '../graph/graph.ts';
import type { StateEntry } from './beam-search.ts';

/** A constraint over one batch of sources. */
export interface RunningConstraint {
  /** One row a hypothesis, carried from step to step. */
  state: StateEntry[];
  /**
   * The last tokens [B·K] and the position to fill (int64 [1]) to what is added to the logits, [B·K, V], and the state
   * after those tokens.
   */
  step(tokens: Value, position: Value, state: Value[]): { bias: Value; state: Value[] };
}

/** Built over the source ids [B, S] for K hypotheses a sentence. */
export type Constraint = (graph: Graph, src: Value, hypotheses: number) => RunningConstraint;
