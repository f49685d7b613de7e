import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { readTreebank } from '../../../src/data/sources/trees.ts';
import { buildParsingText, parsing } from '../../../src/tasks/parsing.ts';
import { writeTree } from '../../../src/trees/write.ts';
import { UserError } from '../../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-treebank-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const first = file('a.mrg', '( (S (NP-SBJ (NN Rain))\n  (VP (VBZ falls))) )\n\n(NP (-NONE- *))\n');
const second = file('b.mrg.gz', gzipSync('(X (A a\u0085b))(X\r\n (X (A c)))\r\n'));

it('reads several files and normalizes; what nothing is left of is left out', () => {
  const steps = ['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats'] as const;
  expect(readTreebank([first, second], steps).map(writeTree)).toEqual([
    '(S (NP (NN Rain)) (VP (VBZ falls)))',
    '(X (A a\u0085b))',
    '(X (A c))',
  ]);
});

it('without steps gives trees as they are', () => {
  expect(readTreebank([first, second], []).map(writeTree)).toEqual([
    '( (S (NP-SBJ (NN Rain)) (VP (VBZ falls))))',
    '(NP (-NONE- *))',
    '(X (A a\u0085b))',
    '(X (X (A c)))',
  ]);
});

it('tells file and line of a bad tree, and the split that is missing', async () => {
  const bad = file('bad.mrg', '(X (A a))\n\n(X (A b)))\n');
  expect(() => readTreebank([bad], [])).toThrow(`${bad}:3:10: `);
  const gone = join(folder, 'gone');
  expect(() => readTreebank([gone], [])).toThrow(`${gone}: no such file`);
  const split = { kind: 'trees', files: first };
  const config = parsing.schema().parse({
    task: 'parsing',
    data: { train: split, valid: split, batchTokens: 64 },
    model: { tie: 'none' },
    training: { maxSteps: 1 },
    optimizer: { type: 'adam' },
    schedule: { type: 'constant', learningRate: 0.1 },
  });
  const text = buildParsingText(config);
  expect((await text.read('train')).text.src).toEqual(['Rain falls']);
  await expect(text.read('test')).rejects.toThrow(new UserError('the config has no data.test'));
});
