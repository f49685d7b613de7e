// The places of splits in a config: what is taken, what is refused, and which files they name.
import { expect, test } from 'vitest';
import { builtinSchema } from '../../../src/data/sources/builtin.ts';
import { documentsSchema } from '../../../src/data/sources/documents.ts';
import { describeSource, filesOf, mapFiles } from '../../../src/data/sources/index.ts';
import { parallelSchema } from '../../../src/data/sources/parallel.ts';
import { tableSchema } from '../../../src/data/sources/table.ts';
import { treesSchema } from '../../../src/data/sources/trees.ts';
import { readSplit, translation } from '../../../src/tasks/translation.ts';

const builtin = { kind: 'builtin', name: 'typescript-messages' };
const least = {
  data: { srcLang: 'en', tgtLang: 'de', train: builtin, valid: builtin, batchTokens: 4096 },
  training: { maxSteps: 1 },
  optimizer: { type: 'adam' },
  schedule: { type: 'constant', learningRate: 0.1 },
};
const parseData = (change: object) =>
  translation.schema().parse({ ...least, data: { ...least.data, ...change } });

test('defaults', () => {
  expect(parseData({ valid: { kind: 'parallel', src: 'a', tgt: 'b' } }).data).toEqual({
    ...least.data,
    valid: { kind: 'parallel', src: ['a'], tgt: ['b'] },
    filter: { minLength: 1, maxLength: 100, dropDuplicates: false },
    padToMultiple: 1,
  });
  expect(documentsSchema.parse({ kind: 'documents', files: 'a' })).toEqual({
    kind: 'documents',
    files: ['a'],
    end: 'blankLine',
  });
  expect(treesSchema.parse({ kind: 'trees', files: ['a', 'b'] })).toEqual({
    kind: 'trees',
    files: ['a', 'b'],
  });
});

test.each([
  [{ batchSentences: 10 }, 'exactly one'],
  [{ batchTokens: undefined }, 'exactly one'],
  [{ batchToken: 10 }, 'Unrecognized key: \\"batchToken\\"'],
  [{ filter: { maxLen: 10 } }, 'Unrecognized key: \\"maxLen\\"'],
  [{ train: { kind: 'builtin', name: 'other' } }, 'expected \\"typescript-messages\\"'],
  [{ train: { kind: 'other' } }, 'kind'],
  [{ train: { kind: 'trees', files: 'a' } }, 'kind'],
  [{ train: { kind: 'documents', files: 'a' } }, 'kind'],
  [{ train: { src: 'a', tgt: 'b' } }, 'kind'],
  [{ train: { kind: 'parallel', src: 'a' } }, 'tgt'],
  [{ train: { kind: 'parallel', src: ['a', 'b'], tgt: 'c' } }, 'equally many'],
  [{ train: { kind: 'parallel', src: [], tgt: [] } }, 'src'],
  [{ train: { kind: 'parallel', src: '', tgt: 'a' } }, 'src'],
  [{ train: { ...builtin, src: 'a', tgt: 'b' } }, 'Unrecognized keys: \\"src\\", \\"tgt\\"'],
  [{ train: { kind: 'table', files: 'a.csv', src: 'en' } }, 'tgt'],
  [{ train: { kind: 'table', src: 0, tgt: 1 } }, 'files'],
  [{ train: { kind: 'parallel', src: 'a', tgt: 'b', files: 'c' } }, 'Unrecognized key: \\"files\\"'],
  [
    { train: { kind: 'table', files: 'a.csv', src: 'en', tgt: 1 } },
    'src and tgt all as names or all as numbers',
  ],
  [{ train: { kind: 'table', files: 'a.csv', src: -1, tgt: 1 } }, 'src'],
  [{ train: { kind: 'table', files: 'a.csv', src: '', tgt: 'x' } }, 'src'],
])('%j is refused', (change, message) => {
  expect(() => parseData(change)).toThrow(message);
});

test('splits are read from where the config says', async () => {
  const config = parseData({ valid: { kind: 'parallel', src: '/nowhere/a', tgt: '/nowhere/b' } });
  const read = async (name: 'train' | 'valid' | 'test') => readSplit(config, name);
  const { src, tgt } = await read('train');
  expect(src.length).toBeGreaterThan(1500);
  expect(tgt).toHaveLength(src.length);
  await expect(read('valid')).rejects.toThrow('/nowhere/a: no such file');
  await expect(read('test')).rejects.toThrow('the config has no data.test');
});

test('the built-in corpus has each of its languages, in each split, and no others', async () => {
  const read = (tgtLang: string, name: 'valid' | 'test') =>
    readSplit(parseData({ tgtLang, test: builtin }), name);
  const [valid, held] = [await read('de', 'valid'), await read('de', 'test')];
  expect(valid.src).not.toEqual(held.src);
  await expect(read('nl', 'valid')).rejects.toThrow('no "nl"; its languages: ');
});

test('the files of every kind of source', () => {
  const table = tableSchema(['text', 'label']);
  const sources = [
    parallelSchema.parse({ kind: 'parallel', src: ['a', 'b'], tgt: ['c', 'd'] }),
    table.parse({ kind: 'table', files: ['a.csv', 'b.csv'], text: 0, label: 1 }) as { kind: 'table' },
    builtinSchema.parse(builtin),
    treesSchema.parse({ kind: 'trees', files: 'a' }),
    documentsSchema.parse({ kind: 'documents', files: ['a'], end: 'line' }),
  ];
  expect(sources.map(filesOf)).toEqual([['a', 'b', 'c', 'd'], ['a.csv', 'b.csv'], [], ['a'], ['a']]);
  expect(sources.map((source) => describeSource(source))).toEqual([
    'a, b, c, d',
    'a.csv, b.csv',
    'typescript-messages',
    'a',
    'a',
  ]);
  expect(sources.map((source) => describeSource(source, 'tgt'))).toEqual([
    'c, d',
    'a.csv, b.csv',
    'typescript-messages (tgt)',
    'a',
    'a',
  ]);
  expect(sources.map((source) => mapFiles(source, (path) => `/x/${path}`))).toEqual([
    { kind: 'parallel', src: ['/x/a', '/x/b'], tgt: ['/x/c', '/x/d'] },
    { kind: 'table', files: ['/x/a.csv', '/x/b.csv'], text: 0, label: 1 },
    builtin,
    { kind: 'trees', files: ['/x/a'] },
    { kind: 'documents', files: ['/x/a'], end: 'line' },
  ]);
});
