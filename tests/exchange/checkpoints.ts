// The checkpoints of tests/reference/huggingface.py, and what transformers computes with them.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import type { EncoderConfig } from '../../src/models/encoder.ts';
import { EncoderModel } from '../../src/models/encoder.ts';
import { linear } from '../../src/nn/linear.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type LoadedFile, loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';

const folder = fileURLToPath(new URL('../reference/huggingface', import.meta.url));

/** Their names: kinds of models, and spellings of one. */
export const names: readonly string[] = readdirSync(folder);

export const folderOf = (name: string): string => `${folder}/${name}`;

export const padIdOf = (name: string): number => (name === 'roberta' ? 1 : 0);

export interface Facts {
  texts: string[];
  /** Of each text, in its frame. */
  ids: number[][];
  fill?: { text: string; pieces: string[]; probabilities: number[] };
}

export function loadGolden(name: string): { tensors: LoadedFile['tensors']; facts: Facts } {
  const { tensors, metadata } = loadSafetensors(`${folderOf(name)}/golden.safetensors`);
  return { tensors, facts: JSON.parse(metadata.golden!) };
}

/** What an encoder with these parameters makes of ids [B, S]: all that its heads allow, by the goldens' names. */
export async function compute(
  config: EncoderConfig,
  parameters: ReadonlyMap<string, TensorData>,
  { ids, segments }: { ids: TensorData; segments?: TensorData | undefined },
  padId: number,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const vocabSize = parameters.get('embed.weight')!.dims[0]!;
  const model = new EncoderModel(config, { vocabSize, padId });
  const matrix = (name: string) => graph.input(name, 'int32', ['B', 'S']);
  const hidden = model.encode(scope, matrix('ids'), { segments: segments && matrix('segments') });
  const outputs: Record<string, Value> = {};
  for (let layer = 0; layer <= config.numLayers; layer++) {
    const path = layer === 0 ? 'embed' : `encoder.${layer - 1}`;
    outputs[`hidden${layer}`] = scope.declared.taps.get(`${path}.hidden`)!;
  }
  const pooled = model.pool?.(scope, hidden);
  if (pooled !== undefined) outputs.pooled = pooled;
  if (parameters.has('mlm.output.bias')) {
    const { output, table, bias } = model.predictWords(scope, hidden.rows);
    outputs.words = matMul(output, table, { transB: true });
    outputs.bias = bias;
  }
  if (parameters.has('nsp.weight')) outputs.next = linear(scope.at('nsp'), pooled!, 2);
  const { model: proto } = exportModel(graph, { outputs, weights: parameters });
  const session = await Session.create(proto, { threads: 1 });
  const feed = ({ data, dims }: TensorData) => new Tensor('int32', data as Int32Array, [...dims]);
  const found = await session.run({ ids: feed(ids), ...(segments && { segments: feed(segments) }) });
  await session.release();
  const result = Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, data as Float32Array]),
  );
  const { words, bias } = result;
  words?.forEach((x, i) => {
    words[i] = x + bias![i % vocabSize]!;
  });
  return result;
}
