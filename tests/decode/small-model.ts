// A small EncoderDecoder with random weights whose translations end at different lengths.
import { Graph } from '../../src/graph/graph.ts';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Scope } from '../../src/nn/scope.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { Rng } from '../../src/util/rng.ts';

export const ids = { padId: 0, bosId: 1, eosId: 2 };
export const VOCAB_SIZE = 24;

export function buildSmallModel(settings: Record<string, unknown> = {}, seed = 1) {
  const config = encoderDecoderSchema.parse({
    numEncoderLayers: 2,
    numDecoderLayers: 2,
    dModel: 16,
    dFf: 32,
    numHeads: 2,
    maxLength: 40,
    ...settings,
  });
  const vocabulary = { srcVocabSize: VOCAB_SIZE, tgtVocabSize: VOCAB_SIZE, padId: ids.padId };
  const model = new EncoderDecoder(config, vocabulary);
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const memory = model.encode(scope, graph.input('src', 'int32', ['B', 'S']));
  model.decode(scope, graph.input('tgtIn', 'int32', ['B', 'T']), { ...causalContext(graph, 'T'), memory });
  model.outputEmbedding(scope);
  const rng = Rng.fromSeed(seed);
  const weights = new Map<string, TensorData>();
  for (const { name, shape, initializer } of scope.declared.parameters.values()) {
    const data = initializer(shape, rng.split(name)).map((x) => 1.5 * x);
    weights.set(name, { dtype: 'float32', dims: shape, data });
  }
  return { model, weights };
}
