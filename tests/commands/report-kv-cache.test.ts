// `tx report kv-cache`: bytes of keys and values, of configs that were never trained and of runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printConfig } from '../../src/config/print.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { readOutcome } from '../../src/study/outcome.ts';
import { Toy, trainToy } from '../train/toy.ts';
import { tx } from './run.ts';

let toy: Toy;
let lm: string;
const at = (name: string) => new RunFolder(join(toy.dir, 'runs', name));

const settings = {
  task: 'lm',
  name: 'shared',
  data: {
    train: { kind: 'documents', files: 'none.txt' },
    valid: { kind: 'documents', files: 'none.txt' },
    contextLength: 16,
  },
  tokenizers: { text: { type: 'bpe', size: 100 } },
  model: {
    numLayers: 6,
    dModel: 24,
    dFf: 32,
    numHeads: 4,
    numKvHeads: 2,
    headDim: 8,
    kvOwner: 'keepEnds',
    maxLength: 32,
    tie: false,
  },
  training: { maxSteps: 1 },
  optimizer: { type: 'adam' },
  schedule: { type: 'noam' },
};
const write = (name: string, over: object = {}) => {
  const model = { ...settings.model, ...over };
  return toy.write(`${name}.yaml`, printConfig({ ...settings, name, model }));
};

beforeAll(async () => {
  toy = new Toy();
  lm = write('shared');
  const training = { maxEpochs: undefined, maxSteps: 2, validateSteps: 2 };
  const model = { numDecoderLayers: 2, kvOwner: { decoder: { cla: 2 } } };
  await trainToy(toy.config({ training, model }), at('pairs'));
  await trainToy(toy.parsing({ training }), at('trees'));
});
afterAll(() => toy.remove());

const json = async (...argv: string[]) => {
  const { code, stdout, stderr } = await tx(['report', 'kv-cache', ...argv, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

it('tells a config, whose data need not be there', async () => {
  const layer = 2 * 24 * 32 + (32 + 24) + 2 * 24 * 32 + (32 + 24) + 4 * 24;
  const keysAndValues = 2 * (24 + 1) * 2 * 8;
  const wanted = {
    name: 'shared',
    layers: 6,
    kvLayers: 4,
    numHeads: 4,
    numKvHeads: 2,
    headDim: 8,
    // (8 + 8) · 2 · 4 · 2
    bytesPerToken: 256,
    parameters: 2 * 100 * 24 + 6 * layer + 4 * keysAndValues,
  };
  expect(await json(lm)).toEqual([wanted]);
  expect(await json(lm, '--dtype', 'float32')).toEqual([{ ...wanted, bytesPerToken: 512 }]);
  const plain = write('plain', { kvOwner: { cla: 1 }, numKvHeads: 4 });
  expect(await json(plain)).toEqual([
    expect.objectContaining({ kvLayers: 6, numKvHeads: 4, bytesPerToken: 768 }),
  ]);
});

it('multiplies by batch and context; where one is asked for the other is 1, or what the model has places for', async () => {
  const bytes = async (...argv: string[]) => (await json(lm, ...argv))[0].bytes;
  expect(await bytes('--batch', '8', '--context', '2048')).toBe(256 * 8 * 2048);
  expect(await bytes('--context', '10')).toBe(2560);
  expect(await bytes('--batch', '3')).toBe(256 * 3 * 32);
});

it('a run has its real vocabulary, and its figures are those that training recorded', async () => {
  for (const name of ['pairs', 'trees']) {
    const { parameters, kvBytesPerToken } = JSON.parse(readFileSync(at(name).provenance, 'utf8'));
    const [row] = await json(at(name).path);
    expect(row).toMatchObject({ name, parameters, bytesPerToken: kvBytesPerToken });
    expect(readOutcome(at(name)).figures).toMatchObject({ parameters, kvBytesPerToken });
  }
  const [pairs, trees] = await json(join(toy.dir, 'runs'));
  // (8 + 8) units of 2 heads, of one layer of two and of one alone.
  expect(pairs).toMatchObject({ layers: 2, kvLayers: 1, bytesPerToken: 64 });
  expect(trees).toMatchObject({ layers: 1, kvLayers: 1, bytesPerToken: 64 });
  // The config asks for 200 words, of which the treebank has fewer.
  const config = toy.write('trees.yaml', readFileSync(at('trees').config, 'utf8'));
  expect((await json(config))[0].parameters).toBeGreaterThan(trees.parameters);
});

it('is a table for people, into a file too', async () => {
  const out = join(toy.dir, 'table.txt');
  const halves = write('halves', { valueDim: 4, kvOwner: undefined });
  const table = ['report', 'kv-cache', lm, halves, at('pairs').path, '--batch', '2', '--context', '1000'];
  const { stdout } = await tx(table);
  expect(stdout).toMatchInlineSnapshot(`
    "        layers  kv layers  heads  kv heads  head size  bytes/token  per kv layer    bytes  parameters
    shared       6          4      4         2          8          256            64  512,000      27,680
    halves       6          6      4         2       8, 4          288            48  576,000      25,776
    pairs        2          1      2         2          8           64            64  128,000       9,808
    "
  `);
  expect(await tx([...table, '--out', out])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(out, 'utf8')).toBe(stdout);
});

it('refuses what has no cache and what it cannot read, each in a line', async () => {
  const told = async (...argv: string[]) => {
    const { code, stdout, stderr } = await tx(['report', ...argv]);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  const encoder = toy.write(
    'classes.yaml',
    printConfig({
      ...settings,
      task: 'classification',
      data: {
        train: { kind: 'table', files: 'none.tsv', text: 0, label: 1 },
        valid: { kind: 'table', files: 'none.tsv', text: 0, label: 1 },
        batchSentences: 8,
      },
      model: { numLayers: 2, dModel: 16, dFf: 16, numHeads: 2 },
    }),
  );
  expect(await told('kv-cache', encoder)).toBe(
    `tx: ${encoder}: a model of the task classification has no decoder, and so no cache\n`,
  );
  expect(await told('kv-cache')).toBe('tx: give configs or runs; see tx report --help\n');
  expect(await told('kv-cache', lm, '--batch', '0')).toBe(
    'tx: --batch is a whole number from 1 on; found 0\n',
  );
  expect(await told('kv-cache', lm, '--context', '1.5')).toBe(
    'tx: --context is a whole number from 1 on; found 1.5\n',
  );
  expect(await told('kv-cache', lm, '--format', 'text')).toBe('tx: kv-cache is text, or --json\n');
  expect(await told('kv-cache', join(toy.dir, 'nowhere'))).toContain(
    'no such file, nor a config of this name',
  );
  expect(await told('kv-cache', 'bench/tiny')).toMatch(/bench.tiny\.yaml: is a config for tx bench train\n$/);
  const bad = write('bad', { kvOwner: '0_0_1_1_1_1' });
  expect(await told('kv-cache', bad)).toContain(
    'model.kvOwner: layer 2 cannot read from layer 1, which reads from layer 0',
  );
  expect(await told(at('pairs').path, '--dtype', 'float16')).toBe('tx: --dtype is of tx report kv-cache\n');
});
