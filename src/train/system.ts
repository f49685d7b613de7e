// What training asks of a task: an objective over batches, held-out data, and the means to judge outputs. The task
// builds it (tasks/); nothing of train/ knows what the batches stand for.
import type { Batch } from '../data/batch.ts';
import type { BatchSource } from '../data/batches.ts';
import type { Direction, Figure, Objective } from '../objectives/objective.ts';
import type { ModelProto } from '../onnx/schema.ts';
import type { DataStatistics } from '../run/data-statistics.ts';
import type { ResultFiles } from '../run/results.ts';
import type { GraphName } from '../run/run-folder.ts';
import type { Group } from '../runtime/group.ts';
import type { TensorData } from '../tensor/tensor.ts';
import type { Rng } from '../util/rng.ts';
import type { DataRecord } from './data-record.ts';
import { toldFigures } from './means.ts';
import type { Parameters } from './parameters.ts';

export type SplitName = 'valid' | 'test';

export interface System {
  objective: Objective;
  /** D, which schedules may depend on. */
  dModel: number;
  /** Training's batches; a UserError where there are none. The generator is only split. */
  batches(rng: Rng): BatchSource;
  /** Held-out data for the objective's own figures; of the test set only where there is no evaluator. */
  held: { valid: readonly Batch[]; test?: readonly Batch[] };
  hasTest: boolean;
  /** Where there is a decoder: what it keeps of each token, in bytes, with numbers of 16 bits. */
  kvBytesPerToken?: number | undefined;
  /** Judges what the model makes of held-out data, where that takes more than the objective. */
  evaluator?: Evaluator | undefined;
  /** The figure that the task is known by: the evaluator's, or one of the objective. */
  mainFigure: string;
  /** Graphs of the trained model, by name, for the run's folder. */
  artifacts(weights: ReadonlyMap<string, TensorData>): Partial<Record<GraphName, ModelProto>>;
  /** Checksums of what decides training. */
  record: DataRecord;
  /** The training text in figures. */
  statistics?: DataStatistics | undefined;
}

export interface Evaluator {
  /** What it reports beside the objective's figures, and whether more or less of it is better. */
  readonly figures: Readonly<Record<string, Direction>>;
  /** All that figures depend on beside parameters and text. */
  readonly signature: string;
  /** The ranks of a group share the work; all of them get the evaluation that one would come to, to the last digit. */
  evaluate(split: SplitName, parameters: Parameters, run: EvaluationRun): Promise<Evaluation>;
  release(): Promise<void>;
}

export interface EvaluationRun {
  group: Group;
  onProgress: (done: number, total: number) => void;
}

export interface Evaluation {
  figures: Readonly<Record<string, number>>;
  /** How the main figure came about, as others can repeat it. */
  signature: string;
  /** The main figure with its details, as people read it. */
  text: string;
  /** What of it is kept as JSON. */
  summary: object;
  /** Sources, and outputs and references as they were compared, line by line, by the endings of their files. */
  files: ResultFiles;
  samples: readonly Sample[];
}

/** An input with its output and reference, for people to read. */
export interface Sample {
  src: string;
  hyp: string;
  ref: string;
}

/** Every figure that training may know of a system, with its direction. */
export function figuresOfSystem({ objective, evaluator }: System): Record<string, Direction> {
  return { ...objectiveFigures(objective), ...evaluator?.figures };
}

/** The figures of an objective on held-out data. */
export function objectiveFigures(objective: Objective): Record<string, Direction> {
  const told = toldFigures(objective).map(([name, { direction = 'min' }]) => [name, direction] as const);
  const { terms, statistics } = objective;
  const perplexities = Object.values<Figure>({ ...terms, ...statistics }).flatMap((figure) =>
    Object.keys(figure.perplexities ?? {}).map((perplexity) => [perplexity, 'min'] as const),
  );
  return { loss: 'min', ...Object.fromEntries([...told, ...perplexities]) };
}
