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
