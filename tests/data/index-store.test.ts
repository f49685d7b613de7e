import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultStorage, IndexStore } from '../../src/data/index-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open(path: string) {
  const warnings: string[] = [];
  return { store: new IndexStore(path, (message) => warnings.push(message)), warnings };
}

function put(store: IndexStore, name: string, rows: number[][]) {
  const writer = store.begin(name, 2);
  for (const row of rows) writer.add(row);
  return store.finish(writer, 'made');
}

test('rows are found again by their name', () => {
  const path = join(folder, 'a', 'index');
  const { store, warnings } = open(path);
  expect(store.find('x.ids')).toBeUndefined();
  put(store, 'x.ids', [[1, 2]]).close();
  const found = open(path).store.find('x.ids')!;
  expect([[...found.read(0, 0, 2)], found.about]).toEqual([[1, 2], 'made']);
  found.close();
  expect(warnings).toEqual([]);
});

test('rows that are damaged are made anew, with a warning', () => {
  const path = join(folder, 'b');
  const { store, warnings } = open(path);
  put(store, 'x.ids', [[1, 2]]).close();
  writeFileSync(join(path, 'x.ids'), 'other');
  expect(store.find('x.ids')).toBeUndefined();
  expect(warnings).toEqual([`${path}/x.ids: is damaged: it ends too early; it is made anew`]);
});

test('where nothing can be written, rows last as long as the process', () => {
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, 'file', 'index');
  const { store, warnings } = open(path);
  expect(warnings).toEqual([
    `${path}: cannot be written to, so text is indexed anew with each start, in ${tmpdir()}`,
  ]);
  const rows = put(store, 'tx-store-test.ids', [[1, 2]]);
  expect([...rows.read(0, 0, 2)]).toEqual([1, 2]);
  expect(readdirSync(tmpdir()).filter((name) => name.includes('tx-store-test.ids'))).toEqual([]);
  expect(store.find('tx-store-test.ids')).toBeUndefined();
  rows.close();
});

test('what ended processes left is removed, once it is old', () => {
  const path = join(folder, 'c');
  mkdirSync(path);
  const ended = 2 ** 22 + 1;
  const names = [`.x.ids.1.${ended}.tmp`, `.x.ids.2.${ended}.tmp`, `.x.ids.3.${process.pid}.tmp`, 'x.ids'];
  for (const name of names) writeFileSync(join(path, name), '');
  const old = new Date(Date.now() - 7_200_000);
  for (const name of [names[0]!, names[2]!, names[3]!]) utimesSync(join(path, name), old, old);
  open(path);
  expect(readdirSync(path).sort()).toEqual(names.slice(1).sort());
});

test('commands keep indexes beside the corpora, of more than 64 MB', () => {
  expect(defaultStorage({ TX_DATA: '/corpora' })).toEqual({
    memoryBytes: 64_000_000,
    folder: resolve('/corpora/index'),
  });
  expect(defaultStorage({}).folder).toBe(resolve('data/index'));
});
