import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileError } from '../../src/util/errors.ts';
import { PartFile } from '../../src/util/part-file.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-part-'));
  path = join(dir, 'out');
});
afterEach(() => rmSync(dir, { recursive: true }));

const read = (name: string) => readFileSync(join(dir, name), 'utf8');

it('has its name once it is finished, and the old file until then', () => {
  writeFileSync(path, 'old and longer');
  const file = new PartFile(path);
  file.append('ä\n');
  expect([read('out'), read('out.part')]).toEqual(['old and longer', 'ä\n']);
  file.append('b\n');
  file.finish();
  expect([readdirSync(dir), read('out')]).toEqual([['out'], 'ä\nb\n']);
});

it('leaves what was written, or nothing', () => {
  writeFileSync(path, 'old');
  const empty = new PartFile(path);
  empty.leave();
  expect(readdirSync(dir)).toEqual(['out']);
  const file = new PartFile(path);
  file.append('a\n');
  file.leave();
  expect([read('out'), read('out.part')]).toEqual(['old', 'a\n']);
  expect(() => new PartFile(path)).toThrow(
    new FileError(`${path}.part: is left from work that was interrupted; move or remove it`),
  );
});

it('replaces what a link points to, and writes straight to what is no file', () => {
  writeFileSync(path, 'old');
  symlinkSync('out', join(dir, 'link'));
  const file = new PartFile(join(dir, 'link'));
  file.append('new');
  expect(existsSync(`${path}.part`)).toBe(true);
  file.finish();
  expect([read('out'), readdirSync(dir)]).toEqual(['new', ['link', 'out']]);
  const device = new PartFile('/dev/null');
  device.append('x');
  device.leave();
  expect(existsSync('/dev/null.part')).toBe(false);
});

it('names the file in its errors', () => {
  expect(() => new PartFile(join(dir, 'no/out'))).toThrow(
    new FileError(`${dir}/no/out: no such file or directory`),
  );
  mkdirSync(path);
  expect(() => new PartFile(path)).toThrow(FileError);
  if (process.platform === 'linux') {
    const full = new PartFile('/dev/full');
    expect(() => full.append('x')).toThrow(new FileError('/dev/full: no space left on the device'));
    full.leave();
  }
});
