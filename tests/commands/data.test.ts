import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tx } from './run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-data-'));
  vi.stubEnv('TX_DATA', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('lists what there is, with licences and sizes', async () => {
  mkdirSync(join(folder, 'treebank'));
  const { code, stdout, stderr } = await tx(['data']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^multi30k\n {2}.*\n {2}6\.4 MB; licence: non-commercial research\n {2}tx data multi30k; not there: /m,
  );
  expect(stdout).toContain(`tx data ptb-sample; there: ${join(folder, 'treebank')}\n`);
  expect(stdout).toContain('tx data wmt SET [PAIR]; ');
  expect(stdout).toContain('tx data text; not there: ');
});

const data = resolve(process.env.TX_DATA ?? '../shared/data');

it.skipIf(!existsSync(join(data, 'multi30k')))(
  'fetches into the folder of corpora (needs TX_DATA)',
  async () => {
    const first = await tx(['data', 'multi30k', '--from', join(data, 'multi30k')]);
    expect([first.code, first.stdout.split('\n').length]).toEqual([0, 10]);
    expect(readFileSync(join(folder, 'multi30k/val.de'), 'utf8')).toBe(
      readFileSync(join(data, 'multi30k/val.de'), 'utf8'),
    );
    const again = await tx(['data', 'multi30k']);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('val.de: there already\n')]);
    writeFileSync(join(folder, 'multi30k/val.de'), 'mine\n');
    const { code, stderr } = await tx(['data', 'multi30k']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^tx: .*val\.de is there with other content; .*\n$/),
    ]);
  },
);

it.skipIf(!existsSync(join(data, 'text')))('takes running text as it is (needs TX_DATA)', async () => {
  const { code, stdout } = await tx(['data', 'text', '--from', join(data, 'text')]);
  expect([code, stdout.split('\n').length]).toEqual([0, 5]);
  const names = ['wiki.train', 'wiki.valid', 'wiki.test', 'novels'].map((name) => `text/${name}.txt.gz`);
  for (const name of names)
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(data, name)))).toBe(true);
});

it.each<[string[], number, RegExp]>([
  [['mlti30k'], 2, /^no corpus "mlti30k"; did you mean multi30k\?$/],
  [['wsj'], 1, /^wsj cannot be fetched: its licence is LDC .*wsj$/],
  [['wmt'], 2, /^name one test set, and one of its pairs or none: NAME \[PAIR\]/],
  [['wmt', 'wmt14/ful'], 2, /^no test set "wmt14\/ful"; known: /],
  [['wmt14'], 2, /^name one pair of en-de, en-fr: PAIR/],
  [['wmt14', 'de-en', '--force'], 2, /^name one pair of en-de, en-fr: PAIR/],
  [['wmt14', 'en-de', '--from', 'NONE'], 1, /^--from .*none: no such folder$/],
  [['text', '--from', 'NONE'], 1, /^--from .*none: no such folder$/],
  [['text', 'novels'], 2, /^Unexpected argument 'novels'/],
  [['multi30k', 'all'], 2, /^Unexpected argument 'all'/],
  [['multi30k', '--force'], 2, /^Unknown option '--force'/],
  [['--from', 'x'], 2, /^give the name of a corpus with these options; tx data lists them$/],
  [['ptb-sample', '--from', 'NONE'], 1, /none has neither treebank\.zip nor the articles/],
])('%j', async (argv, code, message) => {
  const words = argv.map((word) => (word === 'NONE' ? join(folder, 'none') : word));
  const result = await tx(['data', ...words]);
  expect([result.code, result.stdout]).toEqual([code, '']);
  expect(result.stderr.replace('tx: ', '').trimEnd()).toMatch(message);
});
