import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildBleu } from '../../src/metrics/bleu.ts';
import { saveResult } from '../../src/run/results.ts';
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
  expect(() => file.isUsed()).toThrow(UsageError);
});

it('clears what a run makes and nothing else', () => {
  folder.clear();
  folder.create();
  const made = [
    folder.config,
    folder.metrics,
    folder.checkpoint('step-3'),
    folder.result('test.hyp'),
    ...(['joint', 'src', 'tgt'] as const).map((side) => folder.vocabulary(side)),
    ...(['training', 'eval', 'optimizer', 'decode'] as const).map((name) => folder.graph(name)),
  ];
  for (const path of made) writeFileSync(path, 'x');
  writeFileSync(join(folder.path, 'notes.txt'), 'mine');
  folder.clear();
  expect(readdirSync(folder.path)).toEqual(['notes.txt']);
  rmSync(join(folder.path, 'notes.txt'));
  folder.clear();
  expect(existsSync(folder.path)).toBe(false);
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
  saveResult(folder, 'valid', { weights: 'best', hypotheses, references, score, signature: 'x:1' });
  expect(readdirSync(join(folder.path, 'results'))).toEqual(['valid.hyp', 'valid.json', 'valid.ref']);
});
