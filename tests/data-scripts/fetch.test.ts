import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Desk } from './desk.ts';
import type { Fault } from './server.ts';

const url = new URL('../../data-scripts/fetch.mjs', import.meta.url).href;
const { download, parseArguments, UsageError } = (await import(url)) as {
  download(
    url: string,
    part: string,
    stream?: { isTTY?: boolean; write(text: string): void },
  ): Promise<boolean>;
  parseArguments(args: string[], defaults: object, options?: object): Record<string, unknown>;
  UsageError: new () => Error;
};

const desk = new Desk();
const { at, put } = desk;

describe('download', () => {
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
  const get = async (...faults: (Fault | '')[]) => {
    const address = await desk.serve({ '/file': content }, faults);
    const part = at('file.part');
    const found = await download(`${address}/file`, part);
    const right = existsSync(part) && readFileSync(part).equals(content);
    return { found, right, asked: desk.server!.requests };
  };

  test('goes on after a connection that broke off', async () => {
    expect(await get('cut')).toEqual({ found: true, right: true, asked: ['/file', '/file 50000'] });
  });

  test('goes on as often as a connection breaks off, where each brought more', async () => {
    expect(await get('cut', 'cut', 'cut', 'cut')).toEqual({
      found: true,
      right: true,
      asked: ['/file', '/file 50000', '/file 75000', '/file 87500', '/file 93750'],
    });
  }, 20_000);

  test('goes on after what an earlier run left', async () => {
    put('file.part', content.subarray(0, 70_000));
    expect(await get()).toEqual({ found: true, right: true, asked: ['/file 70000'] });
  });

  test('starts anew where the server ignores the range', async () => {
    put('file.part', content.subarray(0, 70_000));
    expect(await get('no range')).toEqual({ found: true, right: true, asked: ['/file 70000'] });
  });

  test('starts anew where the server answers with another range', async () => {
    put('file.part', content.subarray(0, 70_000));
    expect(await get('wrong range')).toEqual({ found: true, right: true, asked: ['/file 70000', '/file'] });
  });

  test('is content with a part that is whole already', async () => {
    put('file.part', content);
    expect(await get()).toEqual({ found: true, right: true, asked: ['/file 100000'] });
  });

  test('no such file; a file that is not for everyone; a server that stays down', async () => {
    const address = await desk.serve({ '/file': content }, ['', 'forbidden', 'down', 'down', 'down']);
    const part = at('file.part');
    expect(await download(`${address}/other`, part)).toBe(false);
    await expect(download(`${address}/file`, part)).rejects.toThrow(/^http.*\/file: status 403$/);
    expect(desk.server!.requests).toHaveLength(2);
    await expect(download(`${address}/file`, part)).rejects.toThrow(/\/file: status 500$/);
    expect(desk.server!.requests).toHaveLength(5);
    expect(existsSync(part)).toBe(false);
  });

  test('tells a terminal how far it is', async () => {
    const address = await desk.serve({ '/file': content });
    let shown = '';
    put('file.part', content.subarray(0, 60_000));
    const stream = { isTTY: true, write: (text: string) => (shown += text) };
    await download(`${address}/file`, at('file.part'), stream);
    const [start, first] = shown.split('\r\x1b[K');
    expect(start).toBe('');
    expect(first).toMatch(/^file: 0\.1 MB of 0\.1 MB, \d+%, \d+ s left$/);
    expect(shown.endsWith('\r\x1b[K')).toBe(true);
  });
});

test('arguments', () => {
  const options = { usage: 'NAME', options: { force: { type: 'boolean' } }, allowPositionals: true };
  expect(parseArguments(['a', '--force', '--out=o'], { from: 'f' }, options)).toEqual({
    from: 'f',
    out: 'o',
    force: true,
    positionals: ['a'],
  });
  for (const args of [['--what'], ['--out'], ['a'], ['--force']]) {
    expect(() => parseArguments(args, {})).toThrow(UsageError);
    expect(() => parseArguments(args, {})).toThrow(/^[^.]*; usage: \[--out DIR\]/);
  }
});
