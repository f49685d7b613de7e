import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UserError } from '../../src/util/errors.ts';
import { LockFile } from '../../src/util/lock-file.ts';
import { isRunning, processIdentity } from '../../src/util/processes.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-lock-'));
  path = join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true }));

const read = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));
const alter = (over: Record<string, unknown>) => writeFileSync(path, JSON.stringify({ ...read(), ...over }));

/** The lock is free: it can be taken, and then is gone. */
function expectFree(): void {
  LockFile.take(path).release();
  expect(readdirSync(dir)).toEqual([]);
}

it('is had by one at a time, and says by whom', () => {
  const lock = LockFile.take(path);
  expect(readdirSync(dir)).toEqual(['lock']);
  expect(read()).toMatchObject({ pid: process.pid, host: hostname() });
  expect(() => LockFile.take(path)).toThrow(
    new UserError(
      `${path}: process ${process.pid} has been at work here since ${read().since}; wait for its end, or stop it first`,
    ),
  );
  expect(readdirSync(dir)).toEqual(['lock']);
  lock.release();
  expectFree();
});

it('of a process that has ended is taken over', () => {
  LockFile.take(path);
  alter({ pid: spawnSync(process.execPath, ['--version']).pid, process: null });
  expectFree();
});

it.runIf(process.platform === 'linux')('of an earlier process of the same number is taken over', () => {
  LockFile.take(path);
  alter({ process: `${String(read().process)}0` });
  expectFree();
});

it('that was copied with its folder is taken over', () => {
  LockFile.take(path);
  copyFileSync(path, join(dir, 'copy'));
  rmSync(path);
  renameSync(join(dir, 'copy'), path);
  expectFree();
});

it('of another machine, or that says nothing, is left to a person', () => {
  const lock = LockFile.take(path);
  alter({ host: 'node7', pid: 12 });
  expect(() => LockFile.take(path)).toThrow(
    new UserError(
      `${path}: on node7, process 12 has been at work here since ${read().since}; if it has ended, remove this file`,
    ),
  );
  for (const text of ['', '{}', '{"pid":"1"}', 'null', '{"pid":-1,"host":"a"}']) {
    writeFileSync(path, text);
    expect(() => LockFile.take(path)).toThrow(
      'says nothing of who has made it; if no tx train is at work here, remove it',
    );
  }
  lock.release();
  mkdirSync(path);
  expect(() => LockFile.take(path)).toThrow(new UserError(`${path}: is a directory`));
  expect(existsSync(path)).toBe(true);
});

it('is let be by one that no longer has it', () => {
  const first = LockFile.take(path);
  renameSync(path, join(dir, 'away'));
  const second = LockFile.take(path);
  first.release();
  expect(existsSync(path)).toBe(true);
  rmSync(join(dir, 'away'));
  second.release();
  expectFree();
});

it('leaves no listener behind', () => {
  const before = process.listenerCount('exit');
  LockFile.take(path).release();
  expect(process.listenerCount('exit')).toBe(before);
});

it('tells running processes from ended ones', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 100_000)']);
  const [pid, identity] = [child.pid!, processIdentity(child.pid!)];
  expect([isRunning(pid), isRunning(pid, identity ?? null), isRunning(process.pid)]).toEqual([
    true,
    true,
    true,
  ]);
  if (process.platform === 'linux') expect(isRunning(pid, processIdentity(process.pid)!)).toBe(false);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('exit', resolve));
  expect([isRunning(pid), processIdentity(pid)]).toEqual([false, undefined]);
});
