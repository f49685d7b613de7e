import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeTestSets, listTestSets, loadTestSet } from '../../src/data/test-sets.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-sets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const number = (word: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${word} ${i}\n`).join('');

/** What wmt.mjs writes for wmt20/tworefs de-en, with invented lines. */
function putFetched(count = 785): void {
  const texts = { 'de-en.de': 'Haus', 'de-en.en': 'house', 'de-en.en.2': 'home' };
  const files = Object.entries(texts).map(([name, word]) => {
    const text = number(word, count);
    put(`wmt/wmt20_tworefs/${name}`, text);
    return [name, { sha256: createHash('sha256').update(text).digest('hex'), lines: count, from: name }];
  });
  put(
    'wmt/wmt20_tworefs/manifest.json',
    JSON.stringify({ set: 'wmt20/tworefs', files: Object.fromEntries(files) }),
  );
}
const load = () => loadTestSet('wmt20/tworefs', 'de', 'en', { dataDir: folder });

describe('what wmt.mjs fetched', () => {
  test('source and references', () => {
    putFetched();
    const { src, refs, origin } = load();
    expect(src).toHaveLength(785);
    expect(src[1]).toBe('Haus 1');
    expect(refs.map((lines) => lines[784])).toEqual(['house 784', 'home 784']);
    expect(origin.title).toBe('newstest2020 with two references');
    expect(origin.files).toHaveLength(3);
    expect(origin.from).toEqual(['de-en.de', 'de-en.en', 'de-en.en.2']);
  });

  test('is refused when cut short, changed or of another length', () => {
    putFetched();
    put('wmt/wmt20_tworefs/de-en.en', number('house', 784));
    expect(load).toThrow(
      /de-en\.en: cut short or changed .*tx data wmt wmt20\/tworefs de-en --output .*wmt --force$/,
    );
    put('wmt/wmt20_tworefs/de-en.en', number('horse', 785));
    expect(load).toThrow('de-en.en: cut short or changed');
    putFetched(784);
    expect(load).toThrow(/de-en\.de: has 784 lines, not 785; fetch it again/);
    put('wmt/wmt20_tworefs/manifest.json', '{}');
    expect(load).toThrow(/manifest\.json: cannot be read; fetch it again/);
    expect(load).toThrow(UserError);
  });

  test('counts as missing where a file is', () => {
    putFetched();
    rmSync(join(folder, 'wmt/wmt20_tworefs/de-en.en.2'));
    expect(load).toThrow(/^wmt20\/tworefs de-en is not in .*; fetch it with: npx tx data wmt /);
  });
});

test('published texts of other content are refused', () => {
  put('multi30k/val.en', 'a\n');
  put('multi30k/val.de', 'b\n');
  expect(() => loadTestSet('multi30k/val', 'en', 'de', { dataDir: folder })).toThrow(
    /val\.en: cut short or changed .*move it away and fetch it with: npx tx data multi30k --output /,
  );
});

test('names, pairs and files that are not there', () => {
  const tryLoad = (name: string, src: string, tgt: string) => () =>
    loadTestSet(name, src, tgt, { env: { TX_DATA: folder } });
  expect(tryLoad('wmt-14', 'en', 'de')).toThrow('no test set "wmt-14"; did you mean wmt14?');
  expect(tryLoad('toString', 'en', 'de')).toThrow(UsageError);
  expect(tryLoad('wmt19', 'en', 'fr')).toThrow('wmt19 has no pair "en-fr"; its pairs: en-de, de-en');
  expect(tryLoad('wmt19', 'en', 'fr')).toThrow(UsageError);
  expect(tryLoad('wmt17', 'en', 'de')).toThrow(
    `wmt17 en-de is not in ${folder} (TX_DATA) or data; fetch it with: npx tx data wmt wmt17 en-de`,
  );
});

test('the list', () => {
  const sets = listTestSets();
  expect(sets.map(({ name }) => name)).toEqual([
    'wmt13',
    'wmt14',
    'wmt14/full',
    'wmt15',
    'wmt16',
    'wmt17',
    'wmt18',
    'wmt19',
    'wmt20',
    'wmt20/tworefs',
    'multi30k',
    'multi30k/val',
  ]);
  expect(sets[1]!.pairs[0]).toEqual({ pair: 'en-de', lines: 2737 });
  expect(describeTestSets().split('\n').slice(0, 2)).toEqual([
    'wmt13          newstest2013: en-de de-en en-fr fr-en (3,000)',
    'wmt14          newstest2014 as first released: en-de (2,737), de-en en-fr fr-en (3,003)',
  ]);
});

test('the table refers to archives and texts that it knows', () => {
  const path = new URL('../../data-scripts/test-sets.json', import.meta.url);
  const { files, archives, sets } = JSON.parse(readFileSync(path, 'utf8')) as {
    files: Record<string, string>;
    archives: Record<string, { md5: string }>;
    sets: Record<string, { archive?: string; pairs: Record<string, { text?: string[] }> }>;
  };
  for (const { archive, pairs } of Object.values(sets)) {
    if (archive) expect(archives[archive]?.md5).toMatch(/^[0-9a-f]{32}$/);
    for (const { text = [] } of Object.values(pairs)) {
      for (const file of text) expect(files[file]).toMatch(/^[0-9a-f]{64}$/);
    }
  }
});

const data = resolve(process.env.TX_DATA ?? '../shared/data');

describe.skipIf(!existsSync(join(data, 'newstest')))('the published texts (needs TX_DATA)', () => {
  test.each([
    ['wmt13', 'en', 'de', 3000],
    ['wmt13', 'fr', 'en', 3000],
    ['wmt14/full', 'en', 'de', 3003],
    ['wmt14/full', 'de', 'en', 3003],
    ['wmt14/full', 'en', 'fr', 3003],
    ['multi30k', 'en', 'de', 1000],
    ['multi30k', 'de', 'fr', 1000],
    ['multi30k/val', 'fr', 'en', 1014],
  ])('%s %s-%s', (name, src, tgt, count) => {
    const set = loadTestSet(name, src, tgt, { env: { TX_DATA: data } });
    expect([set.src.length, ...set.refs.map((lines) => lines.length)]).toEqual([count, count]);
    expect(set.origin.files.map((file) => file.split('.').at(-1))).toEqual([src, tgt]);
  });
});
