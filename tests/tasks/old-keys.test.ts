// Old configs get lines that say what to write; what these propose is a config of today.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadTaskConfig } from '../../src/tasks/config.ts';
import { taskOf } from '../../src/tasks/index.ts';
import { findOldKeys } from '../../src/tasks/old-keys.ts';
import { UsageError } from '../../src/util/errors.ts';

type Map = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'tx-old-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const builtin = { kind: 'builtin', name: 'typescript-messages' };
const trees = { kind: 'trees', files: 'a.mrg' };
const training = { maxSteps: 1 };
const optimizer = { type: 'adam' };
const schedule = { type: 'constant', learningRate: 0.1 };
/** The least of each task, as it is written now. */
const translation: Map = {
  data: { srcLang: 'en', tgtLang: 'de', train: builtin, valid: builtin, batchTokens: 64 },
  model: { tie: 'two' },
  training,
  optimizer,
  schedule,
};
const parsing: Map = {
  ...translation,
  task: 'parsing',
  data: { train: trees, valid: trees, batchTokens: 64 },
};

const messages = (config: unknown): Record<string, string> =>
  Object.fromEntries(findOldKeys(config).map(({ path, message }) => [path.join('.'), message]));

/** The YAML that a line proposes, as a value. */
function proposed(message: string): Map {
  const [, yaml] = /write (.*?)(?: \(a run has .*\))?$/.exec(message) ?? [];
  return parse(yaml!) as Map;
}

const errorsOf = (config: Map): string | undefined =>
  taskOf(config)!.schema().safeParse(config).error?.message;

test('the configs that these tests begin with are of today', () => {
  expect([translation, parsing].map(errorsOf)).toEqual([undefined, undefined]);
  expect([translation, parsing].map(findOldKeys)).toEqual([[], []]);
});

describe('vocabulary', () => {
  const RUN_SHARED = '(a run has it as tokenizers/shared.model)';
  const RUN_TWO = '(a run has them as tokenizers/src.model and tgt.model)';

  it.each<[Map, string, string]>([
    [{}, '{ shared: { type: bpe } }', RUN_SHARED],
    [{ size: 4000 }, '{ shared: { type: bpe, size: 4000 } }', RUN_SHARED],
    [
      { type: 'bpe', size: 100, joint: true, characterCoverage: 0.9995, normalization: 'nfkc' },
      '{ shared: { type: bpe, size: 100, characterCoverage: 0.9995, normalization: nfkc } }',
      RUN_SHARED,
    ],
    [
      { bpeDropout: 0.1, bpeDropoutMode: 'sentencepiece' },
      '{ shared: { type: bpe, dropout: 0.1, dropoutMode: sentencepiece } }',
      RUN_SHARED,
    ],
    [{ joint: false, size: 60 }, '{ src: { type: bpe, size: 60 }, tgt: { type: bpe, size: 60 } }', RUN_TWO],
    [
      { joint: false, size: 60, tgt: { type: 'word', size: 200 }, bpeDropout: 0.2 },
      '{ src: { type: bpe, size: 60, dropout: 0.2 }, tgt: { type: word, size: 200 } }',
      RUN_TWO,
    ],
    [
      { joint: false, type: 'word', characterCoverage: 1, normalization: 'identity', bpeDropout: 0 },
      '{ src: { type: word, normalization: identity }, tgt: { type: word, normalization: identity } }',
      RUN_TWO,
    ],
    [
      { joint: false, size: 60, models: { src: 'a b.model' } },
      '{ src: { type: sentencepiece, file: a b.model }, tgt: { type: bpe, size: 60 } }',
      RUN_TWO,
    ],
    [
      { joint: false, models: { src: 'a.model', tgt: '../b.model' }, bpeDropout: 0.1 },
      '{ src: { type: sentencepiece, file: a.model, dropout: 0.1 }, tgt: { type: sentencepiece, file: ../b.model, dropout: 0.1 } }',
      RUN_TWO,
    ],
    [
      { models: { src: 'a.model' }, size: 10 },
      '{ shared: { type: sentencepiece, file: a.model } }',
      RUN_SHARED,
    ],
  ])('%j', (vocabulary, tokenizers, files) => {
    const message = messages({ ...translation, vocabulary }).vocabulary!;
    expect(message).toBe(`is another section now; write tokenizers: ${tokenizers} ${files}`);
    expect(errorsOf({ ...translation, ...proposed(message) })).toBeUndefined();
  });

  it('of parsing', () => {
    const vocabulary = { joint: false, size: 4000, bpeDropout: 0.1, tgt: { type: 'word', size: 1000 } };
    const message = messages({ ...parsing, vocabulary }).vocabulary!;
    expect(errorsOf({ ...parsing, ...proposed(message) })).toBeUndefined();
  });
});

describe('training.labelSmoothing', () => {
  it.each([0, 0.1, 1e-7])('%j', (labelSmoothing) => {
    const message = messages({ ...translation, training: { ...training, labelSmoothing } })[
      'training.labelSmoothing'
    ]!;
    expect(message).toMatch(/^is objective\.labelSmoothing now; write objective: \{ labelSmoothing: /);
    expect(proposed(message)).toEqual({ objective: { labelSmoothing } });
    expect(errorsOf({ ...translation, ...proposed(message) })).toBeUndefined();
  });
});

describe('splits without a kind', () => {
  it.each<[Map, string]>([
    [{ builtin: 'typescript-messages' }, '{ kind: builtin, name: typescript-messages }'],
    [{ src: 'a.en', tgt: '../b/a.de' }, '{ kind: parallel, src: a.en, tgt: ../b/a.de }'],
    [{ src: ['a', 'b c'], tgt: ['d', 'x:y'] }, '{ kind: parallel, src: [ a, b c ], tgt: [ d, x:y ] }'],
    [{ table: 'a.tsv', srcColumn: 0, tgtColumn: 1 }, '{ kind: table, files: a.tsv, src: 0, tgt: 1 }'],
    [
      { table: ['a.csv', 'b.csv'], srcColumn: 'en', tgtColumn: 'de "x"' },
      '{ kind: table, files: [ a.csv, b.csv ], src: en, tgt: de "x" }',
    ],
  ])('%j', (split, now) => {
    for (const name of ['train', 'valid', 'test']) {
      const data = { ...(translation.data as Map), [name]: split };
      const found = messages({ ...translation, data });
      expect(found).toEqual({ [`data.${name}`]: `has a kind now; write ${now}` });
      const mended = { ...data, [name]: proposed(found[`data.${name}`]!) };
      expect(errorsOf({ ...translation, data: mended })).toBeUndefined();
    }
  });

  it.each<[unknown, string]>([
    ['a.mrg', '{ kind: trees, files: a.mrg }'],
    [['a.mrg', 'b.mrg'], '{ kind: trees, files: [ a.mrg, b.mrg ] }'],
  ])('trees: %j', (files, now) => {
    const data = { ...(parsing.data as Map), valid: { trees: files } };
    const message = messages({ ...parsing, data })['data.valid']!;
    expect(message).toBe(`has a kind now; write ${now}`);
    expect(errorsOf({ ...parsing, data: { ...data, valid: proposed(message) } })).toBeUndefined();
  });

  it('of nothing that was ever a split are left to the schema', () => {
    const data = { ...(translation.data as Map), train: { source: 'a' }, valid: 'a', test: null };
    expect(messages({ ...translation, data })).toEqual({});
  });
});

describe("parsing's languages", () => {
  it('are one', () => {
    const found = messages({ ...parsing, data: { srcLang: 'de', tgtLang: 'de', ...(parsing.data as Map) } });
    expect(found).toEqual({
      'data.srcLang': 'is data.lang now; write lang: de',
      'data.tgtLang': 'is not needed any more',
    });
    const data = { ...(parsing.data as Map), ...proposed(found['data.srcLang']!) };
    expect(errorsOf({ ...parsing, data })).toBeUndefined();
  });

  it('of translation stay', () => {
    expect(messages(translation)).toEqual({});
  });
});

test('any file and column name comes through', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      '0',
      '1.5',
      'true',
      'null',
      '~',
      '-',
      '.inf',
      '---',
      '1e3',
      '0x1f',
      'no',
      '.',
      '2024-01-01',
      '# a',
      'é',
    ),
  );
  fc.assert(
    fc.property(name, name, name, (file, src, tgt) => {
      const data = { ...(translation.data as Map), train: { table: file, srcColumn: src, tgtColumn: tgt } };
      const message = messages({ ...translation, data })['data.train']!;
      expect(proposed(message)).toEqual({ kind: 'table', files: file, src, tgt });
      const found = messages({ ...translation, vocabulary: { models: { src: file } } });
      expect(proposed(found.vocabulary!)).toEqual({
        tokenizers: { shared: { type: 'sentencepiece', file } },
      });
    }),
  );
});

test('anything that is no config is left to the schema', () => {
  for (const config of [null, 1, 'a', [], {}, { data: 1, training: [], vocabulary: null }]) {
    expect(findOldKeys(config)).toEqual([]);
  }
  const odd = { toString: null };
  expect(findOldKeys({ vocabulary: odd, training: { labelSmoothing: odd } })).toHaveLength(2);
  expect(findOldKeys({ task: 'parsing', data: { srcLang: odd } })).toHaveLength(1);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (vocabulary, train, labelSmoothing) => {
      findOldKeys({ vocabulary, data: { train }, training: { labelSmoothing }, task: train });
    }),
  );
});

/** The lines for a config as a file, without its path. */
function refusal(config: Map): string[] {
  const path = join(folder, 'old.yaml');
  writeFileSync(path, stringify(config, { aliasDuplicateObjects: false }));
  try {
    loadTaskConfig(path);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.split('\n').map((line) => line.replaceAll(path, 'old.yaml'));
  }
  return [];
}

test('a config of before is refused with a line for each key, at its place, and nothing else', () => {
  const split = { src: 'a.en', tgt: 'a.de' };
  const old = {
    vocabulary: { size: 100 },
    data: { srcLang: 'en', tgtLang: 'de', train: split, valid: split, batchTokens: 64 },
    training: { maxSteps: 1, labelSmoothing: 0.2 },
    optimizer,
    schedule,
  };
  expect(refusal(old).map((line) => line.replace(/; write .*/, ''))).toEqual([
    'old.yaml:1:1: vocabulary: is another section now',
    'old.yaml:6:3: data.train: has a kind now',
    'old.yaml:9:3: data.valid: has a kind now',
    'old.yaml:15:3: training.labelSmoothing: is objective.labelSmoothing now',
  ]);
  const { vocabulary, ...rest } = old;
  const found = messages(old);
  const mended = {
    ...rest,
    ...proposed(found.vocabulary!),
    ...proposed(found['training.labelSmoothing']!),
    data: { ...old.data, train: proposed(found['data.train']!), valid: proposed(found['data.valid']!) },
    training,
  };
  expect(refusal(mended)).toEqual([]);
});

test('what a run of parsing has kept of its config is told whole', () => {
  const split = { trees: ['/a/train.mrg'] };
  const run = {
    task: 'parsing',
    data: { srcLang: 'en', tgtLang: 'en', train: split, valid: split, batchTokens: 64 },
    preprocess: { src: [], tgt: [] },
    vocabulary: { joint: false, tgt: { type: 'word' } },
    training: { maxSteps: 1, labelSmoothing: 0.1 },
    optimizer,
    schedule,
  };
  expect(Object.keys(messages(run)).sort()).toEqual([
    'data.srcLang',
    'data.tgtLang',
    'data.train',
    'data.valid',
    'preprocess',
    'training.labelSmoothing',
    'vocabulary',
  ]);
});
