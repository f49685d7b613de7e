import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BinaryWriter } from '../../src/util/binary-writer.ts';
import { FileError } from '../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('pieces one after another, and one at a place', () => {
  const path = join(folder, 'a');
  const writer = new BinaryWriter(path);
  writer.append(Buffer.from('.....'));
  writer.append(Buffer.from('cde'));
  writer.writeAt(3, Buffer.from('ab'));
  expect(readdirSync(folder)).not.toContain('a');
  writer.finish();
  expect(readFileSync(path, 'utf8')).toBe('...abcde');
  writer.abandon();
  expect(readdirSync(folder)).toEqual(['a']);
});

test('the last of several that make a file stays; one that fails leaves what is there', () => {
  const path = join(folder, 'b');
  const writers = ['one', 'two', 'three'].map((text) => {
    const writer = new BinaryWriter(path);
    writer.append(Buffer.from(text));
    return writer;
  });
  writers[1]!.finish();
  writers[2]!.abandon();
  expect(readFileSync(path, 'utf8')).toBe('two');
  writers[0]!.finish();
  expect(readFileSync(path, 'utf8')).toBe('one');
  expect(readdirSync(folder)).toEqual(['a', 'b']);
});

test('errors name the file', () => {
  const gone = join(folder, 'none', 'c');
  expect(() => new BinaryWriter(gone)).toThrow(new FileError(`${gone}: no such file or directory`));
  const path = join(folder, 'd');
  mkdirSync(path);
  const writer = new BinaryWriter(path);
  expect(() => writer.finish()).toThrow(/d: /);
  expect(readdirSync(folder)).toEqual(['a', 'b', 'd']);
});
