import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { makeTar } from './tar.ts';
import { makeZip } from './zip.ts';

const url = new URL('../../data-scripts/archive.mjs', import.meta.url).href;
const { readTar, streamTar, openZip, readSegments } = (await import(url)) as {
  readTar(tar: Buffer): Map<string, Buffer>;
  streamTar(chunks: AsyncIterable<Buffer>): AsyncIterable<{
    name: string;
    size: number;
    content: AsyncIterable<Buffer>;
  }>;
  openZip(zip: Buffer | string): Promise<{ files: Map<string, () => Promise<Readable>>; close(): void }>;
  readSegments(sgml: string): string[];
};
const read = (tar: Buffer) => [...readTar(tar)].map(([name, bytes]) => [name, bytes.toString()]);

describe('readTar', () => {
  const long = 'x'.repeat(1000);

  test('files with their content, folders left out', () => {
    const tar = makeTar({ 'a/': '', './a/one': 'eins\n', 'a/empty': '', 'a/two': long });
    expect(read(tar)).toEqual([
      ['a/one', 'eins\n'],
      ['a/empty', ''],
      ['a/two', long],
    ]);
    expect(read(Buffer.alloc(0))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32').each(['ustar', 'gnu', 'pax'])(
    'as tar writes it: %s',
    (format) => {
      const folder = mkdtempSync(join(tmpdir(), 'tx-tar-'));
      try {
        mkdirSync(join(folder, 'test'));
        writeFileSync(join(folder, 'test/one.sgm'), 'eins\n');
        writeFileSync(join(folder, 'test/two.sgm'), long);
        const tar = execFileSync('tar', [`--format=${format}`, '-cf', '-', 'test'], { cwd: folder });
        expect(read(tar).sort()).toEqual([
          ['test/one.sgm', 'eins\n'],
          ['test/two.sgm', long],
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test('refuses what is no tar or not all of one', () => {
    const tar = makeTar({ a: long });
    expect(() => readTar(tar.subarray(0, 1000))).toThrow('is cut short');
    tar[130]! ^= 1;
    expect(() => readTar(tar)).toThrow('is not a tar archive');
    expect(() => readTar(Buffer.alloc(600, 'text '))).toThrow('is not a tar archive');
  });
});

describe('streamTar', () => {
  const tar = makeTar({ 'a/': '', './a/one': 'eins\n', 'a/empty': '', 'a/two': 'x'.repeat(1000) });
  async function* chunksOf(bytes: Buffer, size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const readAll = async (bytes: Buffer, size: number, skip = '') => {
    const files: [string, string][] = [];
    for await (const { name, size: length, content } of streamTar(chunksOf(bytes, size))) {
      if (name === skip) continue;
      const parts: Buffer[] = [];
      for await (const part of content) parts.push(part);
      expect(Buffer.concat(parts)).toHaveLength(length);
      files.push([name, Buffer.concat(parts).toString()]);
    }
    return files;
  };

  test.each([1, 7, 511, 512, 513, 100_000])('gives what readTar gives, in chunks of %i', async (size) => {
    expect(await readAll(tar, size)).toEqual(read(tar));
    expect(await readAll(tar, size, 'a/one')).toEqual(read(tar).filter(([name]) => name !== 'a/one'));
    // What follows the end is read, and is no file.
    expect(await readAll(Buffer.concat([tar, Buffer.alloc(700, 'x')]), size)).toEqual(read(tar));
  });

  test('refuses what is no tar or not all of one', async () => {
    for (const end of [0, 100, 600, 2000, 2600, tar.length - 1024]) {
      await expect(readAll(tar.subarray(0, end), 300)).rejects.toThrow(/^is cut short$/);
    }
    await expect(readAll(Buffer.alloc(600, 'text '), 300)).rejects.toThrow('is not a tar archive');
  });
});

describe('openZip', () => {
  const long = 'x'.repeat(1000);
  const zip = makeZip({ 'a/one': long, 'a/': '', 'a/two': long, 'a/ü': '' });
  const unpack = async (bytes: Buffer | string) => {
    const { files, close } = await openZip(bytes);
    const read: [string, string][] = [];
    for (const [name, open] of files) read.push([name, await text(await open())]);
    close();
    return read;
  };

  test('files with their content, deflated or not, in memory and on the disk', async () => {
    const expected = [
      ['a/one', long],
      ['a/two', long],
      ['a/ü', ''],
    ];
    expect(await unpack(zip)).toEqual(expected);
    expect(await unpack(makeZip({}))).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'tx-zip-'));
    writeFileSync(join(folder, 'a.zip'), zip);
    expect(await unpack(join(folder, 'a.zip'))).toEqual(expected);
    rmSync(folder, { recursive: true });
    await expect(unpack(join(folder, 'a.zip'))).rejects.toThrow(/ENOENT.*a\.zip/);
  });

  test('refuses what is no zip, not all of one, or damaged: an Error of one line', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('text '), zip.subarray(0, zip.length - 30)]) {
      await expect(unpack(bytes)).rejects.toThrow('is not a whole zip archive');
    }
    let refused = 0;
    for (let at = 0; at < zip.length; at += 3) {
      const damaged = Buffer.from(zip);
      damaged[at]! ^= 0xff;
      await unpack(damaged).catch((error: Error) => {
        refused++;
        expect(error.message).toMatch(/^[^\n]+$/);
      });
    }
    expect(refused).toBeGreaterThan(30);
  });
});

// The expectations are what sacreBLEU 2.6's FakeSGMLDataset writes for these lines.
test('readSegments', () => {
  const sgml = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<srcset setid="invented" srclang="any">',
    '<doc docid="a" genre="news"><p>',
    '<seg id="1">Ein Haus.</seg>',
    '<seg id="2"> Zwei \t Häuser\u00a0\u2028 &amp; &quot;drei&quot; &lt;4&gt; </seg>\r',
    '<seg id="3"></seg>',
    '<hl><seg id="4">not at the start of its line</seg></hl>',
    '<seg id="5">one</seg> </p>',
    '<seg id="6">a > b</seg> and </seg>',
    '<seg id="7">not closed',
    ' <seg id="8">indented</seg>',
    '<SEG id="9">upper case</SEG>',
    '<seg>without a number</seg>',
    '<seg id="10">\ufeffeleven\x1c\x85twelve</seg>',
    '</p></doc></srcset>',
    '',
  ].join('\n');
  expect(readSegments(sgml)).toEqual([
    'Ein Haus.',
    'Zwei Häuser &amp; &quot;drei&quot; &lt;4&gt;',
    '',
    'one </p>',
    'a > b</seg> and',
    '<seg id="7">not closed',
    '\ufeffeleven twelve',
  ]);
});
