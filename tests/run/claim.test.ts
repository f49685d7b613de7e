import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Claim } from '../../src/run/claim.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { FileError, UserError } from '../../src/util/errors.ts';

let dir: string;
let folder: RunFolder;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-claim-'));
  folder = new RunFolder(join(dir, 'runs', 'run'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function make(path: string, text = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const files = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();

it('is had by one training at a time', () => {
  const claim = Claim.take(folder);
  expect(() => Claim.take(folder)).toThrow(UserError);
  expect(() => Claim.take(folder)).toThrow(
    `${folder.lock}: process ${process.pid} has been at work here since`,
  );
  claim.release();
  Claim.take(folder).release();
});

it('leaves no folder where none was and no run has come', () => {
  const claim = Claim.take(folder);
  make(claim.prepare().config);
  claim.release();
  expect(readdirSync(dir)).toEqual([]);
  mkdirSync(folder.path, { recursive: true });
  Claim.take(folder).release();
  expect(readdirSync(dirname(folder.path))).toEqual(['run']);
});

it('puts a new run in the place of what a run makes, and of nothing else', () => {
  const old = [
    folder.config,
    folder.metrics,
    folder.checkpoint('step-3'),
    folder.result('test.hyp'),
    ...['shared', 'src', 'tgt'].map((name) => folder.tokenizer(name)),
    folder.classes,
    folder.provenance,
    folder.log,
    ...(['training', 'eval', 'optimizer', 'decode', 'classify', 'encode'] as const).map((name) =>
      folder.graph(name),
    ),
  ];
  for (const path of old) make(path, 'old');
  make(join(folder.path, 'notes.txt'), 'mine');
  const claim = Claim.take(folder);
  const run = claim.prepare();
  for (const path of [run.config, run.tokenizer('shared'), run.checkpoint('last')]) make(path, 'new');
  expect(files(folder.path)).toHaveLength(old.length + 5);
  claim.establish();
  claim.release();
  expect(files(folder.path)).toEqual([
    'checkpoints/last.safetensors',
    'config.yaml',
    'notes.txt',
    'tokenizers/shared.model',
  ]);
});

it('clears up after processes that have ended', () => {
  const gone = 2 ** 22 + 1;
  const stale = [
    `.config.yaml.${gone}.tmp`,
    `.train.lock.${gone}.tmp`,
    `checkpoints/.last.safetensors.${gone}.tmp`,
    `checkpoints/.last.safetensors.${process.pid}.tmp`,
    `results/.test.hyp.${gone}.tmp`,
  ];
  // Of another process that runs, the person's own, and files that only look like it.
  const kept = [
    `.notes.txt.${gone}.tmp`,
    '.metrics.jsonl.tmp',
    'checkpoints/best.safetensors',
    `results/.test.hyp.${process.ppid}.tmp`,
    'config.yaml',
  ];
  for (const name of [...stale, ...kept]) make(join(folder.path, name));
  make(join(folder.starting, 'config.yaml'));
  Claim.take(folder).release();
  expect(files(folder.path)).toEqual(kept.sort());
});

it('names the file in the way', () => {
  make(join(dir, 'file'));
  expect(() => Claim.take(new RunFolder(join(dir, 'file', 'x')))).toThrow(
    new FileError(`${dir}/file: exists and is not a directory`),
  );
  expect(readdirSync(dir)).toEqual(['file']);
});
