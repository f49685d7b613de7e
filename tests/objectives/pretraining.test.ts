import { expect, test } from 'vitest';
import { heldOutBatches, pretrainingBatches } from '../../src/data/pretraining.ts';
import { Sentences } from '../../src/data/sentences.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { wordsAndNextSentence } from '../../src/objectives/pretraining.ts';
import { buildTrainingGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';
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
