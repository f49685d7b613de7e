import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tx } from './run.ts';

let dir: string;
let config: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-bench-'));
  config = join(dir, 'small.yaml');
  writeFileSync(
    config,
    `model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 16, dFf: 32, numHeads: 2 }
threads: 1
vocabSize: 50
batchSentences: 4
srcLength: 6
tgtLength: 5
optimizer: { type: adam }
steps: 3
warmupSteps: 1
`,
  );
});
afterAll(() => rmSync(dir, { recursive: true }));

it('prints JSON', async () => {
  const { code, stdout, stderr } = await tx(['bench', 'train', '--config', config, '--json']);
  expect([code, stderr, stdout.trimEnd().includes('\n')]).toEqual([0, '', false]);
  const result = JSON.parse(stdout);
  for (const key of [
    'targetTokensPerSecond',
    'msPerStep',
    'gflops',
    'gemmGflops',
    'peakRssBytes',
    'parameters',
  ]) {
    expect(result[key], key).toBeGreaterThan(0);
  }
  expect(result.steps).toBe(3);
  expect(result.losses).toHaveLength(4);
  expect(Object.keys(result.parts)).toEqual(['batch', 'masks', 'session', 'update']);
  expect(result.targetTokensPerSecond).toBeCloseTo((1000 * 4 * 5) / result.msPerStep, 6);
  expect(result.operators).toBeUndefined();
});

it('prints a table, with --profile by operator', async () => {
  const { code, stdout } = await tx(['bench', 'train', '--config', config, '--profile', '--set', 'steps=2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^target tokens a second\s+[\d,]+\n/);
  expect(stdout).toMatch(/\nsteps measured\s+2\n/);
  expect(stdout).toMatch(/\ntime a step by operator\n {2}\w+\s+\d+\.\d\d ms/);
});

it.each<[string[], string]>([
  [['foo'], '<what> is one of train; found "foo"'],
  [
    ['train', '--config', 'bench/tny'],
    '"bench/tny": no such file, nor a config of this name; did you mean bench/tiny?',
  ],
  [['train', '--set', 'steps=0'], '--set steps: expected at least 1, found 0'],
  [['train', '--config', 'quickstart'], 'quickstart.yaml: is a config for tx train'],
])('%j', async (argv, message) => {
  const { code, stdout, stderr } = await tx(['bench', ...argv]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

it.each([
  ['model.dModel=1e6', 2, 'model.dModel: expected at most 65536, found 1000000'],
  ['model.dFf=1e12', 2, 'model.dFf: expected at most 1048576, found 1000000000000'],
  ['model.numEncoderLayers=2000', 2, 'model.numEncoderLayers: expected at most 64, found 2000'],
  ['model.maxLength=1e9', 2, 'model.maxLength: expected at most 1048576, found 1000000000'],
  ['threads=99999', 2, 'threads: expected at most 256, found 99999'],
  ['learningRate=1e308', 2, 'learningRate: expected at most 3.4e+38, found 1e+308'],
  ['optimizer.epsilon=1e-300', 2, 'optimizer.epsilon: expected at least 1e-30, found 1e-300'],
])('%s is refused', async (setting, code, message) => {
  expect(await tx(['bench', 'train', '--config', config, '--set', setting])).toEqual({
    code,
    stdout: '',
    stderr: `tx: --set ${message}\n`,
  });
});

it.each([
  [['vocabSize=1e9'], /^tx: this model has 16,000,\d{3},\d{3} parameters: its file would have 64 GB, /],
  [['batchSentences=1e9'], /^tx: a batch of 1,000,000,000 sentences of 6 and 5 tokens needs about \d+ TB /],
  [
    ['model.maxLength=1e6', 'model.dModel=256'],
    /^tx: .*the table of sinusoidal positions would take 1\.0 GB; at most /,
  ],
])('%j is refused before it is spent', async (settings, message) => {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const { stdout, stderr } = await tx(['bench', 'train', '--config', config, ...set]);
  expect([stdout, stderr]).toEqual(['', expect.stringMatching(message)]);
});
