import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildBleu } from '../../src/metrics/bleu.ts';
import { saveResult, summarizeScore } from '../../src/run/results.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';

let dir: string;
let folder: RunFolder;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-run-'));
});
beforeEach(() => {
  folder = new RunFolder(join(dir, 'run'));
  rmSync(folder.path, { recursive: true, force: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

it('is open to a new run, then used', () => {
  expect(folder.isUsed()).toBe(false);
  expect(() => RunFolder.open(folder.path)).toThrow(
    new UsageError(`${folder.path}: no such run; give a folder that tx train made`),
  );
  mkdirSync(folder.path);
  expect(folder.isUsed()).toBe(false);
  folder.create();
  expect([folder.isUsed(), folder.hasRun()]).toEqual([true, false]);
  expect(() => RunFolder.open(folder.path)).toThrow(
    new UsageError(`${folder.path}: not a run: it has no config.yaml`),
  );
  writeFileSync(folder.config, '');
  expect(RunFolder.open(folder.path).hasRun()).toBe(true);
  const file = new RunFolder(folder.config);
  expect(() => file.isUsed()).toThrow(new UsageError(`${folder.config}: is a file; a run needs a folder`));
  expect(new RunFolder(join(folder.config, 'x')).isUsed()).toBe(false);
});

it('is not used by what a start that was cut off leaves', () => {
  mkdirSync(folder.starting, { recursive: true });
  const left = ['train.lock', '.train.lock.12.tmp', '.train.lock.stale.12.tmp', '.metrics.jsonl.3.tmp'];
  for (const name of left) writeFileSync(join(folder.path, name), '');
  expect([folder.isUsed(), folder.hasRun()]).toEqual([false, false]);
  for (const name of ['.notes.12.tmp', '.metrics.jsonl.tmp', 'metrics.jsonl', '.x']) {
    writeFileSync(join(folder.path, name), '');
    expect(folder.isUsed(), name).toBe(true);
    rmSync(join(folder.path, name));
  }
  mkdirSync(folder.started);
  expect([folder.isUsed(), folder.hasRun()]).toEqual([true, true]);
});

it('prefers the parameters of the end to the best so far', () => {
  folder.create();
  expect(() => folder.weights()).toThrow(UserError);
  for (const name of ['last', 'best', 'model']) {
    writeFileSync(folder.checkpoint(name), '');
    if (name === 'last') expect(() => folder.weights()).toThrow('no trained parameters yet');
    else expect(folder.weights()).toBe(folder.checkpoint(name));
  }
});

it('keeps the translations and the score of a set', () => {
  const metric = buildBleu();
  const [hypotheses, references] = [
    ['a b c d e', ''],
    ['a b c d f', 'g'],
  ];
  const score = metric.score(hypotheses, [references]);
  const summary = { weights: 'best', ...summarizeScore(score, 'x:1') };
  saveResult(folder, 'valid', { hyp: hypotheses, ref: references }, summary);
  expect(readdirSync(join(folder.path, 'results'))).toEqual(['valid.hyp', 'valid.json', 'valid.ref']);
});
