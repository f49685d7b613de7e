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

it('computes what several machines bring, from figures that are given', async () => {
  const given = ['--step-ms', '100', '--machines', '1,4', '--gbits', '1,10', '--latency', '0'];
  const { code, stdout } = await tx(['bench', 'scale', '--config', config, '--json', ...given]);
  expect(code).toBe(0);
  const { options, rows } = JSON.parse(stdout);
  expect(options).toMatchObject({ msPerBatch: 100, tokensPerBatch: 20, batches: 1 });
  expect(rows.map(({ tokensPerUpdate }: { tokensPerUpdate: number }) => tokensPerUpdate)).toEqual([20, 80]);
  const [slow, fast] = rows[1].networks;
  expect(slow.msOfSum).toBeCloseTo(10 * fast.msOfSum, 10);
  // 2 · 3/4 of the gradients' bits by a gigabit a second.
  expect(slow.msOfSum).toBeCloseTo((1.5 * 32 * options.parameters) / 1e6, 10);
  const table = await tx(['bench', 'scale', '--config', config, ...given]);
  expect(table.stdout).toMatch(
    /^[\d,]+ parameters, 0\.0 MB of gradients; .*\n\nmachines {2}tokens an update {2}at 1 Gbit/,
  );
  expect(table.stdout.split('\n')).toHaveLength(6);
});

it('takes the time of a step from its operations and the speed of the machine, or measures it', async () => {
  const run = async (...more: string[]) =>
    JSON.parse((await tx(['bench', 'scale', '--config', config, '--json', ...more])).stdout).options
      .msPerBatch;
  expect(await run('--gflops', '1')).toBeCloseTo(10 * (await run('--gflops', '10')), 10);
  expect(await run('--set', 'steps=1')).toBeGreaterThan(0);
});

it.each<[string[], string]>([
  [['foo'], '<what> is one of train, scale; found "foo"'],
  [
    ['train', '--config', 'bench/tny'],
    '"bench/tny": no such file, nor a config of this name; did you mean bench/tiny?',
  ],
  [['train', '--gbits', '10'], '--gbits is for tx bench scale'],
  [['scale', '--profile'], '--profile is for tx bench train'],
  [['scale', '--step-ms', '1', '--gflops', '1'], '--step-ms and --gflops exclude each other'],
  [['scale', '--machines', '1,x'], '--machines 1,x: expected numbers between commas, as in 1,10,100'],
  [['scale', '--machines', '1.5'], '--machines: expected whole numbers'],
  [['scale', '--step-ms', '0'], '--step-ms is more than 0; found 0'],
  [['scale', '--batches', '1.5'], '--batches is a whole number from 1 to 1000000; found 1.5'],
  [['scale', '--latency', '-1'], '--latency is in microseconds; found -1'],
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
