import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { documentEnds, documentsSchema, readDocuments } from '../../../src/data/sources/documents.ts';
import { collectColumns } from '../../../src/data/sources/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

type End = (typeof documentEnds)[number];
const read = async (end: End, ...files: string[]) =>
  (await collectColumns(readDocuments({ files, end }), ['text'])).text;

const TEXT = '\n\nOne\n  two \n\n \t \nthree\n\n\n';

test.each<[End, string[]]>([
  ['blankLine', ['One\n  two', 'three']],
  ['line', ['One', 'two', 'three']],
  ['file', ['One\n  two \n\n \t \nthree']],
])('a document ends with %s', async (end, documents) => {
  expect(await read(end, file('a.txt', TEXT))).toEqual(documents);
  // A last line needs no end, and others may end in \r\n.
  expect(await read(end, file('b.txt', TEXT.trimEnd()))).toEqual(documents);
  expect(await read(end, file('c.txt', `\ufeff${TEXT.replaceAll('\n', '\r\n')}`))).toEqual(documents);
  expect(await read(end, file('d.txt.gz', gzipSync(TEXT)))).toEqual(documents);
});

test('by default a blank line ends it', async () => {
  const config = documentsSchema.parse({ kind: 'documents', files: file('e.txt', TEXT) });
  expect((await collectColumns(readDocuments(config), ['text'])).text).toEqual(['One\n  two', 'three']);
  expect(() => documentsSchema.parse({ kind: 'documents', files: 'a', end: 'page' })).toThrow('end');
});

describe.each(documentEnds)('%s', (end) => {
  test('every document ends with its file', async () => {
    const files = [
      file('f.txt', 'a'),
      file('g.txt.gz', gzipSync('b')),
      file('h.txt', '\n'),
      file('i.txt', 'c\n'),
    ];
    expect(await read(end, ...files)).toEqual(['a', 'b', 'c']);
  });

  test('texts without documents', async () => {
    expect(await read(end, file('j.txt', ''))).toEqual([]);
    expect(await read(end, file('k.txt', ' \n\r\n\n\t'))).toEqual([]);
  });

  test('a document that is larger than what is read at once stays one', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `${i} ${'word '.repeat(i % 9)}end`);
    const text = `${lines.join('\n')}\n\n${lines.join('\n')}\n`;
    expect(text.length).toBeGreaterThan(3 * 65_536);
    const whole = lines.join('\n');
    const wanted = { blankLine: [whole, whole], line: [...lines, ...lines], file: [`${whole}\n\n${whole}`] }[
      end
    ];
    const found = await read(end, file('large.txt', text));
    expect(found).toHaveLength(wanted.length);
    expect(found.join('\0') === wanted.join('\0')).toBe(true);
  });

  test('what cannot be read is told', async () => {
    await expect(read(end, join(folder, 'gone'))).rejects.toThrow('gone: no such file');
    const bad = file('bad', Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    await expect(read(end, bad)).rejects.toThrow(`${bad}:2: not valid UTF-8`);
  });
});

test('documents come while the file is still being read', async () => {
  const path = file('stream.txt', 'a line\n'.repeat(100_000));
  for await (const { text } of readDocuments({ files: [path], end: 'line' })) {
    expect(text.length).toBeLessThan(50_000);
    break;
  }
});
