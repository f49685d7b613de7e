// The fetching of running text with small invented archives of the same layout: from servers, from folders, and with
// what is damaged.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Desk } from './desk.ts';
import type { Fault } from './server.ts';
import { makeZip } from './zip.ts';

const script = new URL('../../data-scripts/text.mjs', import.meta.url);
interface Part {
  archive: { name: string; addresses: string[]; sha256?: string };
  files: string[];
}
type Run = (args: string[], log: (line: string) => void, parts?: Part[]) => Promise<void>;
const { run, PARTS } = (await import(script.href)) as { run: Run; PARTS: Part[] };

const wiki = (...titles: string[]) =>
  titles.map((title) => ` \n = ${title} = \n \n ${title} is an article . \n`).join('');
const tei = (...chapters: string[]) =>
  `<TEI><text><body>${chapters.map((text) => `<div type="chapter"><head>I</head><p>${text}</p></div>`).join('')}</body></text></TEI>`;
const archives: Record<string, Buffer> = {
  'wikitext.zip': makeZip({
    'wikitext-103-raw/': '',
    'wikitext-103-raw/wiki.test.raw': wiki('D'),
    'wikitext-103-raw/wiki.valid.raw': wiki('C'),
    'wikitext-103-raw/wiki.train.raw': wiki('A', 'B'),
  }),
  'ELTeC.zip': makeZip({
    'ELTeC-eng-1.0.1/README.md': 'x',
    'ELTeC-eng-1.0.1/level0/ENG1.xml': tei('not this'),
    'ELTeC-eng-1.0.1/level1/ENG3.xml': tei('third'),
    'ELTeC-eng-1.0.1/level1/ENG2.xml': tei('first', 'second'),
  }),
};
const WIKI = ['wiki.train.txt.gz', 'wiki.valid.txt.gz', 'wiki.test.txt.gz'];
const ALL = [...WIKI, 'novels.txt.gz'];
const expected = {
  'wiki.train.txt.gz': 'A is an article .\n\nB is an article .\n',
  'wiki.valid.txt.gz': 'C is an article .\n',
  'wiki.test.txt.gz': 'D is an article .\n',
  'novels.txt.gz': 'first\n\nsecond\n\nthird\n',
};

const hash = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const desk = new Desk();
const { at, put } = desk;
beforeEach(() => vi.stubEnv('TX_DATA', ''));
afterEach(() => vi.unstubAllEnvs());

/** The parts as they are, with archives that nobody has but under these addresses. */
const withAddresses = (...bases: string[]) =>
  PARTS.map((part, i) => {
    const [file, name] = [['wikitext.zip', 'v1.zip'][i]!, Object.keys(archives)[i]!];
    const addresses = bases.map((base) => `${base}/y/${file}`);
    return { ...part, archive: { name, addresses, ...(i === 0 && { sha256: hash(archives[name]!) }) } };
  });
const get = (args: string[] = [], parts = withAddresses('http://127.0.0.1:1')) =>
  run(['--out', at('out'), ...args], desk.note, parts);
const serve = (over: Record<string, Buffer> = {}, faults: (Fault | '')[] = []) =>
  desk.serve(
    { '/y/wikitext.zip': archives['wikitext.zip']!, '/y/v1.zip': archives['ELTeC.zip']!, ...over },
    faults,
  );
const putArchives = (place: string) => {
  for (const [name, bytes] of Object.entries(archives)) put(`${place}/${name}`, bytes);
};
const unpacked = (names = ALL) =>
  Object.fromEntries(names.map((name) => [name, gunzipSync(readFileSync(at(`out/${name}`))).toString()]));
const expectWhole = () => {
  expect(unpacked()).toEqual(expected);
  expect(readdirSync(at('out')).filter((name) => !ALL.includes(name) && name !== 'archives')).toEqual([
    'manifest.json',
  ]);
};

test('from the publishers: documents, counted and with their checksums; once', async () => {
  const address = await serve();
  const parts = withAddresses(address);
  await get([], parts);
  expectWhole();
  expect(desk.server!.requests).toEqual(['/y/wikitext.zip', '/y/v1.zip']);
  expect(desk.log[2]).toMatch(
    /^DIR\/out\/wiki\.train\.txt\.gz: 2 documents, 2 paragraphs, \d+ bytes, SHA-256 [0-9a-f]{64}$/,
  );
  const { files } = JSON.parse(desk.read('out/manifest.json'));
  expect(Object.keys(files)).toEqual(ALL);
  expect(files['novels.txt.gz']).toMatchObject({
    sha256: hash(readFileSync(at('out/novels.txt.gz'))),
    documents: 3,
    from: 'ELTeC.zip',
  });
  expect(JSON.parse(desk.read('out/archives/manifest.json')).archives['ELTeC.zip'].sha256).toBe(
    hash(archives['ELTeC.zip']!),
  );
  desk.log = [];
  await get([], parts);
  expect(desk.log).toEqual(
    ALL.map((name) => `DIR/out/${name}: there already, SHA-256 ${hash(readFileSync(at(`out/${name}`)))}`),
  );
  // A file that was lost is made of the archive, without the server.
  desk.server!.close();
  rmSync(at('out/wiki.valid.txt.gz'));
  await get([], parts);
  expectWhole();
});

test('from a mirror: the one that --from names, or the next where the publisher fails', async () => {
  await get(['--from', await serve()]);
  expectWhole();
  rmSync(at('out'), { recursive: true });
  const address = await serve({ '/none/y/v1.zip': archives['ELTeC.zip']! });
  desk.log = [];
  await get([], withAddresses(`${address}/none`, address));
  expectWhole();
  expect(desk.log[1]).toBe(`${address} has neither none/y/wikitext.zip nor wikitext.zip; trying a mirror`);
});

test('goes on with a download that broke off, also in a later run', async () => {
  put('out/archives/ELTeC.zip.part', archives['ELTeC.zip']!.subarray(0, 100));
  await get([], withAddresses(await serve({}, ['cut'])));
  const half = Math.floor(archives['wikitext.zip']!.length / 2);
  expect(desk.server!.requests).toEqual(['/y/wikitext.zip', `/y/wikitext.zip ${half}`, '/y/v1.zip 100']);
  expectWhole();
});

describe('files that are there', () => {
  const own = (place: string, names = ALL) => {
    for (const name of names) put(`${place}/${name}`, `mine ${name}`);
  };

  test.each(['in', 'in/text', 'TX_DATA'])('are taken as they are from %s', async (place) => {
    own(place === 'TX_DATA' ? 'data/text' : place);
    vi.stubEnv('TX_DATA', at('data'));
    await get(place === 'TX_DATA' ? [] : ['--from', at('in')]);
    for (const name of ALL) expect(desk.read(`out/${name}`)).toBe(`mine ${name}`);
    expect(desk.log[0]).toBe(
      `DIR/out/wiki.train.txt.gz: 22 bytes, SHA-256 ${hash('mine wiki.train.txt.gz')}`,
    );
    expect(existsSync(at('out/archives'))).toBe(false);
  });

  test('are left alone where they are a person’s own, and told with their checksums', async () => {
    own('out');
    vi.stubEnv('TX_DATA', at('.'));
    await get();
    expect(desk.log.at(-1)).toBe(
      `DIR/out/novels.txt.gz: there already, SHA-256 ${hash('mine novels.txt.gz')}`,
    );
    await get(['--force', '--from', await serve()]);
    expectWhole();
  });

  test('do not mix with another selection', async () => {
    own('out', ['wiki.test.txt.gz']);
    const address = await serve();
    await expect(get(['--from', address])).rejects.toThrow(
      /wiki\.test\.txt\.gz is there, but .*out has no wiki\.train\.txt\.gz and no wiki\.valid\.txt\.gz: put all files of one selection there; or --force replaces it$/,
    );
    expect(readdirSync(at('out'))).toEqual(['wiki.test.txt.gz']);
    own('in', ['wiki.train.txt.gz']);
    await expect(get(['--from', at('in'), '--force'])).rejects.toThrow(
      /in has no wiki\.valid\.txt\.gz and no wiki\.test\.txt\.gz: put all files of one selection there$/,
    );
    expect(readdirSync(at('out'))).toEqual(['wiki.test.txt.gz']);
    rmSync(at('in'), { recursive: true });
    own('in', WIKI);
    await expect(get(['--from', at('in'), '--force'])).rejects.toThrow(
      /in has neither novels\.txt\.gz nor ELTeC\.zip$/,
    );
    await get(['--from', address]);
    expect(desk.read('out/wiki.train.txt.gz')).toBe('mine wiki.train.txt.gz');
    expect(unpacked(['novels.txt.gz'])['novels.txt.gz']).toBe(expected['novels.txt.gz']);
  });

  test('are not replaced where they have changed, but with --force', async () => {
    putArchives('in');
    await get(['--from', at('in')]);
    put('out/wiki.valid.txt.gz', 'mine');
    await expect(get(['--from', at('in')])).rejects.toThrow(
      /wiki\.valid\.txt\.gz is there with other content; --force replaces it$/,
    );
    await get(['--from', at('in'), '--force']);
    expectWhole();
  });
});

describe('archives in a folder', () => {
  test.each(['in', 'in/archives'])('as %s', async (place) => {
    putArchives(place);
    await get(['--from', at('in')]);
    expectWhole();
    expect(existsSync(at('out/archives/wikitext.zip'))).toBe(false);
  });

  test.each<[string, Buffer, RegExp]>([
    ['wikitext.zip', Buffer.from('<html>'), /wikitext\.zip: is not a whole zip archive; get another copy$/],
    [
      'wikitext.zip',
      archives['wikitext.zip']!.subarray(0, 300),
      /wikitext\.zip: is not a whole zip archive; get another copy$/,
    ],
    [
      'wikitext.zip',
      makeZip({ 'w/wiki.train.raw': wiki('A'), 'w/wiki.test.raw': wiki('B') }),
      /wikitext\.zip: has no wiki\.valid\.raw; get another copy$/,
    ],
    [
      'wikitext.zip',
      makeZip({ 'w/wiki.train.raw': wiki('A'), 'w/wiki.valid.raw': wiki('B'), 'w/wiki.test.raw': wiki('C') }),
      /wikitext\.zip has SHA-256 \w+, not \w+ as others know it: .*; get another copy, or take it with --force$/,
    ],
    [
      'ELTeC.zip',
      makeZip({ 'level1/a.xml': '' }),
      /ELTeC\.zip: has no text for novels\.txt\.gz; get another copy$/,
    ],
    ['ELTeC.zip', makeZip({ 'level0/a.xml': '' }), /ELTeC\.zip: has no level1\/\*\.xml; get another copy$/],
    [
      'ELTeC.zip',
      makeZip({ 'e/level1/a.xml': '<TEI>\n<p></TEI>' }),
      /ELTeC\.zip: e\/level1\/a\.xml: line 2: Unexpected close tag; get another copy$/,
    ],
  ])('%s that is damaged, or another one', async (name, bytes, message) => {
    putArchives('in');
    put(`in/${name}`, bytes);
    await expect(get(['--from', at('in')])).rejects.toThrow(message);
    expect(readdirSync(at('out')).filter((file) => file.includes('partial'))).toEqual([]);
    expect(existsSync(at('out/novels.txt.gz'))).toBe(false);
    put(`in/${name}`, archives[name]!);
    await get(['--from', at('in')]);
    expectWhole();
  });

  test('with another checksum than when it was first read', async () => {
    putArchives('in');
    await get(['--from', at('in')]);
    rmSync(at('out/novels.txt.gz'));
    put('in/ELTeC.zip', makeZip({ 'level1/a.xml': tei('other') }));
    await expect(get(['--from', at('in')])).rejects.toThrow(
      /ELTeC\.zip has SHA-256 \w+, not \w+ as when it was first read .*get another copy, or take it with --force$/,
    );
    await get(['--from', at('in'), '--force']);
    expect(unpacked(['novels.txt.gz'])['novels.txt.gz']).toBe('other\n');
  });
});

test('what was killed between the new names is finished', async () => {
  putArchives('in');
  await get(['--from', at('in')]);
  renameSync(at('out/wiki.test.txt.gz'), at('out/wiki.test.txt.gz.partial'));
  await get(['--from', at('in')]);
  expectWhole();
});

test('help and misuse', async () => {
  const call = (args: string[]) => promisify(execFile)(process.execPath, [fileURLToPath(script), ...args]);
  const { stdout } = await call(['--help']);
  expect(stdout).toMatch(
    /^usage: node data-scripts\/text\.mjs .*other selections of the same kinds of text/s,
  );
  await expect(call(['novels'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: Unexpected argument 'novels'.*\n$/),
  });
  await expect(get(['--from', at('none')])).rejects.toThrow(/^--from .*none: no such folder$/);
});

test('the published archives are named with https, and their mirrors have the same checksum', () => {
  expect(PARTS.flatMap(({ files }) => files)).toEqual(ALL);
  for (const { archive } of PARTS) {
    expect(archive.addresses.every((address) => address.startsWith('https://'))).toBe(true);
    if (archive.addresses.length > 1) expect(archive.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
