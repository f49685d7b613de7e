// Configs: every setting with values that it was not made for, YAML that is none, and the sizes of data and models.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import { CONFIG, CORPUS } from './material.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const KEYS = `name seed threads task
  data.srcLang data.train data.train.kind data.train.src data.train.tgt data.train.files data.train.name data.train.table
  data.valid.src data.test.src data.filter.minLength data.filter.maxLength data.filter.maxRatio
  data.filter.dropDuplicates data.batchTokens data.batchSentences data.padToMultiple preprocess.src preprocess.tgt
  tokenizers tokenizers.shared tokenizers.src tokenizers.x tokenizers.shared.type tokenizers.shared.size
  tokenizers.shared.characterCoverage tokenizers.shared.normalization tokenizers.shared.dropout
  tokenizers.shared.dropoutMode tokenizers.shared.file vocabulary vocabulary.size vocabulary.models.src model.type model.numEncoderLayers
  model.numDecoderLayers model.dModel model.dFf model.numHeads model.numKvHeads model.headDim model.bias model.dropout
  model.attentionDropout model.activationDropout model.norm model.normType model.positions model.tie model.activation
  model.maxLength model.kvOwner.encoder model.kvOwner.cross.cla model.kvNorm model.initialization objective.labelSmoothing training.labelSmoothing training.accumulate training.validateSteps
  training.scoreEvery training.selectBy training.patience training.average training.logSteps optimizer.type
  optimizer.betas optimizer.epsilon optimizer.weightDecay optimizer.momentum optimizer.clipNorm schedule.type
  schedule.learningRate schedule.warmupSteps schedule.minLearningRate schedule.totalSteps schedule.factor
  decode.beamSize decode.lengthPenalty decode.maxExtraLength decode.batchTokens decode.nBest evaluation.text
  evaluation.samples evaluation.bleu.tokenize evaluation.bleu.maxNgramOrder parsing.linearization`
  .trim()
  .split(/\s+/);

const NUMBERS = [
  '-1',
  '0',
  '1',
  '3',
  '0.5',
  '1e5',
  '1e9',
  '1e12',
  '9007199254740993',
  '1e308',
  '-1e308',
  '.inf',
  '.nan',
  '1e400',
];
const VALUES = [
  '""',
  'x',
  'null',
  'true',
  '[]',
  '[1, 2]',
  '{}',
  '{ a: 1 }',
  '"0"',
  '~',
  '2024-01-01',
  '*a',
  '!!binary x',
  '"\\u0000"',
];

const value = fc.oneof({ arbitrary: fc.constantFrom(...NUMBERS), weight: 3 }, fc.constantFrom(...VALUES));
const settings = fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value), {
  minLength: 1,
  maxLength: 3,
  selector: ([key]) => key,
});
const train = ['train', '{}/config.yaml', '--run', '{}/run'];
const setOptions = (pairs: readonly (readonly [string, string])[]) =>
  pairs.flatMap(([key, text]) => ['--set', `${key}=${text}`]);

test(
  'settings, checked',
  async () => {
    const trials = sample(settings, 120).map((pairs): Trial => {
      const argv = ['config', '{}/config.yaml', ...setOptions(pairs)];
      return { name: argv.slice(2).join(' '), argv, files: { 'config.yaml': CONFIG }, isConfig: true };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'sizes, in a training of one update',
  async () => {
    const sizes = KEYS.filter((key) => !/^(name|seed|task|data.(src|train|valid|test))/.test(key));
    const trials = sizes.flatMap((key, i) =>
      [NUMBERS[i % NUMBERS.length]!, NUMBERS[(i * 5 + 6) % NUMBERS.length]!].map((text): Trial => {
        const end: [string, string][] = [['training.maxSteps', '1']];
        const argv = [...train, ...setOptions([[key, text], ...end])];
        return { name: `${key}=${text}`, argv, files: { ...CORPUS, 'config.yaml': CONFIG }, isConfig: true };
      }),
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'damaged texts',
  async () => {
    const texts = fc.oneof(
      damaged(Buffer.from(CONFIG)),
      oddText.map((text) => Buffer.from(`${CONFIG}${text}\n`)),
      oddText.map((text) => Buffer.from(CONFIG.replace('alt', text).replace('size: 40', `size: ${text}`))),
      fc.constantFrom(
        ...[
          '',
          '- a\n',
          'a: &a [*a]\n',
          `${'['.repeat(5000)}`,
          `${'a: {'.repeat(500)}`,
          'include: config.yaml\n',
          'include: none.yaml\n',
          'a: 1\na: 2\n',
          '\t',
          '%YAML 9\n---\n',
          '--- a\n--- b\n',
          '&a a: *b\n',
          `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n`,
        ].map((text) => Buffer.from(text)),
        Buffer.alloc(2_000_000, 'a'),
        Buffer.from('\ufeffa: 1', 'utf16le'),
      ),
    );
    const trials = sample(texts, 60).map((bytes, i): Trial => {
      // Half of the damage is to what a config says, so that it is checked and not trained.
      const files = { 'config.yaml': bytes };
      return {
        name: `damaged text ${i}: ${bytes.subarray(0, 60)}`,
        argv: ['config', '{}/config.yaml'],
        files,
        isConfig: true,
      };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
