import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const scripts = new URL('../../data-scripts/', import.meta.url);
const { fetchFiles, parseArguments } = (await import(new URL('fetch.mjs', scripts).href)) as {
  fetchFiles(
    files: Record<string, string>,
    from: string,
    out: string,
    log: (line: string) => void,
  ): Promise<void>;
  parseArguments(args: string[], defaults: Record<string, string>): Record<string, string>;
};
const run = promisify(execFile);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
let log: string[];
const get = (files: Record<string, string>, from: string) =>
  fetchFiles(files, from, join(folder, 'out'), (line) => log.push(line));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-fetch-'));
  mkdirSync(join(folder, 'in'));
  log = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('fetchFiles', () => {
  const files = { a: sha256('one\n'), b: sha256('two\n') };

  test('copies and unpacks from a folder, and leaves what is right alone', async () => {
    writeFileSync(join(folder, 'in/a'), 'one\n');
    writeFileSync(join(folder, 'in/b.gz'), gzipSync('two\n'));
    await get(files, join(folder, 'in'));
    expect(readFileSync(join(folder, 'out/a'), 'utf8')).toBe('one\n');
    expect(readFileSync(join(folder, 'out/b'), 'utf8')).toBe('two\n');
    rmSync(join(folder, 'in'), { recursive: true });
    rmSync(join(folder, 'out/a'));
    await expect(get(files, join(folder, 'in'))).rejects.toThrow('has neither a.gz nor a');
    await get({ b: files.b }, join(folder, 'in'));
    expect(log.at(-1)).toMatch(/b: there already$/);
  });

  test('refuses other content, at either end, and writes nothing', async () => {
    writeFileSync(join(folder, 'in/a'), 'ONE\n');
    await expect(get(files, join(folder, 'in'))).rejects.toThrow(/^a from .* has SHA-256 .*not written$/);
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
    writeFileSync(join(folder, 'out/a'), 'mine\n');
    await expect(get(files, join(folder, 'in'))).rejects.toThrow('is there with other content');
    expect(readFileSync(join(folder, 'out/a'), 'utf8')).toBe('mine\n');
  });

  test('downloads, goes on after a server error, and resumes', async () => {
    const requests: string[] = [];
    const server = await serve((url) => {
      requests.push(url);
      if (requests.length === 1) return { status: 503 };
      return url === '/raw/a.gz' ? { body: gzipSync('one\n') } : { status: 404 };
    });
    const address = `http://127.0.0.1:${(server.address() as { port: number }).port}/raw/`;
    try {
      await expect(get(files, address)).rejects.toThrow('has neither b.gz nor b');
      expect(requests).toEqual(['/raw/a.gz', '/raw/a.gz', '/raw/b.gz', '/raw/b']);
      await expect(get(files, address)).rejects.toThrow();
      expect(requests.slice(4)).toEqual(['/raw/b.gz', '/raw/b']);
      expect(readdirSync(join(folder, 'out'))).toEqual(['a']);
    } finally {
      server.close();
    }
  });

  test('arguments', () => {
    expect(parseArguments(['--from', 'x'], { out: 'o', from: 'f' })).toEqual({ out: 'o', from: 'x' });
    expect(() => parseArguments(['--what', 'x'], {})).toThrow('usage');
    expect(() => parseArguments(['--out'], {})).toThrow('usage');
  });
});

const data = resolve(process.env.TX_DATA ?? '../shared/data');

describe.skipIf(!existsSync(join(data, 'multi30k')))('multi30k.mjs (needs TX_DATA)', () => {
  const script = (args: string[], env = {}) =>
    run(process.execPath, [new URL('multi30k.mjs', scripts).pathname, ...args], {
      cwd: folder,
      env: { ...process.env, TX_DATA: '', ...env },
    });

  test('from the folder that TX_DATA names', async () => {
    const { stdout } = await script([], { TX_DATA: data });
    expect(stdout.trim().split('\n')).toHaveLength(9);
    expect(readFileSync(join(folder, 'data/multi30k/val.fr'), 'utf8')).toBe(
      readFileSync(join(data, 'multi30k/val.fr'), 'utf8'),
    );
  });

  test('from a server of gzipped files; a changed file is refused', async () => {
    const server = await serve((url) => ({
      body: gzipSync(readFileSync(join(data, 'multi30k', url.slice(1).replace(/\.gz$/, ''))), { level: 1 }),
    }));
    const address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    try {
      await script(['--out', 'there', '--from', address]);
      expect(readdirSync(join(folder, 'there'))).toHaveLength(9);
      writeFileSync(join(folder, 'there/val.de'), 'changed\n');
      await expect(script(['--out', 'there', '--from', address])).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^error: there\/val\.de is there with other content.*\n$/),
      });
    } finally {
      server.close();
    }
  });
});

function serve(answer: (url: string) => { status?: number; body?: Buffer }): Promise<Server> {
  const server = createServer((request, response) => {
    const { status = 200, body } = answer(request.url!);
    response.writeHead(status).end(body);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}
