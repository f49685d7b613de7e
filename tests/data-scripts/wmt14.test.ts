// The fetching of WMT14 with small invented archives of the same layout: from a server, from folders, after a kill at
// any moment, and with what is damaged.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Desk } from './desk.ts';
import type { Fault } from './server.ts';
import { makeTar } from './tar.ts';

const script = new URL('../../data-scripts/wmt14.mjs', import.meta.url);
type Run = (args: string[], log: (line: string) => void, tables: object) => Promise<void>;
const { run } = (await import(script.href)) as { run: Run };

const sgml = (...lines: string[]) => lines.map((line) => `<seg id="1">${line}</seg>\n`).join('');
const tests = gzipSync(makeTar({ 'test/x.en.sgm': sgml('One.'), 'test/x.de.sgm': sgml('Eins.') }));
const set = (archive: string) => ({
  title: 'x',
  archive,
  pairs: { 'en-de': { lines: 1, sgm: ['test/x.en.sgm', 'test/x.de.sgm'] } },
});
const testSets = {
  files: {},
  archives: {
    't.tgz': { address: 'http://127.0.0.1:1/t/t.tgz', md5: createHash('md5').update(tests).digest('hex') },
  },
  sets: { wmt13: set('t.tgz'), 'wmt14/full': set('t.tgz') },
};

/** Four parts, one a plain tar of gzipped text, with pairs that the filter drops. */
const long = 'w '.repeat(251);
const news = (name: string, first: string, second: string) =>
  ({ [`training/${name}.de-en.de`]: second, [`training/${name}.de-en.en`]: first }) as Record<string, string>;
const archives: Record<string, Buffer> = {
  'a.tgz': gzipSync(makeTar({ 'training/': '', ...news('a', 'one\r\n two \nthree', 'eins\nzwei\ndrei') })),
  'b.tgz': gzipSync(
    makeTar({
      'b.cs-en.en': 'other\n',
      'b.de-en.en': `x\n\n${long}\ny\nok\n`,
      'b.de-en.de': `\ny\nz\n${'w '.repeat(10)}\ngut\n`,
    }),
  ),
  'c.tar': makeTarOfBytes({
    'c.en.gz': gzipSync('six\nbad\nseven\n'),
    'c.de.gz': gzipSync(Buffer.from('sechs\n\xff\xfe\nsieben\n', 'latin1')),
  }),
  'd.tgz': gzipSync(makeTar(news('d', 'last\n'.repeat(30_000), 'letzte\n'.repeat(30_000)))),
};
const part = (name: string, archive: string, members: string[]) => ({
  name,
  archive,
  members,
  megabytes: 0.001,
});
const table = {
  archives: Object.fromEntries(
    Object.keys(archives).map((name) => [
      name,
      { address: `http://127.0.0.1:1/y/${name}`, megabytes: 0.001 },
    ]),
  ),
  pairs: {
    'en-de': [
      part('a', 'a.tgz', ['a.de-en.en', 'a.de-en.de']),
      part('b', 'b.tgz', ['b.de-en.en', 'b.de-en.de']),
      part('c', 'c.tar', ['c.en.gz', 'c.de.gz']),
      part('d', 'd.tgz', ['d.de-en.en', 'd.de-en.de']),
    ],
  },
};
const EN = `one\ntwo\nthree\nok\nsix\nseven\n${'last\n'.repeat(30_000)}`;
const DE = `eins\nzwei\ndrei\ngut\nsechs\nsieben\n${'letzte\n'.repeat(30_000)}`;

/** makeTar keeps text alone: bytes go through latin1. */
function makeTarOfBytes(entries: Record<string, Buffer>): Buffer {
  const names = Object.keys(entries);
  const filler = Object.fromEntries(names.map((name) => [name, 'x'.repeat(entries[name]!.length)]));
  const tar = makeTar(filler);
  let at = 0;
  for (const name of names) {
    entries[name]!.copy(tar, at + 512);
    at += 512 + Math.ceil(entries[name]!.length / 512) * 512;
  }
  return tar;
}

const desk = new Desk();
const { at, read, put } = desk;
beforeEach(() => {
  vi.stubEnv('TX_DATA', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
const get = (from: string, ...more: string[]) =>
  run(['en-de', '--out', at('out/wmt14'), '--from', from, ...more], desk.note, { table, testSets });
const serve = (faults: (Fault | '')[] = [], over: Record<string, Buffer> = {}) => {
  const files = Object.entries({ ...archives, ...over }).map(([name, bytes]) => [`/y/${name}`, bytes]);
  return desk.serve({ '/t/t.tgz': tests, ...Object.fromEntries(files) }, faults);
};
const putArchives = (place: string) => {
  for (const [name, bytes] of Object.entries(archives)) put(`${place}/${name}`, bytes);
  put(`${place}/t.tgz`, tests);
};
const expectWhole = () => {
  expect(readdirSync(at('out/wmt14/en-de')).sort()).toEqual(['manifest.json', 'train.de', 'train.en']);
  expect(read('out/wmt14/en-de/train.en') === EN).toBe(true);
  expect(read('out/wmt14/en-de/train.de') === DE).toBe(true);
};

test('from a server: parts in order, filtered and counted, test sets beside them; once', async () => {
  const address = await serve();
  await get(address);
  expectWhole();
  expect(read('out/wmt/wmt13/en-de.en')).toBe('One.\n');
  expect(read('out/wmt/wmt14_full/en-de.de')).toBe('Eins.\n');
  expect(desk.log.filter((line) => line.includes('pairs'))).toEqual([
    'a: 3 pairs, 3 kept',
    'b: 5 pairs, 1 kept; dropped: 2 empty, 1 too long, 1 ratio',
    'c: 3 pairs, 2 kept; dropped: 1 not UTF-8',
    'd: 30,000 pairs, 30,000 kept',
  ]);
  expect(desk.log[0]).toMatch(/^DIR\/out\/wmt14: 0\.0 GB to fetch and 0\.0 GB of text, about .* free$/);
  expect(desk.server!.requests).toEqual(['/t/t.tgz', '/y/a.tgz', '/y/b.tgz', '/y/c.tar', '/y/d.tgz']);
  const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  const manifest = JSON.parse(read('out/wmt14/en-de/manifest.json'));
  expect(manifest.files).toEqual({
    'train.en': { sha256: sha256(EN), bytes: EN.length, lines: 30_006 },
    'train.de': { sha256: sha256(DE), bytes: DE.length, lines: 30_006 },
  });
  expect(Object.keys(manifest.parts)).toEqual(['a', 'b', 'c', 'd']);
  const kept = JSON.parse(read('out/wmt14/archives/manifest.json')).archives;
  for (const [name, bytes] of Object.entries(archives)) {
    expect(kept[name]).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length });
  }
  desk.server!.close();
  desk.log = [];
  await get(address);
  expect(desk.log.slice(-2)).toEqual([
    'DIR/out/wmt14/en-de/train.en: there already',
    'DIR/out/wmt14/en-de/train.de: there already',
  ]);
  // A file that was lost is made of the archives, without the server.
  rmSync(at('out/wmt14/en-de/train.de'));
  await get(address);
  expectWhole();
});

test('goes on with a download that broke off, also in a later run', async () => {
  put('out/wmt14/archives/d.tgz.part', archives['d.tgz']!.subarray(0, 100));
  await get(await serve(['', 'cut']));
  const half = Math.floor(archives['a.tgz']!.length / 2);
  expect(desk.server!.requests).toEqual([
    '/t/t.tgz',
    '/y/a.tgz',
    `/y/a.tgz ${half}`,
    '/y/b.tgz',
    '/y/c.tar',
    '/y/d.tgz 100',
  ]);
  expectWhole();
});

test('a server that has not all of an archive, or none; done parts are not repeated', async () => {
  await expect(get(await serve([], { 'd.tgz': archives['d.tgz']!.subarray(0, -9) }))).rejects.toThrow(
    /d\.tgz: is cut short; remove it/,
  );
  expect(desk.log).toContain('c: 3 pairs, 2 kept; dropped: 1 not UTF-8');
  rmSync(at('out/wmt14/archives/d.tgz'));
  for (const name of ['a.tgz', 'b.tgz', 'c.tar']) rmSync(at(`out/wmt14/archives/${name}`));
  const { 'd.tgz': _, ...others } = archives;
  const poor = await desk.serve({ '/t/t.tgz': tests, '/y/a.tgz': others['a.tgz']! });
  await expect(get(poor)).rejects.toThrow(/has neither y\/d\.tgz nor d\.tgz$/);
  desk.log = [];
  await get(await serve());
  expect(desk.server!.requests).toEqual(['/y/d.tgz']);
  expect(desk.log.filter((line) => line.includes('pairs'))).toEqual(['d: 30,000 pairs, 30,000 kept']);
  expectWhole();
});

describe('from a folder', () => {
  test.each(['in', 'in/y', 'in/archives'])('with archives as %s', async (place) => {
    putArchives(place);
    put('in/t.tgz', tests);
    await get(at('in'));
    expectWhole();
    expect(existsSync(at('out/wmt14/archives/a.tgz'))).toBe(false);
    expect(existsSync(at(`${place}/a.tgz`))).toBe(true);
  });

  test('with members, gzipped or not, beside archives', async () => {
    putArchives('in');
    rmSync(at('in/a.tgz'));
    rmSync(at('in/c.tar'));
    put('in/training/a.de-en.en', 'one\ntwo\nthree\n');
    put('in/a.de-en.de.gz', gzipSync('eins\nzwei\ndrei\n'));
    put('in/c.en', 'six\nseven\n');
    put('in/c.de.gz', gzipSync('sechs\nsieben\n'));
    await get(at('in'));
    expectWhole();
    expect(read('in/c.en')).toBe('six\nseven\n');
  });

  test('that is not there, has not all, or holds a damaged text', async () => {
    await expect(get(at('none'))).rejects.toThrow(/^--from .*none: no such folder$/);
    put('in/t.tgz', tests);
    await expect(get(at('in'))).rejects.toThrow(/in has neither a\.tgz nor a\.de-en\.en and a\.de-en\.de$/);
    put('in/a.de-en.en', 'one\n');
    put('in/a.de-en.de.gz', gzipSync('eins\nzwei\n'));
    await expect(get(at('in'))).rejects.toThrow(
      /a\.de-en\.de\.gz goes on after line 1, the last of .*a\.de-en\.en: they are no translations line by line$/,
    );
    put('in/a.de-en.en', 'one\n'.repeat(1000));
    put('in/a.de-en.de.gz', gzipSync('eins\n'.repeat(1000)).subarray(0, -9));
    await expect(get(at('in'))).rejects.toThrow(/a\.de-en\.de\.gz: is cut short$/);
    put('in/a.de-en.de.gz', Buffer.alloc(3_000_000, 'x'));
    await expect(get(at('in'))).rejects.toThrow(
      /a\.de-en\.de\.gz:1 has more than 1,048,576 bytes: it is no text$/,
    );
    put('in/a.de-en.de.gz', gzipSync('eins\n'.repeat(1000)));
    await expect(get(at('in'))).rejects.toThrow(/in has neither b\.tgz/);
  });
});

describe('an archive', () => {
  test.each([
    [
      'cut short',
      (bytes: Buffer) => bytes.subarray(0, bytes.length - 30),
      /a\.tgz: is cut short; get another copy$/,
    ],
    [
      'no archive',
      () => Buffer.from('<html>'.repeat(200)),
      /a\.tgz: is not a tar archive; get another copy$/,
    ],
    [
      'damaged',
      (bytes: Buffer) => bytes.map((byte, i) => (i === 60 ? byte ^ 0xff : byte)),
      /a\.tgz: is .*; get another copy$/,
    ],
    [
      'another one',
      () => gzipSync(makeTar({ x: 'y' })),
      /a\.tgz: has no a\.de-en\.en and no a\.de-en\.de; get another copy$/,
    ],
  ])('that is %s', async (_, change, message) => {
    putArchives('in');
    put('in/a.tgz', Buffer.from(change(archives['a.tgz']!)));
    await expect(get(at('in'))).rejects.toThrow(message);
    expect(readdirSync(at('out/wmt14/en-de'), { recursive: true })).toEqual(['unpacked']);
    put('in/a.tgz', archives['a.tgz']!);
    await get(at('in'));
    expectWhole();
  });

  test('with another checksum than when it was first read', async () => {
    putArchives('in');
    await get(at('in'));
    rmSync(at('out/wmt14/en-de'), { recursive: true });
    put('in/a.tgz', gzipSync(makeTar(news('a', 'other\n', 'andere\n'))));
    await expect(get(at('in'))).rejects.toThrow(
      /a\.tgz has SHA-256 \w+, not \w+ as when it was first read .*get another copy, or take it with --force$/,
    );
    await get(at('in'), '--force');
    expect(read('out/wmt14/en-de/train.en').slice(0, 9)).toBe('other\nok\n');
    await get(at('in'));
    expect(desk.log.at(-1)).toContain('there already');
  });
});

test('an archive whose checksum is known in advance: another one is refused at its first reading', async () => {
  putArchives('in');
  const sha256 = createHash('sha256').update(archives['b.tgz']!).digest('hex');
  const known = { 'b.tgz': { ...table.archives['b.tgz'], sha256 } };
  const tables = { table: { ...table, archives: { ...table.archives, ...known } }, testSets };
  const getKnown = (...more: string[]) =>
    run(['en-de', '--out', at('out/wmt14'), '--from', at('in'), ...more], () => {}, tables);
  put('in/b.tgz', gzipSync(makeTar(news('b', 'other\n', 'andere\n'))));
  const message = `b\\.tgz has SHA-256 \\w+, not ${sha256} as others know it: .*or take it with --force$`;
  await expect(getKnown()).rejects.toThrow(new RegExp(message));
  put('in/b.tgz', archives['b.tgz']!);
  await getKnown();
  expectWhole();
});

test('leaves files of other content alone unless forced, and begins anew where the joined text was cut', async () => {
  putArchives('in');
  put('out/wmt/wmt13/en-de.de', 'mine\n');
  put('out/wmt14/en-de/train.de', 'mine\n');
  await expect(get(at('in'))).rejects.toThrow(
    /wmt13\/en-de\.de is there with other content; --force replaces/,
  );
  rmSync(at('out/wmt'), { recursive: true });
  await expect(get(at('in'))).rejects.toThrow(/train\.de is there with other content; --force replaces it$/);
  await get(at('in'), '--force');
  expectWhole();
  truncateSync(at('out/wmt14/en-de/train.en'), 10);
  await expect(get(at('in'))).rejects.toThrow(/train\.en is there with other content/);
  await get(at('in'), '--force');
  expectWhole();
  // A join that stopped in part d, and whose file then lost its end.
  rmSync(at('out/wmt14/en-de'), { recursive: true });
  rmSync(at('in/d.tgz'));
  await expect(get(at('in'))).rejects.toThrow('d.tgz');
  truncateSync(at('out/wmt14/en-de/train.en.partial'), 3);
  putArchives('in');
  await get(at('in'));
  expect(desk.log).toContainEqual(expect.stringMatching(/is shorter than its manifest says: joined anew$/));
  expectWhole();
  put('out/wmt14/en-de/manifest.json', '{');
  await expect(get(at('in'))).rejects.toThrow(/manifest\.json cannot be used: .*; remove it to begin anew$/);
});

test('ends before it begins where the disk has too little room', async () => {
  const huge = structuredClone(table);
  huge.archives['d.tgz']!.megabytes = 1e15;
  const args = ['en-de', '--out', at('out/wmt14'), '--from', await serve()];
  await expect(run(args, () => {}, { table: huge, testSets })).rejects.toThrow(
    /wmt14: 1000000000000\.0 GB to fetch .* are free; --out names another place$/,
  );
  expect(desk.server!.requests).toEqual([]);
});

/** Node's options for a process that kills itself before its n-th change of the file system, writing included. */
function killedAt(n: number): string {
  const source = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    let n = ${n}; const change = () => { if (--n === 0) process.kill(process.pid, 'SIGKILL'); };
    const watch = (of, name) => { const original = of[name]; of[name] = function (...args) { change(); return original.apply(this, args); }; };
    for (const name of ['rename', 'rm', 'truncate', 'writeFile', 'mkdir', 'open']) watch(fs.promises, name);
    for (const name of ['open', 'write', 'writev']) watch(fs, name);
    const handle = await fs.promises.open(process.execPath);
    for (const name of ['writeFile', 'sync']) watch(Object.getPrototypeOf(handle), name);
    await handle.close(); syncBuiltinESMExports(); n++;`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

test('goes on after a kill at any moment', async () => {
  const address = await serve();
  const main = `import { run } from ${JSON.stringify(script.href)};
    const { args, tables } = JSON.parse(process.env.TX_TEST); await run(args, () => {}, tables);`;
  let kills = 0;
  for (let n = 1; ; n += 4) {
    const args = ['en-de', '--out', at('out/wmt14'), '--from', address];
    const env = { ...process.env, TX_TEST: JSON.stringify({ args, tables: { table, testSets } }) };
    const child = promisify(execFile)(
      process.execPath,
      ['--import', killedAt(n), '--input-type=module', '-e', main],
      { env },
    );
    const killed = await child.then(
      () => false,
      (error) => {
        if (error.signal !== 'SIGKILL') throw error;
        return true;
      },
    );
    if (killed) kills++;
    if (killed && existsSync(at('out/wmt14/en-de/train.en')))
      expect(read('out/wmt14/en-de/train.en') === EN).toBe(true);
    await get(address);
    expectWhole();
    rmSync(at('out'), { recursive: true });
    if (!killed) break;
  }
  expect(kills).toBeGreaterThan(15);
}, 120_000);

test('help and misuse', async () => {
  const call = (args: string[]) => promisify(execFile)(process.execPath, [fileURLToPath(script), ...args]);
  expect((await call(['--help'])).stdout).toMatch(
    /^usage: node data-scripts\/wmt14\.mjs PAIR.*en-fr: europarl-v7, /s,
  );
  for (const args of [[], ['de-en'], ['en-de', 'en-fr'], ['en-de', '--what']]) {
    await expect(call(args)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: [^\n]*PAIR[^\n]*\n$/),
    });
  }
});
