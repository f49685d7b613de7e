import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { dataSchema } from '../../src/data/config.ts';
import { loadSplit } from '../../src/data/corpus.ts';
import { type Column, readTable } from '../../src/data/table.ts';
import { UserError } from '../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const table = (name: string, content: string, src: Column, tgt: Column) => {
  const { src: s, tgt: t } = readTable(file(name, content), src, tgt);
  return s.map((line, i) => [line, t[i]]);
};

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
])('%s %j, columns %j and %j', (name, content, src, tgt, pairs) => {
  expect(table(name, content, src, tgt)).toEqual(pairs);
  const packed = readTable(file(`${name}.gz`, gzipSync(content)), src, tgt);
  expect(packed.src.map((line, i) => [line, packed.tgt[i]])).toEqual(pairs);
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
  ['a.json', '{}', 0, 1, "a.json: a table's name ends in .csv, .tsv or .txt"],
])('%s %j, columns %j and %j: %s', (name, content, src, tgt, message) => {
  const read = () => readTable(file(name, content), src, tgt);
  expect(read).toThrow(UserError);
  expect(read).toThrow(join(folder, message));
});

test('a file that is not there', () => {
  expect(() => readTable(join(folder, 'none.csv'), 0, 1)).toThrow('none.csv: no such file');
});

test('a split may be a table, or several', () => {
  const paths = [file('1.csv', 'de,en\nx,1\n'), file('2.tsv', 'en\tde\n2\ty\n')];
  const config = dataSchema.parse({
    srcLang: 'en',
    tgtLang: 'de',
    train: { table: paths, srcColumn: 'en', tgtColumn: 'de' },
    valid: { table: paths[1], srcColumn: 1, tgtColumn: 0 },
    batchSentences: 1,
  });
  expect(loadSplit(config, 'train')).toEqual({ src: ['1', '2'], tgt: ['x', 'y'] });
  expect(loadSplit(config, 'valid')).toEqual({ src: ['de', 'y'], tgt: ['en', '2'] });
});

const tatoeba = join(process.env.TX_DATA ?? '../shared/data', 'tatoeba/deu.txt');
test.skipIf(!existsSync(tatoeba))('the Tatoeba pairs (skipped without the corpus)', () => {
  const { src, tgt } = readTable(tatoeba, 0, 1);
  expect(src.length).toBe(169_813);
  const lines = src.map((line, i) => `${line}\t${tgt[i]}\n`);
  expect(lines.join('') === readFileSync(tatoeba, 'utf8')).toBe(true);
});
