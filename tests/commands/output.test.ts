import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../src/commands/command.ts';
import { checkOutput, outputPath } from '../../src/commands/output.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { isSameFile } from '../../src/util/files.ts';
import { createLog } from '../../src/util/log.ts';

let dir: string;
let input: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-output-'));
  input = join(dir, 'a');
  writeFileSync(input, 'text\n');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Streams, behind which the shell has put these files. */
function contextOf(fds: { stdin?: number; stdout?: number } = {}): Context {
  const stream = (fd?: number) => Object.assign(new PassThrough(), fd === undefined ? {} : { fd });
  return {
    stdin: stream(fds.stdin),
    stdout: stream(fds.stdout),
    log: createLog({ write: () => {} }),
    abortSignal: () => new AbortController().signal,
  };
}

it('an input is no output, by whatever name', () => {
  symlinkSync('a', join(dir, 'symbolic'));
  linkSync(input, join(dir, 'hard'));
  const names = [
    input,
    join(dir, 'symbolic'),
    join(dir, 'hard'),
    `${dir}/./a`,
    relative(process.cwd(), input),
  ];
  for (const name of names) {
    const error = new UsageError(
      `${name}: is the input too, which would be overwritten; write to another file`,
    );
    expect(() => checkOutput(name, [join(dir, 'none'), input], contextOf())).toThrow(error);
    expect(() => checkOutput(input, [name], contextOf())).toThrow(UsageError);
  }
  writeFileSync(join(dir, 'b'), 'text\n');
  checkOutput(join(dir, 'b'), [input, '-'], contextOf());
  checkOutput(join(dir, 'new'), [input], contextOf());
  checkOutput('/dev/null', ['/dev/null'], contextOf());
});

it('nor behind < and >', () => {
  const fd = openSync(input, 'r+');
  try {
    const message = (name: string) => `${name}: is the input too`;
    expect(() => checkOutput(input, ['-'], contextOf({ stdin: fd }))).toThrow(message(input));
    expect(() => checkOutput(undefined, [input], contextOf({ stdout: fd }))).toThrow(
      message('standard output'),
    );
    checkOutput(undefined, ['-'], contextOf({ stdin: fd }));
    checkOutput(undefined, [input], contextOf());
  } finally {
    closeSync(fd);
  }
});

it('what cannot be written is told before the work', () => {
  mkdirSync(join(dir, 'folder'));
  expect(() => checkOutput(join(dir, 'folder'), [], contextOf())).toThrow(
    new UserError(`${dir}/folder: is a directory`),
  );
  expect(() => checkOutput(join(dir, 'no/out'), [], contextOf())).toThrow(`${dir}/no/out: cannot be written`);
});

it('names are of one file, or of none', () => {
  symlinkSync('a', join(dir, 'symbolic'));
  expect(isSameFile(input, join(dir, 'symbolic'))).toBe(true);
  expect(isSameFile(join(dir, 'new'), `${dir}/./new`)).toBe(true);
  expect(isSameFile(input, join(dir, 'new'))).toBe(false);
  expect(isSameFile('/dev/null', '/dev/null')).toBe(true);
  expect([undefined, '-', '', 'a'].map(outputPath)).toEqual([undefined, undefined, undefined, 'a']);
});
