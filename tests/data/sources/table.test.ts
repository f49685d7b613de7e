import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import { collectColumns, type ParallelText } from '../../../src/data/sources/source.ts';
import { type Column, readTables, tableSchema } from '../../../src/data/sources/table.ts';
import { UserError } from '../../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const readTable = (path: string | string[], src: Column, tgt: Column): Promise<ParallelText> =>
  collectColumns(readTables([path].flat(), { src, tgt }), ['src', 'tgt']);
const rowsOf = ({ src, tgt }: ParallelText): (string | undefined)[][] => src.map((line, i) => [line, tgt[i]]);

test.each<[string, string, Column, Column, string[][]]>([
  ['a.tsv', '', 0, 1, []],
  ['a.tsv', 'a\tb', 0, 1, [['a', 'b']]],
  [
    'a.txt',
    'a\tb\tc\nd\te\n',
    1,
    0,
    [
      ['b', 'a'],
      ['e', 'd'],
    ],
  ],
  [
    'a.tsv',
    '\ufeffen\tid\tde\nx\t7\ty\r\n\t\t\n',
    'en',
    'de',
    [
      ['x', 'y'],
      ['', ''],
    ],
  ],
  [
    'a.tsv',
    '"a\tb"c""\nd,e\t\\"\n',
    0,
    1,
    [
      ['"a', 'b"c""'],
      ['d,e', '\\"'],
    ],
  ],
  [
    'a.tsv',
    'a\u0085b\tc\u2028d\u000b\re\r\r\nf\tg\n',
    0,
    1,
    [
      ['a\u0085b', 'c\u2028d\u000b\re\r'],
      ['f', 'g'],
    ],
  ],
  ['a.csv', 'en,de\n', 'en', 'de', []],
  [
    'a.csv',
    '\ufeff"de","e ""n"""\r\n"x, y",""\r\n ünï😀,z\tz\r\n',
    'e "n"',
    'de',
    [
      ['', 'x, y'],
      ['z\tz', ' ünï😀'],
    ],
  ],
  [
    'a.csv',
    '"a\nb","c\r\n\r\nd"\n"e\u2028",f\n',
    0,
    1,
    [
      ['a b', 'c  d'],
      ['e\u2028', 'f'],
    ],
  ],
  ['a.csv', 'same\n', 0, 0, [['same', 'same']]],
])('%s %j, columns %j and %j', async (name, content, src, tgt, pairs) => {
  expect(rowsOf(await readTable(file(name, content), src, tgt))).toEqual(pairs);
  expect(rowsOf(await readTable(file(`${name}.gz`, gzipSync(content)), src, tgt))).toEqual(pairs);
});

test.each<[string, string | Buffer, Column, Column, string]>([
  ['a.tsv', 'a\tb\nc\nd\te\n', 0, 1, 'a.tsv:2: 1 column where 2 are needed'],
  ['a.tsv', 'a\tb\tc\n\r\n', 2, 0, 'a.tsv:2: 1 column where 3 are needed'],
  ['a.csv', 'en,de\n"x\ny","\r\n"\nz\n', 'en', 'de', 'a.csv:5: 1 column where 2 are needed'],
  ['a.csv', 'en,de\nx,y\n', 'en', 'fr', 'a.csv:1: no column fr; the columns are en, de'],
  ['a.csv', '', 'en', 'de', "a.csv:1: no line with the columns' names"],
  ['a.csv', 'a,b\n"c,d\ne,f\n', 0, 1, 'a.csv:2: a quote of this row is not closed'],
  ['a.csv', 'a,b\n"c"d,e\n', 0, 1, 'a.csv:2: text after a closing quote'],
  ['a.csv', 'a,b\n"c\n",d\ne"f",g\n', 0, 1, 'a.csv:4: a quote in the middle of a cell'],
  ['a.tsv', Buffer.from([0x61, 0x09, 0x62, 0x0a, 0xc3, 0x28, 0x0a]), 0, 1, 'a.tsv:2: not valid UTF-8'],
  ['a.tsv.gz', gzipSync('a\tb\n').subarray(0, 20), 0, 1, 'a.tsv.gz: cannot be unpacked'],
  [
    'a.json',
    '{}',
    0,
    1,
    "a.json: a table's name ends in one of .csv, .tsv, .txt, .jsonl, or one of them and .gz",
  ],
])('%s %j, columns %j and %j: %s', async (name, content, src, tgt, message) => {
  const path = file(name, content);
  await expect(readTable(path, src, tgt)).rejects.toThrow(UserError);
  await expect(readTable(path, src, tgt)).rejects.toThrow(join(folder, message));
});

test('a file that is not there', async () => {
  await expect(readTable(join(folder, 'none.csv'), 0, 1)).rejects.toThrow('none.csv: no such file');
});

test('several tables, each with its own first line', async () => {
  const paths = [file('1.csv', 'de,en\nx,1\n'), file('2.tsv', 'en\tde\n2\ty\n')];
  expect(await readTable(paths, 'en', 'de')).toEqual({ src: ['1', '2'], tgt: ['x', 'y'] });
  expect(await readTable(paths[1]!, 1, 0)).toEqual({ src: ['de', 'y'], tgt: ['en', '2'] });
});

test('any columns, as the task that reads it names them', async () => {
  const schema = tableSchema(['text', 'label', 'id']);
  const given = {
    kind: 'table',
    files: file('c.csv', 'id,label,text\n1,good,"a, b"\n'),
    text: 'text',
    label: 'label',
  };
  const { files, text, label, id } = schema.parse({ ...given, id: 'id' }) as unknown as {
    files: string[];
    text: string;
    label: string;
    id: string;
  };
  expect(await collectColumns(readTables(files, { text, label, id }), ['text', 'label', 'id'])).toEqual({
    text: ['a, b'],
    label: ['good'],
    id: ['1'],
  });
  expect(() => schema.parse({ ...given, id: 0 })).toThrow(
    'give text and label and id all as names or all as numbers',
  );
  expect(() => schema.parse(given)).toThrow('id');
});

test('fields that may be left out', () => {
  const schema = tableSchema(['text'], ['pair', 'label']);
  const given = { kind: 'table', files: 'a.tsv', text: 'a' };
  expect(schema.parse({ ...given, pair: 'b' })).toEqual({ ...given, files: ['a.tsv'], pair: 'b' });
  expect(() => schema.parse({ ...given, pair: 1 })).toThrow(
    'give text and pair all as names or all as numbers',
  );
  expect(() => schema.parse({ kind: 'table', files: 'a.tsv', pair: 'b' })).toThrow('text');
});

describe('JSON Lines', () => {
  const TEXT = ['{"src": "a\\nb", "tgt": 1.50, "more": {}}', '', '{"tgt": ["x", 2, true], "src": " "}'].join(
    '\n',
  );

  test.each([TEXT, `\ufeff${TEXT.replaceAll('\n', '\r\n')}\r\n`])('values by their keys', async (text) => {
    const expected = [
      ['a b', '1.5'],
      [' ', '["x","2","true"]'],
    ];
    expect(rowsOf(await readTable(file('a.jsonl', text), 'src', 'tgt'))).toEqual(expected);
    expect(rowsOf(await readTable(file('a.jsonl.gz', gzipSync(text)), 'src', 'tgt'))).toEqual(expected);
    expect(await readTable(file('b.jsonl', '\n'), 'src', 'tgt')).toEqual({ src: [], tgt: [] });
  });

  test.each<[string, Column, string]>([
    ['{"a": 1}\n{"a": 1', 'a', 'a.jsonl:2: is no JSON object'],
    ['[1]', 'a', 'a.jsonl:1: is no JSON object'],
    ['null', 'a', 'a.jsonl:1: is no JSON object'],
    ['{"b": 1, "c": 2}', 'a', 'a.jsonl:1: no key a; the keys are b, c'],
    ['{"b": 1}', 'toString', 'a.jsonl:1: no key toString'],
    ['{"a": null}', 'a', 'a.jsonl:1: a is null; a text, a number or a list of these is needed'],
    ['{"a": {"b": 1}}', 'a', 'a.jsonl:1: a is an object'],
    ['{"a": [["b"]]}', 'a', 'a.jsonl:1: a is a list of lists or objects'],
    ['{"a": 1}', 0, 'a.jsonl: its columns have names, no numbers'],
  ])('%j, %j: %s', async (text, column, message) => {
    const path = file('a.jsonl', text);
    await expect(readTable(path, column, column)).rejects.toThrow(UserError);
    await expect(readTable(path, column, column)).rejects.toThrow(join(folder, message));
  });
});

describe('a CSV file of more than is read at once', () => {
  // Cells with line breaks, quotes and commas, so that records cross the blocks of 64 KB at every kind of place.
  const cell = (i: number): string =>
    ['plain', 'a,b', 'two\nlines', '"said" she', '\n', '', 'many\n\n\nlines, "quoted"\n', 'ü😀'][i % 8]!;
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const record = (i: number): string => {
    const long = i % 50 === 0 ? 'line of a long cell\n'.repeat(400) : '';
    return `${i},${quote(long + cell(i))},${i % 3 === 0 ? quote(cell(i + 3)) : `bare ${i}`}`;
  };
  const content = `id,en,de\n${Array.from({ length: 6000 }, (_, i) => `${record(i)}\n`).join('')}`;

  test('has the records that csv-parse finds in the whole of it', async () => {
    expect(content.length).toBeGreaterThan(10 * 65_536);
    const path = file('large.csv', content);
    const records = parse(content, { columns: true }) as Record<string, string>[];
    const wanted = records.map(({ id, en, de }) => [id, en, de].map((text) => text!.replaceAll('\n', ' ')));
    const columns = { id: 'id', en: 'en', de: 'de' };
    const { id, en, de } = await collectColumns(readTables([path], columns), ['id', 'en', 'de']);
    expect(id).toHaveLength(6000);
    expect(JSON.stringify(id.map((text, i) => [text, en[i], de[i]])) === JSON.stringify(wanted)).toBe(true);
    let groups = 0;
    for await (const group of readTables([path], columns)) groups += group.id.length > 0 ? 1 : 0;
    expect(groups).toBeGreaterThan(10);
  });

  test('in \\r\\n and packed too', async () => {
    const plain = await readTable(file('large.csv', content), 'en', 'de');
    const crlf = content.replaceAll('\n', '\r\n');
    const packed = await readTable(file('large.csv.gz', gzipSync(crlf)), 'en', 'de');
    expect(packed.src.join('\0') === plain.src.join('\0')).toBe(true);
    expect(packed.tgt.join('\0') === plain.tgt.join('\0')).toBe(true);
  });

  test('tells the line that a bad record begins in', async () => {
    const lines = content.split('\n').length;
    await expect(readTable(file('bad.csv', `${content}1,"a\nb"\n`), 'en', 'de')).rejects.toThrow(
      `bad.csv:${lines}: 2 columns where 3 are needed`,
    );
    await expect(readTable(file('open.csv', `${content}1,"a\nb,c\n`), 'en', 'de')).rejects.toThrow(
      `open.csv:${lines}: a quote of this row is not closed`,
    );
    await expect(readTable(file('in.csv', `${content}1,2,3\n1,a"b,c\n`), 'en', 'de')).rejects.toThrow(
      `in.csv:${lines + 1}: a quote in the middle of a cell`,
    );
  });
});

test.each([
  ['at the end of what is read at once', 65_535, 'a,b\n'],
  ['before it', 30_000, 'a,b\n'],
  ['at the end of the file', 30_000, ''],
])('a line without text is a row of one empty cell: %s', async (_, length, rest) => {
  const row = 'some text,other text\n';
  const rows = row.repeat(Math.floor(length / row.length) - 1);
  const head = `${rows}${'x'.repeat(length - rows.length - 3)},y\n`;
  const line = head.split('\n').length;
  const read = readTable(file('blank.csv', `${head}\n${rest}`), 0, 1);
  await expect(read).rejects.toThrow(`blank.csv:${line}: 1 column where 2 are needed`);
});

test('a quote that is never closed is told before it fills the memory', async () => {
  const text = `a,b\n"${`${'x'.repeat(1_000_000)}\n`.repeat(17)}`;
  await expect(readTable(file('endless.csv', text), 0, 1)).rejects.toThrow(
    'endless.csv:2: a quote of this row is not closed within 16 MB; close it',
  );
  const blank = `a,b\n"${'\n'.repeat(16_100_000)}`;
  await expect(readTable(file('blanks.csv', blank), 0, 1)).rejects.toThrow(
    'blanks.csv:2: a quote of this row is not closed within 16 MB; close it',
  );
}, 120_000);

const tatoeba = join(process.env.TX_DATA ?? '../shared/data', 'tatoeba/deu.txt');
test.skipIf(!existsSync(tatoeba))('the Tatoeba pairs (skipped without the corpus)', async () => {
  const { src, tgt } = await readTable(tatoeba, 0, 1);
  expect(src.length).toBe(169_813);
  const lines = src.map((line, i) => `${line}\t${tgt[i]}\n`);
  expect(lines.join('') === readFileSync(tatoeba, 'utf8')).toBe(true);
});
