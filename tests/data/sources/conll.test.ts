import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { BETWEEN, conllSchema, readConll } from '../../../src/data/sources/conll.ts';
import { collectColumns } from '../../../src/data/sources/source.ts';
import { UserError } from '../../../src/util/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-conll-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Sentences as `word/tag word/tag`. */
async function read(files: string | string[], settings: object = {}): Promise<string[]> {
  const config = conllSchema.parse({ kind: 'conll', files, ...settings });
  const { words, tags } = await collectColumns(readConll(config), ['words', 'tags']);
  return words.map((row, i) => {
    const labels = tags[i]!.split(BETWEEN);
    return row
      .split(BETWEEN)
      .map((word, w) => `${word}/${labels[w]}`)
      .join(' ');
  });
}

const PLAIN = 'The\tDET\ndog\tNOUN\n\n \n#\tSYM\n1 000\tNUM';
const NER = '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\n# SYM O O\n\nPeter  NNP B-NP B-PER\n';
const UD = [
  '# text = du vin',
  '1-2\tdu\t_\t_',
  '1\tde\tde\tADP',
  '2\tle\tle\tDET',
  '2.1\tx\tx\tX',
  '3\tvin\tvin\tNOUN',
];

test.each<[string, string, object, string[]]>([
  ['a.tsv', PLAIN, {}, ['The/DET dog/NOUN', '#/SYM 1 000/NUM']],
  ['a.conll', NER, { tag: 3 }, ['EU/B-ORG #/O', 'Peter/B-PER']],
  ['a.conllu', `${UD.join('\n')}\n\n`, { word: 1, tag: 3 }, ['de/ADP le/DET vin/NOUN']],
  ['a.txt', '# id 7\td=x\na O\n', { comment: '# id' }, ['a/O']],
  ['a.txt', '\n\n', {}, []],
])('%s %j %j', async (name, text, settings, expected) => {
  expect(await read(file(name, text), settings)).toEqual(expected);
  expect(await read(file(name, `\ufeff${text.replaceAll('\n', '\r\n')}`), settings)).toEqual(expected);
  expect(await read(file(`${name}.gz`, gzipSync(text)), settings)).toEqual(expected);
});

test('several files; the end of each ends a sentence', async () => {
  expect(await read([file('1.txt', 'a X'), file('2.txt', 'b Y\n')])).toEqual(['a/X', 'b/Y']);
});

test.each<[string, object, string]>([
  ['a O\nb\n', {}, 'a.txt:2: 1 column where 2 are needed; mend the line'],
  ['# text\n', { tag: 3 }, 'a.txt:1: 2 columns where 4 are needed; comment: "#" leaves such lines out'],
  ['a\t\n', {}, 'a.txt:1: the tag is empty; mend the line'],
  ['\tO\n', {}, 'a.txt:1: the word is empty'],
])('%j %j: %s', async (text, settings, message) => {
  const path = file('a.txt', text);
  await expect(read(path, settings)).rejects.toThrow(UserError);
  await expect(read(path, settings)).rejects.toThrow(join(folder, message));
});

test('whatever words and tags there are, they come again', async () => {
  const cell = fc.stringMatching(/^[^\s#-][^\t\n\r]{0,5}$/u).map((text) => text.trim());
  const row = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (sentences) => {
      const text = sentences
        .map((words) => `${words.map((pair) => `${pair.join('\t')}\n`).join('')}\n`)
        .join('');
      const expected = sentences.map((words) => words.map((pair) => pair.join('/')).join(' '));
      expect(await read(file('b.txt', text))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
