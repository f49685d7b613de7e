import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { heldOutBatches, pretrainingBatches } from '../../src/data/pretraining.ts';
import { Sentences } from '../../src/data/sentences.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { wordsAndNextSentence } from '../../src/objectives/pretraining.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { computeMeans } from '../../src/train/means.ts';
import { readSums } from '../../src/train/train-step.ts';
import { buildTrainingGraph, gradientName, scaleName } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';
import { toFeeds } from '../models/goldens.ts';
import { learn } from './learns.ts';

const [PAD, CLS, SEP, MASK] = [0, 1, 2, 3];
const vocabulary = {
  size: 28,
  padId: PAD,
  maskId: MASK,
  frame: { start: [CLS], between: [SEP], end: [SEP] },
  continuesWord: () => false,
};
const options = {
  contextLength: 16,
  shortProbability: 0,
  nextSentence: true,
  masking: { probability: 0.15, mask: 0.8, random: 0.1, wholeWords: false },
};
const model = new EncoderModel(
  encoderSchema.parse({
    numLayers: 2,
    dModel: 32,
    dFf: 64,
    numHeads: 2,
    norm: 'pre',
    positions: 'learned',
    activation: 'gelu',
    segments: 2,
    embeddingNorm: true,
    pooler: true,
    scaleEmbedding: false,
    dropout: 0,
    maxLength: 16,
  }),
  { vocabSize: vocabulary.size, padId: PAD },
);

/** Documents of a word and the one beside it, which take turns. */
const rows = Array.from({ length: 24 }, (_, d) => [
  ...Array.from({ length: 6 }, () => Array.from({ length: 4 }, (_, i) => 4 + 2 * (d % 12) + (i % 2))),
  [],
]).flat();
const sentences = new Sentences(Sequences.build(rows.length, (i) => rows[i]!));

test('words and next sentences are learned; the loss is the sum of both means', async () => {
  const batches = pretrainingBatches(sentences, options, vocabulary, { batchSentences: 32 }, Rng.fromSeed(1));
  const objective = wordsAndNextSentence(model, { nextSentence: true });
  const { losses, figures, parameters } = await learn(objective, 150, () => batches.next());
  expect(losses[0]).toBeGreaterThan(Math.log(28));
  const [held] = heldOutBatches(sentences, options, vocabulary, { batchSentences: 500 }, Rng.fromSeed(9));
  const { loss, maskedWords, nextSentence, maskedAccuracy, nextSentenceAccuracy } = await figures(held!);
  expect(loss).toBeCloseTo(maskedWords! + nextSentence!, 5);
  expect(maskedAccuracy).toBeGreaterThan(0.8);
  // Of the texts that do not follow one in 23 has the same words.
  expect(nextSentenceAccuracy).toBeGreaterThan(0.8);
  expect([...parameters.views.keys()].filter((name) => /^(mlm|nsp|pooler)\./.test(name)).sort()).toEqual([
    'mlm.norm.bias',
    'mlm.norm.weight',
    'mlm.output.bias',
    'mlm.transform.bias',
    'mlm.transform.weight',
    'nsp.bias',
    'nsp.weight',
    'pooler.bias',
    'pooler.weight',
  ]);
});

test('without next sentences there are neither pooler nor pairs', () => {
  const objective = wordsAndNextSentence(model, { nextSentence: false });
  expect(Object.keys(objective.inputs)).toEqual(['ids', 'places', 'targets']);
  expect(Object.keys({ ...objective.terms, ...objective.statistics })).toEqual([
    'maskedWords',
    'maskedAccuracy',
  ]);
  const { declared } = buildTrainingGraph(objective);
  expect([...declared.parameters.keys()].filter((name) => /^(nsp|pooler)\./.test(name))).toEqual([]);
});

test('only masked places reach the vocabulary', () => {
  const { model: proto } = buildTrainingGraph(wordsAndNextSentence(model, { nextSentence: true }));
  const wide = proto.graph.value_info.filter(({ type }) => {
    const dims = type?.tensor_type?.shape?.dim ?? [];
    return dims.length === 2 && Number(dims[1]!.dim_value) === vocabulary.size;
  });
  const heights = wide.map(({ type }) => type!.tensor_type!.shape!.dim[0]!.dim_param);
  expect(new Set(heights.filter(Boolean))).toEqual(new Set(['M']));
});

test('losses, hits and every gradient are those of transformers', async () => {
  const path = fileURLToPath(new URL('../reference/goldens/pretraining.safetensors', import.meta.url));
  const { tensors, metadata } = loadSafetensors(path);
  const facts = JSON.parse(metadata.golden!);
  const under = (prefix: string) =>
    [...tensors].flatMap(([key, tensor]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), tensor] as const] : [],
    );
  const { vocabSize, padId } = facts;
  const golden = new EncoderModel(encoderSchema.parse({ ...facts.config, dropout: 0 }), { vocabSize, padId });
  const objective = wordsAndNextSentence(golden, { nextSentence: true });
  const session = await Session.create(buildTrainingGraph(objective).model, { threads: 1 });
  const inputs = Object.fromEntries(under('batch/'));
  const weights = { masked: inputs.targets!.data.length, pairs: inputs.labels!.data.length };
  const scale = (term: 'maskedWords' | 'nextSentence', weight: number) => ({
    [scaleName(term)]: new Tensor('float32', Float32Array.of(1 / weight), []),
  });
  const result = await session.run({
    ...toFeeds(under('batch/')),
    ...toFeeds(under('param/')),
    ...scale('maskedWords', weights.masked),
    ...scale('nextSentence', weights.pairs),
  });
  await session.release();
  const figures = computeMeans(objective, readSums(objective, result), weights);
  for (const name of ['loss', 'maskedWords', 'nextSentence', 'maskedAccuracy', 'nextSentenceAccuracy'])
    expect(figures[name], name).toBeCloseTo(facts[name], 5);
  const gradients = under('grad/');
  expect(gradients.length).toBe(under('param/').length);
  for (const [name, { data, dims }] of gradients) {
    const actual = result[gradientName(name)]!;
    expect(actual.dims, name).toEqual([...dims]);
    const wanted = [...(data as Float32Array)];
    // A key's bias moves all scores of a query alike: its gradient is zero but for rounding.
    const slack = 5e-4 * Math.max(1e-3, ...wanted.map(Math.abs));
    wanted.forEach((x, i) => {
      expect(Math.abs(x - (actual.data[i] as number)), name).toBeLessThan(slack);
    });
  }
});
