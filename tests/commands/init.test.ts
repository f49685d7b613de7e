import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallModel, Toy } from '../train/toy.ts';
import { tx } from './run.ts';

let dir: string;
const here = process.cwd();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-init-'));
  process.chdir(dir);
  mkdirSync('corpus');
});
afterEach(() => {
  process.chdir(here);
  rmSync(dir, { recursive: true });
});
const put = (...names: string[]) => {
  for (const name of names) {
    const text = 'a house\na tree\n';
    writeFileSync(join('corpus', name), name.endsWith('.gz') ? gzipSync(text) : text);
  }
};
const written = (path = 'en-de.yaml') => readFileSync(path, 'utf8');

it('writes a config that trains: the files beside the training text are found', async () => {
  const toy = new Toy();
  try {
    for (const split of ['train', 'valid', 'test'] as const) {
      for (const [lang, files] of [
        ['en', toy.data[split]!.src],
        ['de', toy.data[split]!.tgt],
      ] as const) {
        writeFileSync(join('corpus', `${split}.${lang}`), readFileSync(files![0]!));
      }
    }
  } finally {
    toy.remove();
  }
  expect(await tx(['init', 'corpus/train.en', 'corpus/train.de'])).toEqual({
    code: 0,
    stdout: 'en-de.yaml\n',
    stderr: expect.stringMatching(/^176 pairs, en to de; next: npx tx train \S*en-de\.yaml\n$/),
  });
  expect(written()).toContain('valid: { kind: parallel, src: "corpus/valid.en", tgt: "corpus/valid.de" }');
  expect(written()).toContain('test: { kind: parallel, src: "corpus/test.en", tgt: "corpus/test.de" }');
  expect((await tx(['config', 'en-de.yaml'])).code).toBe(0);
  const { maxLength: _, ...sizes } = smallModel;
  const set = Object.entries({ ...sizes }).flatMap(([key, value]) => ['--set', `model.${key}=${value}`]);
  const steps = ['--set', 'training.maxSteps=2', '--set', 'threads=1', '--set', 'decode.maxExtraLength=3'];
  const trained = await tx(['train', 'en-de.yaml', '-q', ...set, ...steps]);
  expect([trained.code, trained.stderr]).toEqual([0, '']);
  expect(trained.stdout).toContain('BLEU|');
});

it('takes other names, packed files and other folders', async () => {
  put('a.en.gz', 'a.fr', 'b.txt', 'c.txt');
  const argv = [
    'init',
    'corpus/a.en.gz',
    'corpus/a.fr',
    '--valid',
    'corpus/b.txt',
    'corpus/c.txt',
    '-o',
    'x/y.yaml',
  ];
  expect((await tx(argv)).code).toBe(0);
  expect(written('x/y.yaml')).toContain(
    'train: { kind: parallel, src: "../corpus/a.en.gz", tgt: "../corpus/a.fr" }',
  );
  expect((await tx(['config', 'x/y.yaml'])).code).toBe(0);
});

it.each([
  ['train.val.en', ['val.val.en', 'val.val.de']],
  ['train.en.gz', ['val.en.gz', 'dev.de', 'val.de']],
])('%s: finds %j', async (name, others) => {
  const tgt = name.replace('.en', '.de').replace('.gz', '');
  put(name, tgt, ...others);
  const { code } = await tx(['init', join('corpus', name), join('corpus', tgt)]);
  expect([code, existsSync('en-de.yaml')]).toEqual([0, true]);
  expect(written()).toContain(`valid: { kind: parallel, src: "corpus/${others[0]}", tgt: "corpus/val.`);
});

it('does not replace what is there without --force', async () => {
  put('train.en', 'train.de', 'dev.en', 'dev.de');
  writeFileSync('en-de.yaml', 'mine\n');
  const { code, stderr } = await tx(['init', 'corpus/train.en', 'corpus/train.de']);
  expect([code, stderr]).toEqual([
    2,
    'tx: en-de.yaml: is there already; --force replaces it, --output names another\n',
  ]);
  expect(written()).toBe('mine\n');
  expect((await tx(['init', 'corpus/train.en', 'corpus/train.de', '--force'])).code).toBe(0);
  expect(written()).toContain('dev.en');
});

it.each<[string, number, RegExp]>([
  [
    'corpus/train.en corpus/x.txt',
    2,
    /^corpus\/x\.txt: its ending names no language; give it with --tgt-lang, such as/,
  ],
  ['corpus/train.en corpus/train', 2, /^corpus\/train: its ending names no language/],
  [
    'corpus/train.en corpus/train.de',
    2,
    /^no validation set beside corpus\/train\.en: give its two files with --valid/,
  ],
  [
    'corpus/train.en corpus/train.de --valid corpus/train.en',
    2,
    /^--valid expects two files, source and target; found 1$/,
  ],
  [
    'corpus/train.en corpus/none.de --valid corpus/train.en corpus/train.de',
    1,
    /^corpus\/none\.de: no such file/,
  ],
  ['corpus/train.en corpus/long.de --valid corpus/train.en corpus/train.de', 1, /equal counts$/],
  [
    'corpus/empty.en corpus/empty.de --valid corpus/train.en corpus/train.de',
    2,
    /^corpus\/empty\.en: has no lines$/,
  ],
  [
    'corpus/train.en corpus/train.de --valid corpus/empty.en corpus/empty.de',
    2,
    /^corpus\/empty\.en: has no lines$/,
  ],
])('%s', async (words, code, message) => {
  put('train.en', 'train.de', 'x.txt', 'train');
  writeFileSync('corpus/long.de', 'a\nb\nc\n');
  for (const name of ['empty.en', 'empty.de']) writeFileSync(join('corpus', name), '');
  const result = await tx(['init', ...words.split(' ')]);
  expect([result.code, result.stdout, existsSync('en-de.yaml')]).toEqual([code, '', false]);
  expect(result.stderr.replace('tx: ', '').trimEnd()).toMatch(message);
});
