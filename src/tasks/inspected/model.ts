// What a role of models is to the inspector: how its graph is built over one input, and how that input is read.
import type { Sequence, StackName } from '../../inspect/inspection.ts';
import type { Wanted } from '../../inspect/taps.ts';
import type { Scope } from '../../nn/scope.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import type { Weights } from '../open-run.ts';

export interface InspectorSettings extends Wanted {
  threads?: number;
  checkpoint?: string | undefined;
  /** Called where a text was cut to fit the model: the tokens it had. */
  onTruncated?: (what: string, tokens: number) => void;
}

export interface InspectInput {
  text: string;
  /** Of a model that reads two texts: the second. */
  pair?: string | undefined;
  /** Of a model that writes a target: this one, instead of its own output. */
  target?: string | undefined;
}

export interface ReadInput {
  sequences: Partial<Record<StackName, Sequence>>;
  feeds: Feeds;
  /** Of the graph's named dimensions. */
  sizes: Record<string, number>;
}

export interface InspectedModel {
  kind: string;
  dModel: number;
  weights: Weights;
  /** Declares the inputs, and builds what the taps are in. */
  build(scope: Scope): void;
  /** A UsageError for an input that is not of the model's form. */
  read(input: InspectInput): Promise<ReadInput>;
}

/** A batch of one row of ids. */
export const rowOf = (ids: ArrayLike<number>): Tensor =>
  new Tensor('int32', Int32Array.from(ids), [1, ids.length]);
