// What training takes in memory, estimated before any of it is taken: the parameters with their gradients and the
// optimizer's state, and the values of the largest batch.
import { type Batch, extentOf } from '../data/batch.ts';
import type { ExportedModel } from '../graph/export.ts';
import { UserError } from '../util/errors.ts';
import { formatBytes, formatCount } from '../util/format.ts';
import { requireMemory } from '../util/memory.ts';
import type { TrainingGraph } from './training-graph.ts';

/** A serialized ONNX model cannot be larger: protobuf's limit. */
const MAX_FILE_BYTES = 2 ** 31 - 2 ** 20;
const SMALLER = 'lower model.dModel, model.dFf, the number of layers or the vocabulary';

export interface TrainingNeeds {
  /** Tensors that the optimizer keeps for each parameter. */
  stateTensors: number;
  /** Batches of an update. */
  accumulate: number;
  /** Among the batches the largest ones. */
  batches: readonly Batch['sizes'][];
  /** The settings to lower where a batch is too large. */
  batchSettings: string;
}

/** A UserError if the model cannot be stored, or training it would take more memory than the machine has. */
export function requireTrainable(training: TrainingGraph, needs: TrainingNeeds): void {
  const { stateTensors, accumulate, batches, batchSettings } = needs;
  const parameters = countParameters(training);
  const weightBytes = 4 * parameters;
  const fileBytes = weightBytes + constantBytes(training);
  if (fileBytes > MAX_FILE_BYTES) {
    throw new UserError(
      `this model has ${formatCount(parameters)} parameters: its file would have ${formatBytes(fileBytes)}, ` +
        `and ONNX allows ${formatBytes(MAX_FILE_BYTES)}; ${SMALLER}`,
    );
  }
  // Accumulated gradients are an array of their own; those of a batch are among the graph's values.
  const fixed = weightBytes * (1 + stateTensors + (accumulate > 1 ? 1 : 0));
  requireMemory(fixed + weightBytes, 'this model', SMALLER);
  for (const sizes of batches) {
    const { rows, lengths } = extentOf(sizes);
    const kept = 4 * accumulate * rows * lengths.reduce((a, b) => a + b);
    const bytes = fixed + kept + training.peakBytes(sizes);
    requireMemory(bytes, `a batch of ${describe(sizes)}`, `lower ${batchSettings}`);
  }
}

/** The same for the loss of held-out batches. */
export function requireEvaluable(evaluation: ExportedModel, batches: readonly Batch['sizes'][]): void {
  for (const sizes of batches) {
    const what = `a validation batch of ${describe(sizes)}`;
    requireMemory(evaluation.peakBytes(sizes), what, 'lower model.maxLength or the vocabulary');
  }
}

function describe(sizes: Batch['sizes']): string {
  const { rows, lengths } = extentOf(sizes);
  return `${formatCount(rows)} sentences of ${lengths.map(formatCount).join(' and ')} tokens`;
}

const countParameters = ({ declared }: TrainingGraph): number =>
  [...declared.parameters.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

const constantBytes = ({ model }: ExportedModel): number =>
  model.graph.initializer.reduce((sum, { raw_data }) => sum + raw_data.length, 0);
