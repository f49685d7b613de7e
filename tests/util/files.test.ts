import {
  chmodSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileError, UserError } from '../../src/util/errors.ts';
import {
  appendFile,
  attempt,
  copyFile,
  ensureDir,
  fileExists,
  isFolder,
  listFolder,
  move,
  remove,
  removeIfEmpty,
  writeFileAtomic,
} from '../../src/util/files.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-files-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('writeFileAtomic', () => {
  it.each<[string, string | Uint8Array | Iterable<Uint8Array>]>([
    ['a string', 'äb'],
    ['bytes', Buffer.from('äb')],
    ['chunks', [Buffer.from('ä'), Buffer.alloc(0), Buffer.from('b')]],
  ])('writes %s and leaves nothing beside it', (_name, data) => {
    const path = join(dir, 'a');
    writeFileSync(path, 'old and longer');
    writeFileAtomic(path, data);
    expect(readFileSync(path, 'utf8')).toBe('äb');
    expect(readdirSync(dir)).toEqual(['a']);
  });

  it('keeps the old file when the data fails half-way', () => {
    const path = join(dir, 'a');
    writeFileSync(path, 'old');
    const data = function* () {
      yield Buffer.from('new');
      throw new RangeError('no more');
    };
    expect(() => writeFileAtomic(path, data())).toThrow(RangeError);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['a']);
  });

  it('replaces what a link points to, and writes straight to what is no file', () => {
    const path = join(dir, 'a');
    writeFileSync(path, 'old');
    symlinkSync('a', join(dir, 'link'));
    writeFileAtomic(join(dir, 'link'), 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(dir, { withFileTypes: true }).map((e) => e.isSymbolicLink())).toEqual([false, true]);
    writeFileAtomic('/dev/null', 'x');
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  it('names the path in its errors', () => {
    mkdirSync(join(dir, 'folder'));
    expect(() => writeFileAtomic(join(dir, 'folder'), '')).toThrow(
      new UserError(`${dir}/folder: is a directory`),
    );
    expect(() => writeFileAtomic(join(dir, 'no/a'), '')).toThrow(
      new UserError(`${dir}/no/a: no such file or directory`),
    );
    if (process.platform === 'linux')
      expect(() => writeFileAtomic('/dev/full', 'x')).toThrow('no space left on the device');
    if (process.getuid?.() !== 0) {
      chmodSync(join(dir, 'folder'), 0o500);
      expect(() => writeFileAtomic(join(dir, 'folder/a'), '')).toThrow('permission denied');
    }
  });
});

describe('every failure of the system is one line that names the file', () => {
  const expectFailure = (act: () => unknown, message: string) =>
    expect(act).toThrow(new FileError(message.replaceAll('DIR', dir)));

  it('whatever is done', () => {
    writeFileSync(join(dir, 'f'), 'x');
    mkdirSync(join(dir, 'full/of'), { recursive: true });
    const inFile = 'a part of the path is not a directory';
    expectFailure(() => appendFile(join(dir, 'f/x'), ''), `DIR/f/x: ${inFile}`);
    expectFailure(() => appendFile(dir, 'x'), 'DIR: is a directory');
    expectFailure(() => ensureDir(join(dir, 'f/x')), 'DIR/f: exists and is not a directory');
    if (process.platform === 'linux')
      expectFailure(() => ensureDir('/proc/x/y'), '/proc/x: no such file or directory');
    expectFailure(() => move(join(dir, 'none'), join(dir, 'g')), 'DIR/none: no such file or directory');
    expectFailure(() => move(join(dir, 'f'), join(dir, 'full')), 'DIR/f: is a directory');
    expectFailure(() => isFolder(join(dir, 'n'.repeat(300))), `DIR/${'n'.repeat(300)}: the name is too long`);
    symlinkSync('loop', join(dir, 'loop'));
    expectFailure(() => fileExists(join(dir, 'loop')), 'DIR/loop: too many symbolic links');
    expectFailure(() => copyFile(join(dir, 'full'), join(dir, 'g')), 'DIR/full: is not a file');
    expectFailure(() => copyFile(join(dir, 'none'), join(dir, 'g')), 'DIR/none: no such file or directory');
    expectFailure(() => copyFile(join(dir, 'f'), join(dir, 'no/g')), 'DIR/no/g: no such file or directory');
    expect(readdirSync(dir)).toEqual(['f', 'full', 'loop']);
  });

  it('also one that has no words of ours, and no other error', () => {
    const busy = Object.assign(new Error('EBUSY: …'), { code: 'EBUSY', errno: -16, syscall: 'rename' });
    const fail = (error: unknown) => () =>
      attempt('a', () => {
        throw error;
      });
    if (process.platform === 'linux') expectFailure(fail(busy), 'a: resource busy or locked');
    expect(fail(new TypeError('x'))).toThrow(TypeError);
    expect(fail(undefined)).toThrow();
  });

  it.runIf(process.platform === 'linux')('also a device that is full', () => {
    expectFailure(() => appendFile('/dev/full', 'x'), '/dev/full: no space left on the device');
  });
});

it('appends, copies, moves, removes and lists', () => {
  appendFile(join(dir, 'a'), 'x');
  appendFile(join(dir, 'a'), 'ä');
  copyFile(join(dir, 'a'), join(dir, 'b'));
  move(join(dir, 'b'), join(dir, 'c'));
  expect(readFileSync(join(dir, 'c'), 'utf8')).toBe('xä');
  mkdirSync(join(dir, 'd/e'), { recursive: true });
  expect(removeIfEmpty(join(dir, 'd'))).toBe(false);
  expect(listFolder(dir, { recursive: true })).toEqual(['a', 'c', 'd', join('d', 'e')]);
  remove(join(dir, 'd'));
  remove(join(dir, 'd'));
  expect([removeIfEmpty(join(dir, 'd')), listFolder(join(dir, 'd'))]).toEqual([true, []]);
  expect(listFolder(dir)).toEqual(['a', 'c']);
});

it('ensureDir and fileExists', () => {
  ensureDir(join(dir, 'a/b'));
  ensureDir(join(dir, 'a/b'));
  writeFileSync(join(dir, 'f'), '');
  expect(() => ensureDir(join(dir, 'f'))).toThrow(new UserError(`${dir}/f: exists and is not a directory`));
  expect(['a', 'f', 'none', 'f/x'].map((name) => fileExists(join(dir, name)))).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
