// What training asks of every model, and the shapes that go in and out. What decoding asks is SequenceToSequence in
// decode/translation-graph.ts.
import type { Graph, Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';

export interface Model {
  /** Settings that are read outside of the model: the schedule's width, the longest sentence, tied embeddings. */
  readonly config: {
    readonly type: string;
    readonly dModel: number;
    readonly maxLength: number;
    readonly tie: 'three' | 'two' | 'none';
  };
  /** Declares the inputs of a training batch. */
  inputs(graph: Graph): TrainingBatch;
  /** Label-smoothed cross-entropy of a batch. */
  loss(scope: Scope, batch: TrainingBatch, labelSmoothing: number): TrainingLoss;
}

export interface VocabularyShape {
  srcVocabSize: number;
  tgtVocabSize: number;
  padId: number;
}

/** Graph inputs of a training batch; ids are int32. */
export interface TrainingBatch {
  /** [B, S], ends with eos, padded. */
  src: Value;
  /** [B, T], begins with bos, padded. */
  tgtIn: Value;
  /** [B, T], ends with eos, padded. */
  tgtOut: Value;
}

/** Sums over a batch; the loss to differentiate is `smoothed` / `tokens`. */
export interface TrainingLoss {
  smoothed: Value;
  nll: Value;
  tokens: Value;
}
