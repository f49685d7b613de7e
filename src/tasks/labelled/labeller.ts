// What makes labels of rows of text: a tokenizer, a model and a target, and the graph that they make.
import { type ExportedModel, exportModel } from '../../graph/export.ts';
import { Graph } from '../../graph/graph.ts';
import { buildModel } from '../../models/index.ts';
import type { EncoderOnly } from '../../models/model.ts';
import { type Edit, Scope } from '../../nn/scope.ts';
import { packedInputs, readTexts, textInputs } from '../../objectives/text-vectors.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { ALONE, mergeRows } from '../../runtime/group.ts';
import type { Feeds } from '../../runtime/session.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import { type EncoderRun, runEncoder } from '../encoder-batches.ts';
import { loadTokenizers } from '../tokenizers.ts';
import { type LabelledConfig, side } from './config.ts';
import { formOf, openTarget } from './kinds.ts';
import { type EncodedRows, RowReader } from './reader.ts';
import type { AnyTarget } from './target.ts';

export interface Labeller {
  reader: RowReader;
  model: EncoderOnly;
  target: AnyTarget;
}

/** What a run's folder has; a UserError where its files are damaged or do not belong together. */
export function loadLabeller(config: LabelledConfig, folder: RunFolder): Labeller {
  const tokenizer = loadTokenizers(config.tokenizers, [side], folder)[side];
  const reader = new RowReader(formOf(config), tokenizer, config.model.maxLength);
  const model = buildModel('encoder', config.model, { vocabSize: tokenizer.size, padId: reader.padId });
  return { reader, model, target: openTarget(config, folder) };
}

export interface LabelGraphOptions {
  weights?: ReadonlyMap<string, TensorData>;
  packed?: boolean;
  /** What stands in for values inside of the model. */
  edit?: (scope: () => Scope) => Edit;
}

/**
 * `ids` int32 [B, S], padded, with `segments` where rows are pairs, to the target's output. Without weights the
 * parameters are inputs. A packed one takes the places of tokens too: faster for batches, slower for a row by itself.
 */
export function buildLabelGraph(
  { reader, model, target }: Labeller,
  { weights, packed = false, edit }: LabelGraphOptions = {},
): ExportedModel {
  const graph = new Graph();
  const inputs = (packed ? packedInputs : textInputs)({ pairs: reader.form === 'pair' });
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)]),
  );
  const scope: Scope = new Scope(graph, { training: false, edit: edit?.(() => scope) });
  const outputs = target.output(scope, model, readTexts(given));
  return exportModel(graph, { outputs, ...(weights && { weights }) });
}

/** Over the session of `buildLabelGraph`'s model; `weights` feeds the parameters that are not stored in it. */
export interface LabelSearch extends Omit<EncoderRun, 'padId' | 'beside'> {
  weights?: Feeds;
}

/** The target's answer to each row, in batches of like lengths. */
export async function findAnswers(
  { reader, target }: Labeller,
  encoded: EncodedRows,
  { weights, ...search }: LabelSearch,
): Promise<unknown[]> {
  const answers = new Array<unknown>(encoded.ids.length);
  const run = { ...search, padId: reader.padId, beside: weights && (() => ({ feeds: weights })) };
  await runEncoder(encoded, run, ({ rows }, found) => {
    const [output] = Object.values(found);
    const values = output!.data as Float32Array;
    const { width } = target;
    const length = output!.dims.length === 3 ? output!.dims[1]! : 1;
    for (const [b, i] of rows.entries()) {
      const own = values.subarray(b * length * width, (b + 1) * length * width);
      answers[i] = target.answer(
        encoded.firsts === undefined ? own.slice() : pick(own, encoded.firsts.at(i), width),
      );
    }
  });
  return mergeRows(search.group ?? ALONE, answers);
}

/** The values at the places of words, NaN for those that have none. */
function pick(values: Float32Array, places: Int32Array, width: number): Float32Array {
  const picked = new Float32Array(places.length * width).fill(Number.NaN);
  for (const [w, place] of places.entries()) {
    if (place >= 0) picked.set(values.subarray(place * width, (place + 1) * width), w * width);
  }
  return picked;
}
