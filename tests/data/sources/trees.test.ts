import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { splitSchema } from '../../src/data/config.ts';
import { loadTreebank } from '../../src/data/treebank.ts';
import { writeTree } from '../../src/trees/write.ts';
import { UserError } from '../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-treebank-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const first = file('a.mrg', '( (S (NP-SBJ (NN Rain))\n  (VP (VBZ falls))) )\n\n(NP (-NONE- *))\n');
const second = file('b.mrg.gz', gzipSync('(X (A a\u0085b))(X\r\n (X (A c)))\r\n'));
const splits = { train: splitSchema.parse({ trees: [first, second] }) } as never;

it('reads several files and normalizes; what nothing is left of is left out', () => {
  const steps = ['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats'] as const;
  expect(loadTreebank(splits, 'train', steps).map(writeTree)).toEqual([
    '(S (NP (NN Rain)) (VP (VBZ falls)))',
    '(X (A a\u0085b))',
    '(X (A c))',
  ]);
});

it('without steps gives trees as they are', () => {
  expect(loadTreebank(splits, 'train', []).map(writeTree)).toEqual([
    '( (S (NP-SBJ (NN Rain)) (VP (VBZ falls))))',
    '(NP (-NONE- *))',
    '(X (A a\u0085b))',
    '(X (X (A c)))',
  ]);
});

it('tells file and line of a bad tree, and the split that is missing', () => {
  const bad = file('bad.mrg', '(X (A a))\n\n(X (A b)))\n');
  const config = {
    train: splitSchema.parse({ trees: bad }),
    valid: splitSchema.parse({ src: 'a', tgt: 'b' }),
  };
  const load = (name: 'train' | 'valid' | 'test') => () => loadTreebank(config, name, []);
  expect(load('train')).toThrow(`${bad}:3:10: `);
  expect(load('valid')).toThrow(new UserError('the config has no data.valid.trees'));
  expect(load('test')).toThrow(new UserError('the config has no data.test.trees'));
});
