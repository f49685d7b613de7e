// The configs under configs/wmt14/ against the paper's own figures (Vaswani et al. 2017, Tables 2 and 3).
import { expect, it } from 'vitest';
import { resolveConfigPath } from '../src/config/resolve.ts';
import { buildModel, modelSchema } from '../src/models/index.ts';
import { targetCrossEntropy } from '../src/objectives/cross-entropy.ts';
import { loadTaskConfig } from '../src/tasks/config.ts';
import type { TranslationConfig } from '../src/tasks/translation.ts';
import { buildTrainingGraph } from '../src/train/training-graph.ts';

const load = (name: string) =>
  loadTaskConfig(resolveConfigPath(`wmt14/${name}`)).value as unknown as TranslationConfig;

/** Parameters of a model with the source, target and output matrix in one. */
function countParameters(settings: object, pieces: number): number {
  const shape = { srcVocabSize: pieces, tgtVocabSize: pieces, padId: 0 };
  const model = buildModel('encoderDecoder', modelSchema('encoderDecoder').parse(settings), shape);
  const { declared } = buildTrainingGraph(targetCrossEntropy(model, { labelSmoothing: 0.1, padId: 0 }));
  return [...declared.parameters.values()].reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
}

const millions = (model: object, pieces: number) => countParameters(model, pieces) / 1e6;
const share = (count: number, ofPaper: number) => Math.abs(count / ofPaper - 1);

it('big has the 213 million parameters of Table 3', () => {
  const { model } = load('big-en-de');
  expect(millions(model, 37_000)).toBeCloseTo(214.245, 3);
  expect(share(millions(model, 37_000), 213)).toBeLessThan(0.01);
});

// Table 3's base rows are all those of a matrix of about 41,000 rows, where the text says 37,000 and its big row needs
// 36,000. So the layers are the paper's, and base differs from its 65 million by rows of the matrix alone.
it('base has 63 million, 65 as in Table 3 with 41,000 pieces, as have its variants', () => {
  const { model } = load('base-en-de');
  expect(millions(model, 37_000)).toBeCloseTo(63.082, 3);
  const table: [number, object][] = [
    [65, {}],
    [58, { headDim: 16, valueDim: 64 }],
    [60, { headDim: 32, valueDim: 64 }],
    [36, { numEncoderLayers: 2, numDecoderLayers: 2 }],
    [50, { numEncoderLayers: 4, numDecoderLayers: 4 }],
    [80, { numEncoderLayers: 8, numDecoderLayers: 8 }],
    [28, { dModel: 256 }],
    [168, { dModel: 1024 }],
    [53, { dFf: 1024 }],
    [90, { dFf: 4096 }],
  ];
  for (const [ofPaper, variant] of table) {
    const count = millions({ ...model, ...variant }, 41_000);
    expect(share(count, ofPaper), JSON.stringify(variant)).toBeLessThan(0.01);
  }
});

it.each([
  ['base-en-de', 'de', 37_000, 100_000, 5, 0.1],
  ['base-en-fr', 'fr', 32_000, 100_000, 5, 0.1],
  ['big-en-de', 'de', 37_000, 300_000, 20, 0.3],
  ['big-en-fr', 'fr', 32_000, 300_000, 20, 0.1],
])('%s has the recipe', (name, tgtLang, pieces, maxSteps, average, dropout) => {
  const { data, tokenizers, model, objective, training, optimizer, schedule, decode } = load(name);
  expect([data.srcLang, data.tgtLang]).toEqual(['en', tgtLang]);
  expect(JSON.stringify([data.train, data.valid, data.test])).not.toContain(tgtLang === 'fr' ? 'de' : 'fr');
  expect(data.batchTokens! * training.accumulate).toBe(25_000);
  expect(tokenizers.shared).toMatchObject({ type: 'bpe', size: pieces });
  expect(model).toMatchObject({ dropout, attentionDropout: 0, norm: 'post', tie: 'three' });
  expect(model).toMatchObject({ positions: 'sinusoidal', activation: 'relu', scaleEmbedding: true });
  expect(objective.labelSmoothing).toBe(0.1);
  expect(training).toMatchObject({ maxSteps, average });
  expect(optimizer).toMatchObject({ type: 'adam', betas: [0.9, 0.98], epsilon: 1e-9, clipNorm: 0 });
  expect(schedule).toEqual({ type: 'noam', factor: 1, warmupSteps: 4000 });
  expect(decode).toMatchObject({ beamSize: 4, lengthPenalty: 0.6, maxExtraLength: 50 });
});
