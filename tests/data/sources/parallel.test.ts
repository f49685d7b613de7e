import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readParallel } from '../../src/data/parallel.ts';
import { UserError } from '../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-parallel-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('pairs of files are read one after another', () => {
  const [a, b] = [file('a', '1\n2\n'), file('b', 'x\ny\n')];
  expect(readParallel([a, b], [b, a])).toEqual({ src: ['1', '2', 'x', 'y'], tgt: ['x', 'y', '1', '2'] });
  expect(() => readParallel([a, b], [b])).toThrow('2 source files but 1 target files');
});

test('packed files and byte order marks are read like others', () => {
  const [plain, packed] = [file('plain', '\ufeffa\r\nb\n'), file('packed', gzipSync('\ufeffc\nd'))];
  expect(readParallel([plain], [packed])).toEqual({ src: ['a', 'b'], tgt: ['c', 'd'] });
});

test('files of unequal length are told with their counts', () => {
  const [two, three] = [file('two', 'a\nb\n'), file('three', 'a\nb\nc\n')];
  const read = () => readParallel([two], [three]);
  expect(read).toThrow(UserError);
  expect(read).toThrow(`${two} has 2 lines but ${three} has 3`);
});
