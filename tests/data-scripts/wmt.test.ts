import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Desk } from './desk.ts';
import type { Fault } from './server.ts';
import { makeTar } from './tar.ts';

const scripts = new URL('../../data-scripts/', import.meta.url);
const { fetchTestSet } = (await import(new URL('fetch-test-set.mjs', scripts).href)) as {
  fetchTestSet(table: object, name: string, pairs: string[], options: object): Promise<void>;
};
const sum = (algorithm: string, content: string | Buffer) =>
  createHash(algorithm).update(content).digest('hex');
const sgml = (...lines: string[]) =>
  `<refset>\n${lines.map((line, i) => `<seg id="${i + 1}">${line}</seg>\n`).join('')}</refset>\n`;

// An invented set of two lines in the table's form.
const archive = gzipSync(
  makeTar({
    'test/x-src.en.sgm': sgml('One  house.', 'Two houses.'),
    'test/x-ref.de.sgm': sgml('Ein Haus.', 'Zwei Häuser.'),
    'test/xB-ref.de.sgm': sgml('Das Haus.', 'Häuser.'),
    'test/short.de.sgm': sgml('Ein Haus.'),
  }),
);
const table = {
  files: { 'news/x.en': sum('sha256', 'One.\nTwo.\n'), 'news/x.de': sum('sha256', 'Eins.\nZwei.\n') },
  archives: { 'x-test.tgz': { address: 'http://127.0.0.1:1/x/test.tgz', md5: sum('md5', archive) } },
  sets: {
    'x/full': {
      title: 'x',
      archive: 'x-test.tgz',
      pairs: {
        'en-de': {
          lines: 2,
          sgm: ['test/x-src.en.sgm', 'test/x-ref.de.sgm', 'test/xB-ref.de.sgm'],
        },
        'de-en': {
          lines: 2,
          sgm: ['test/x-ref.de.sgm', 'test/x-src.en.sgm'],
          text: ['news/x.de', 'news/x.en'],
        },
        'en-nl': { lines: 2, sgm: ['test/x-src.en.sgm', 'test/x-ref.nl.sgm'] },
        'en-fr': { lines: 2, sgm: ['test/x-src.en.sgm', 'test/short.de.sgm'] },
      },
    },
  },
};

const desk = new Desk();
const { at, read, put } = desk;
const get = (source: string | null, pairs = ['en-de'], options = {}) =>
  fetchTestSet(table, 'x/full', pairs, {
    out: at('out'),
    sources: [source],
    log: desk.note,
    ...options,
  });
const start = (content: Buffer, ...faults: (Fault | '')[]) => desk.serve({ '/x/test.tgz': content }, faults);

describe('fetchTestSet', () => {
  test('downloads the archive once, and writes texts and their manifest', async () => {
    const address = await start(archive);
    await get(address, ['en-de', 'de-en']);
    expect(desk.server!.requests).toEqual(['/x/test.tgz']);
    expect(readdirSync(at('out')).sort()).toEqual(['archives', 'x_full']);
    expect(readdirSync(at('out/archives'))).toEqual(['x-test.tgz']);
    expect(read('out/x_full/en-de.en')).toBe('One house.\nTwo houses.\n');
    expect(read('out/x_full/en-de.de')).toBe('Ein Haus.\nZwei Häuser.\n');
    expect(read('out/x_full/en-de.de.2')).toBe('Das Haus.\nHäuser.\n');
    expect(read('out/x_full/de-en.en')).toBe('One house.\nTwo houses.\n');
    const manifest = JSON.parse(read('out/x_full/manifest.json'));
    expect(Object.keys(manifest.files).sort()).toEqual([
      'de-en.de',
      'de-en.en',
      'en-de.de',
      'en-de.de.2',
      'en-de.en',
    ]);
    expect(manifest.files['en-de.de.2']).toEqual({
      sha256: sum('sha256', 'Das Haus.\nHäuser.\n'),
      lines: 2,
      from: 'test/xB-ref.de.sgm in http://127.0.0.1:1/x/test.tgz',
    });
    // Again, with no server: nothing is needed; nor for a lost file, as the archive is kept.
    desk.server!.close();
    desk.log = [];
    await get('http://127.0.0.1:1', ['en-de']);
    expect(desk.log).toEqual([expect.stringMatching(/en-de: there already$/)]);
    rmSync(at('out/x_full/en-de.de'));
    await get('http://127.0.0.1:1', ['en-de']);
    expect(read('out/x_full/en-de.de')).toBe('Ein Haus.\nZwei Häuser.\n');
  });

  test('goes on where a download broke off, also in a later run', async () => {
    const half = Math.floor(archive.length / 2);
    put('out/archives/x-test.tgz.part', archive.subarray(0, 10));
    await get(await start(archive, '', 'cut'));
    expect(desk.server!.requests).toEqual(['/x/test.tgz 10']);
    desk.server!.close();
    rmSync(at('out'), { recursive: true });
    await get(await start(archive, 'cut'));
    expect(desk.server!.requests).toEqual(['/x/test.tgz', `/x/test.tgz ${half}`]);
    expect(read('out/x_full/en-de.en')).toBe('One house.\nTwo houses.\n');
  });

  test('refuses an archive that is cut short or another one, and starts anew the next time', async () => {
    const address = await start(archive, 'short');
    await expect(get(address)).rejects.toThrow(/^x\/test\.tgz from .* has MD5 .*cut short, damaged or/);
    expect(readdirSync(at('out/archives'))).toEqual([]);
    expect(readdirSync(at('out/x_full'))).toEqual([]);
    await get(address);
    expect(desk.server!.requests).toEqual(['/x/test.tgz', '/x/test.tgz']);
    desk.server!.close();
    put('out/archives/x-test.tgz', 'damaged');
    await get(await start(archive), ['de-en']);
    expect(desk.log).toContain('DIR/out/archives/x-test.tgz: damaged, fetched again');
    expect(readFileSync(at('out/archives/x-test.tgz'))).toEqual(archive);
  });

  test('from a folder: an archive, or texts of known content', async () => {
    for (const path of [
      'x-test.tgz',
      'x/test.tgz',
      'wmt/archives/x-test.tgz',
      'x/full/raw/x_full.test.tgz',
    ]) {
      put(`in/${path}`, archive);
      await get(at('in'), ['en-de'], { force: true });
      expect(read('out/x_full/en-de.en')).toBe('One house.\nTwo houses.\n');
      rmSync(at('in'), { recursive: true });
      rmSync(at('out'), { recursive: true });
    }
    put('in/news/x.en', 'One.\nTwo.\n');
    await expect(get(at('in'), ['de-en'])).rejects.toThrow(
      /in: neither x-test\.tgz nor the texts of x\/full de-en$/,
    );
    put('in/news/x.de', 'Eins.\nZwei.\n');
    await get(at('in'), ['de-en']);
    expect(read('out/x_full/de-en.de')).toBe('Eins.\nZwei.\n');
    await get(at('in/news'), ['de-en'], { out: at('other'), sources: [at('nowhere'), at('in')] });
    expect(read('other/x_full/de-en.en')).toBe('One.\nTwo.\n');
    put('in/news/x.de', 'Eins.\n');
    await expect(get(at('in'), ['de-en'], { force: true })).rejects.toThrow(
      /x\.de has SHA-256 .*another version$/,
    );
  });

  test('leaves files of other content alone unless forced', async () => {
    put('in/x-test.tgz', archive);
    put('out/x_full/en-de.de', 'mine\n');
    await expect(get(at('in'))).rejects.toThrow(
      /en-de\.de is there with other content; --force replaces it$/,
    );
    expect(read('out/x_full/en-de.de')).toBe('mine\n');
    await get(at('in'), ['en-de'], { force: true });
    put('out/x_full/en-de.de', 'Ein Haus.\n');
    await expect(get(at('in'))).rejects.toThrow('--force');
    await get(at('in'), ['en-de'], { force: true });
    expect(read('out/x_full/en-de.de')).toBe('Ein Haus.\nZwei Häuser.\n');
    put('out/x_full/manifest.json', '{');
    await expect(get(at('in'))).rejects.toThrow(/manifest\.json cannot be used: .*--force writes it anew$/);
    await get(at('in'), ['en-de'], { force: true });
    expect(JSON.parse(read('out/x_full/manifest.json')).set).toBe('x/full');
  });

  test('names what an archive lacks', async () => {
    put('in/x-test.tgz', archive);
    await expect(get(at('in'), ['en-nl'])).rejects.toThrow('x-test.tgz has no test/x-ref.nl.sgm');
    await expect(get(at('in'), ['en-fr'])).rejects.toThrow(/^test\/short\.de\.sgm in .* has 1 lines, not 2$/);
  });
});

describe('wmt.mjs', () => {
  const script = (args: string[], env = {}) =>
    promisify(execFile)(process.execPath, [fileURLToPath(new URL('wmt.mjs', scripts)), ...args], {
      cwd: desk.folder,
      env: { ...process.env, TX_DATA: '', ...env },
    });

  test('help and misuse', async () => {
    expect((await script(['--help'])).stdout).toMatch(
      /^usage: node data-scripts\/wmt\.mjs NAME.*\n {2}wmt14\/full +en-de de-en en-fr fr-en\n/s,
    );
    for (const [args, message] of [
      [[], 'name one test set, and one of its pairs or none: NAME'],
      [['wmt99'], 'no test set "wmt99"; known: wmt13'],
      [['multi30k'], 'no test set "multi30k"'],
      [['wmt19', 'en-fr'], 'wmt19 has no pair "en-fr"; its pairs: en-de, de-en'],
      [['wmt19', '--what'], "Unknown option '--what'; usage: NAME"],
    ] as const) {
      await expect(script([...args])).rejects.toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^error: ${message}.*\n$`)),
      });
    }
  });

  test('a server whose archive is another; a folder without it', async () => {
    const address = await desk.serve({ '/wmt13/test.tgz': archive });
    await expect(script(['wmt13', '--from', address])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: wmt13\/test\.tgz from .* has MD5 .*\n$/),
    });
    await expect(script(['wmt13', '--from', desk.folder])).rejects.toMatchObject({
      code: 1,
      stderr: `error: ${desk.folder}: neither wmt13-test.tgz nor the texts of wmt13 en-de\n`,
    });
  });

  const data = resolve(process.env.TX_DATA ?? '../shared/data');
  test.skipIf(!existsSync(join(data, 'newstest')))('texts from the folder TX_DATA (needs it)', async () => {
    const { stdout, stderr } = await script(['wmt14/full', 'de-en'], { TX_DATA: data });
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'data/wmt/wmt14_full/de-en.de: 3,003 lines\ndata/wmt/wmt14_full/de-en.en: 3,003 lines\n',
    );
    expect((await script(['wmt14/full', 'de-en'])).stdout).toBe('data/wmt/wmt14_full/de-en: there already\n');
  });
});
