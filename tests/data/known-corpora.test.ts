import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listConfigs, resolveConfigPath } from '../../src/config/resolve.ts';
import { listCorpora, requireFiles } from '../../src/data/known-corpora.ts';
import { UserError } from '../../src/util/errors.ts';
import { packageRoot } from '../../src/util/package.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-corpora-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const complaint = (paths: string[], env: Record<string, string>): string => {
  try {
    requireFiles(paths, env);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message.replaceAll(folder, 'DIR');
  }
  return '';
};

it.each([
  ['multi30k/a', '; fetch it with: npx tx data multi30k'],
  ['treebank/b', '; fetch it with: npx tx data ptb-sample'],
  ['text/wiki.train.txt.gz', '; fetch it with: npx tx data text'],
  ['wmt/c/d', '; fetch it with: npx tx data wmt SET [PAIR]'],
  ['wmt14/en-de/train.en', '; fetch it with: npx tx data wmt14 PAIR'],
  ['wsj/d', '; put it there: its licence is LDC (LDC99T42): ask the Linguistic Data Consortium'],
  ['other/e', '; TX_DATA names the folder of corpora'],
  ['../tx-none/f', ''],
])('%s is missing%s', (path, remedy) => {
  const missing = join(folder, path);
  const line = `${missing}: no such file or directory`.replaceAll(folder, 'DIR');
  expect(complaint([missing], { TX_DATA: folder })).toBe(`${line}${remedy}`);
  writeFileSync(join(folder, 'there'), '');
  const paths = [join(folder, 'there'), missing, join(folder, 'x'), join(folder, 'y')];
  expect(complaint(paths, { TX_DATA: folder })).toBe(`${line} (and 2 more)${remedy}`);
  expect(complaint([join(folder, 'there')], { TX_DATA: folder })).toBe('');
});

it('tells of TX_DATA where it is not set', () => {
  expect(complaint(['data/multi30k/none'], {})).toBe(
    'data/multi30k/none: no such file or directory; fetch it with: npx tx data multi30k, or set TX_DATA to the folder that has it',
  );
});

it('every folder that a config of the package names under TX_DATA is listed, with a script that is there', () => {
  const texts = listConfigs().map((name) => readFileSync(resolveConfigPath(name), 'utf8'));
  const folders = new Set(
    texts.flatMap((text) => [...text.matchAll(/\$\{TX_DATA\}\/([\w-]+)/g)].map(([, name]) => name!)),
  );
  const corpora = listCorpora();
  expect(folders.size).toBeGreaterThan(2);
  expect(corpora.map((corpus) => corpus.folder)).toEqual(expect.arrayContaining([...folders]));
  for (const { script, licence, size } of corpora) {
    expect([licence, size]).not.toContain('');
    if (script !== undefined)
      expect(existsSync(join(packageRoot, 'data-scripts', script)), script).toBe(true);
  }
});
