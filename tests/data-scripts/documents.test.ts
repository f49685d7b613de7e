// Running text out of WikiText and TEI, in the forms that these files have.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const url = new URL('../../data-scripts/documents.mjs', import.meta.url).href;
const { readWikiText, readNovel, writeDocuments } = (await import(url)) as {
  readWikiText(chunks: Iterable<Buffer>, name: string): AsyncIterable<string[]>;
  readNovel(xml: string): string[][];
  writeDocuments(
    path: string,
    documents: AsyncIterable<string[]> | Iterable<string[]>,
  ): Promise<{ documents: number; paragraphs: number }>;
};

describe('readWikiText', () => {
  const read = async (lines: string[], size = 1000) => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const articles: string[][] = [];
    for await (const article of readWikiText(chunks, 'wiki.raw')) articles.push(article);
    return articles;
  };
  const lines = [
    ' ',
    ' = Plain = ',
    ' ',
    ' A part @-@ time plain of 1 @,@ 200 @.@ 5 m , and more . ',
    ' = = Section = = ',
    ' ',
    ' @-@ and a ü\u2028line . ',
    ' = = = Below = = = ',
    ' ',
    ' = 3 = ',
    ' is in the text . ',
    ' x = y ',
    ' = Other = ',
    ' is after text . ',
    ' ',
    ' = Without text = ',
    ' ',
    ' = Last = of = all = ',
    ' ',
    ' End . ',
    ' ',
    ' = Cut = ',
  ];
  test.each([1000, 1, 7])('articles without headings, marks undone, in chunks of %i', async (size) => {
    expect(await read(lines, size)).toEqual([
      [
        'A part-time plain of 1,200.5 m , and more .',
        '@-@ and a ü\u2028line .',
        '= 3 =',
        'is in the text .',
        'x = y',
        '= Other =',
        'is after text .',
      ],
      ['End .'],
    ]);
    expect(await read([])).toEqual([]);
  });

  test('names a line that is no text', async () => {
    const chunks = [Buffer.from('ok\nb\xe4d\n', 'latin1')];
    const all = async () => {
      for await (const _ of readWikiText(chunks, 'wiki.raw'));
    };
    await expect(all()).rejects.toThrow(/^wiki\.raw:2 is not UTF-8$/);
  });
});

describe('readNovel', () => {
  const novel = (body: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><?xml-model href="x.rng"?><TEI xmlns="http://www.tei-c.org/ns/1.0">
    <teiHeader><fileDesc><title>T</title></fileDesc><encodingDesc><p>Not this.</p></encodingDesc></teiHeader>
    <text><front><div type="titlepage"><p>Nor this.</p></div></front>
    <body>${body}</body><back><div type="notes"><note xml:id="n1"><p>Nor this.</p></note></div></back></text></TEI>`;

  test('chapters without headings and notes, white space as in running text', () => {
    const chapters = readNovel(
      novel(`<head>A NOVEL</head>
      <div type="group"><head>VOL. I</head><p>Between.</p>
        <div type="chapter"><pb n="1"/><head>I<note>x</note></head>
          <quote><l>One verse,</l><l>another.</l></quote>
          <p><hi>Upper</hi> and\n  <foreign>autre</foreign>s<pb n="2"/>\n <ref target="#n1">[1]</ref>, &amp; “more”.</p>
          <div type="letter"><p>Dear <![CDATA[<you>]]>,</p><p>\u00a0 </p></div>
          <p>Before <quote><p>inside</p></quote> after.</p><quote>Bare.</quote><trailer>END</trailer>
        </div>
        <p>After.</p>
      </div>
      <div type="chapter"><head>Empty</head></div>
      <div type="liminal"><p>Last.</p></div>
      <p>Loose.</p>`),
    );
    expect(chapters).toEqual([
      ['Between.'],
      [
        'One verse,',
        'another.',
        'Upper and autres , & “more”.',
        'Dear <you>,',
        'Before',
        'inside',
        'after.',
        'Bare.',
      ],
      ['After.'],
      ['Last.'],
      ['Loose.'],
    ]);
  });

  test('refuses what is no XML, with its line', () => {
    expect(() => readNovel(novel('<p>\n<q>x</p>'))).toThrow(/^line 5: Unexpected close tag$/);
    expect(() => readNovel(novel('<p>&nosuch;</p>'))).toThrow(/^line \d: Invalid character entity$/);
    expect(readNovel('')).toEqual([]);
    expect(() => readNovel(novel('x').slice(0, -20))).toThrow(/^line 4: /);
  });
});

test('writeDocuments: gzip, counted, and nothing of what ends in an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tx-documents-'));
  const path = join(folder, 'a.gz');
  expect(await writeDocuments(path, [['one', 'two'], ['three']])).toEqual({ documents: 2, paragraphs: 3 });
  expect(gunzipSync(readFileSync(path)).toString()).toBe('one\ntwo\n\nthree\n');
  expect(await writeDocuments(path, [])).toEqual({ documents: 0, paragraphs: 0 });
  const broken = function* () {
    yield ['one'];
    throw new Error('broken');
  };
  await expect(writeDocuments(path, broken())).rejects.toThrow('broken');
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
