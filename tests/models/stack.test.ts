// What varies in a stack, against PyTorch (tests/reference/stacks.py): logits, the loss and every gradient.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { cast, div, equal, not } from '../../src/graph/ops/elementwise.ts';
import { crossEntropy } from '../../src/graph/ops/loss.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Scope } from '../../src/nn/scope.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Session } from '../../src/runtime/session.ts';
import { toFeeds } from './goldens.ts';

const folder = fileURLToPath(new URL('../reference/goldens', import.meta.url));
const names = readdirSync(folder).flatMap((file) => /^stack-(.*)\.safetensors$/.exec(file)?.[1] ?? []);

interface Facts {
  config: { numLayers: number; maxLength: number } & Record<string, unknown>;
  labelSmoothing: number;
  loss: number;
}

/** Hidden rows [B·T, D] of `ids` and the output's table. */
function build(scope: Scope, { numLayers, ...config }: Facts['config'], vocabSize: number): [Value, Value] {
  const { graph } = scope;
  const ids = graph.input('ids', 'int32', ['B', 'T']);
  const causal = causalContext(graph, 'T');
  if (Array.isArray(config.kvOwner)) {
    const model = new DecoderModel(decoderSchema.parse({ ...config, numLayers, dropout: 0 }), vocabSize);
    return [model.decode(scope, ids, causal), model.outputEmbedding(scope)];
  }
  const layers = { numEncoderLayers: numLayers, numDecoderLayers: numLayers, dropout: 0 };
  const vocabulary = { srcVocabSize: vocabSize, tgtVocabSize: vocabSize, padId: 0 };
  const model = new EncoderDecoder(encoderDecoderSchema.parse({ ...config, ...layers }), vocabulary);
  const memory = model.encode(scope, graph.input('src', 'int32', ['B', 'S']));
  return [model.decode(scope, ids, { ...causal, memory }), model.outputEmbedding(scope)];
}

test('there are goldens', () => expect(names.length).toBeGreaterThanOrEqual(5));

test.each(names)('%s', async (name) => {
  const { tensors, metadata } = loadSafetensors(`${folder}/stack-${name}.safetensors`);
  const facts = JSON.parse(metadata.golden!) as Facts;
  const under = (prefix: string) =>
    [...tensors].flatMap(([key, tensor]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), tensor] as const] : [],
    );
  const expected = tensors.get('logits')!;
  const vocabSize = expected.dims[2]!;
  const graph = new Graph();
  const scope = new Scope(graph, { training: true });
  const [hidden, table] = build(scope, facts.config, vocabSize);
  const labels = reshape(graph.input('labels', 'int32', ['B', 'T']), [hidden.shape[0]!]);
  const weights = cast(not(equal(labels, 0)), 'float32');
  const { smoothed } = crossEntropy(hidden, table, labels, weights, facts.labelSmoothing);
  const loss = div(smoothed, reduceSum(weights, [0], false));
  const parameters = [...graph.parameters.values()];
  const gradients = backward(loss, parameters);
  const outputs = {
    loss,
    logits: matMul(hidden, table, { transB: true }),
    ...Object.fromEntries(parameters.map((p, i) => [`grad/${p.name}`, gradients[i]!])),
  };
  const golden = new Map(under('grad/'));
  expect(parameters.map((p) => p.name).sort()).toEqual([...golden.keys()].sort());
  const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
  const result = await session.run({ ...toFeeds(under('param/')), ...toFeeds(under('batch/')) });
  await session.release();
  const distance = (actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
    expect(actual.length).toBe(wanted.length);
    return Array.from(wanted, (x, i) => Math.abs(x - actual[i]!)).reduce((a, b) => Math.max(a, b), 0);
  };
  expect(Math.abs(Number(result.loss!.data[0]) - facts.loss)).toBeLessThan(1e-5);
  const logits = result.logits!.data as Float32Array;
  expect(distance(logits, expected.data as Float32Array)).toBeLessThan(2e-5);
  for (const [parameter, { data, dims }] of golden) {
    const wanted = data as Float32Array;
    const actual = result[`grad/${parameter}`]!;
    expect(actual.dims, parameter).toEqual([...dims]);
    // A key's bias moves all scores of a query alike where nothing turns it: its gradient is zero but for rounding.
    const scale = Math.max(1e-3, ...wanted.map(Math.abs));
    expect(distance(actual.data as Float32Array, wanted), parameter).toBeLessThan(5e-4 * scale);
  }
});
