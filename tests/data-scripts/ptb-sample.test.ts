import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Desk } from './desk.ts';
import { makeZip } from './zip.ts';

const url = new URL('../../data-scripts/ptb-sample.mjs', import.meta.url).href;
type Splits = Record<string, { from: number; to: number; sha256: string }>;
const { run, SPLITS } = (await import(url)) as {
  run(args: string[], log: (line: string) => void, splits?: Splits): Promise<void>;
  SPLITS: Splits;
};
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

const articles = ['\n( (S (NN one) ))\n', '\n( (S (NN two) ))\n( (S (NN too) ))\n', '( (S (NN three) ))\n'];
const names = ['wsj_0001.mrg', 'wsj_0002.mrg', 'wsj_0003.mrg'];
const splits: Splits = {
  'a.mrg': { from: 1, to: 2, sha256: sha256(articles[0]! + articles[1]!) },
  'b.mrg': { from: 3, to: 3, sha256: sha256(articles[2]!) },
};
const entries = (texts = articles) =>
  Object.fromEntries(texts.map((text, i) => [`treebank/combined/${names[i]}`, text]));

const desk = new Desk();
const { at, read, put } = desk;
const get = (from: string) => run(['--out', at('out'), '--from', from], desk.note, splits);
const written = () => Object.fromEntries(readdirSync(at('out')).map((name) => [name, read(`out/${name}`)]));
const whole = { 'a.mrg': articles[0]! + articles[1]!, 'b.mrg': articles[2]! };

test('from the archive on a server, once', async () => {
  const zip = makeZip({ 'treebank/README': 'x', ...entries() });
  const address = await desk.serve({ '/corpora/treebank.zip': zip });
  await get(`${address}/corpora`);
  expect(written()).toEqual(whole);
  expect(desk.log).toEqual(['DIR/out/a.mrg: 53 bytes', 'DIR/out/b.mrg: 19 bytes']);
  const { length } = desk.server!.requests;
  await get(`${address}/corpora`);
  expect(desk.log.slice(2)).toEqual(['DIR/out/a.mrg: there already', 'DIR/out/b.mrg: there already']);
  expect(desk.server!.requests).toHaveLength(length);
});

test.each(['the archive', 'its folder', 'nltk_data', 'the articles'])('from %s', async (what) => {
  const place = what === 'nltk_data' ? 'in/corpora/treebank/combined' : 'in';
  const isArchive = what === 'the archive' || what === 'its folder';
  if (isArchive) put('in/treebank.zip', makeZip(entries()));
  else for (const [i, name] of names.entries()) put(`${place}/${name}`, articles[i]!);
  await get(at(what === 'the archive' ? 'in/treebank.zip' : 'in'));
  expect(written()).toEqual(whole);
});

test('refuses what is not the sample, and keeps what a person has there', async () => {
  const zip = at('treebank.zip');
  await expect(get(desk.folder)).rejects.toThrow(
    /has neither treebank\.zip nor the articles wsj_0001\.mrg to wsj_0199\.mrg$/,
  );
  put('treebank.zip', 'no zip');
  await expect(get(zip)).rejects.toThrow(/treebank\.zip: is not a whole zip archive$/);
  put('treebank.zip', makeZip(entries(['other\n', ...articles.slice(1)])));
  await expect(get(zip)).rejects.toThrow(/^a\.mrg from .* has SHA-256 .*not written$/);
  put('treebank.zip', makeZip(entries(articles.slice(0, 2))));
  await expect(get(zip)).rejects.toThrow('treebank.zip has no combined/wsj_0003.mrg');
  expect(Object.keys(written())).toEqual(['a.mrg']);
  put('out/b.mrg', 'mine\n');
  await expect(get(zip)).rejects.toThrow('b.mrg is there with other content');
  expect(written()['b.mrg']).toBe('mine\n');
});

const data = join(resolve(process.env.TX_DATA ?? '../shared/data'), 'treebank');

test.skipIf(!existsSync(data))('the checksums are those of the sample as it is used (needs TX_DATA)', () => {
  expect(Object.keys(SPLITS)).toEqual(['train.mrg', 'dev.mrg', 'test.mrg']);
  for (const [name, { sha256: expected }] of Object.entries(SPLITS)) {
    expect(sha256(readFileSync(join(data, name)))).toBe(expected);
  }
  const parts = Object.values(SPLITS);
  expect([parts[0]!.from, parts.at(-1)!.to]).toEqual([1, 199]);
  for (const [i, { from }] of parts.slice(1).entries()) expect(from).toBe(parts[i]!.to + 1);
});
