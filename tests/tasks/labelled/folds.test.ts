import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { chooseRows, foldSettings } from '../../../src/tasks/labelled/folds.ts';
import { readSplit } from '../../../src/tasks/labelled/splits.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-folds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (folds: Parameters<typeof chooseRows>[0]) => [0, 1, 2, 3, 4, 5, 6].filter(chooseRows(folds));

it('every row is held out once, and else trained on', () => {
  const held = [1, 2, 3].map((k) => rowsOf({ only: `${k}/3` }));
  expect(held).toEqual([
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
  for (const [i, rows] of held.entries()) {
    const others = rowsOf({ except: `${i + 1}/3` });
    expect([...rows, ...others].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  }
  expect(rowsOf({})).toHaveLength(7);
  expect(rowsOf({ except: '1/3', only: '1/2' })).toEqual([2, 4]);
});

it.each(['0/5', '6/5', '1/1', '1', '2/', 'a/5', '-1/5', '1.5/5', '1/99999'])('%s is no fold', (text) => {
  expect(z.strictObject(foldSettings).safeParse({ only: text }).success).toBe(false);
});

it('a split has the rows of its fold, over all files; one without rows is an error', async () => {
  const files = ['a.tsv', 'b.tsv'].map((name) => {
    const path = join(folder, name);
    writeFileSync(path, `t\tl\n${name} 1\tx\n${name} 2\ty\n`);
    return path;
  });
  const table = { kind: 'table' as const, files, text: 't', label: 'l' };
  const { rows, labels } = await readSplit('valid', { ...table, only: '2/3' });
  expect([rows, labels]).toEqual([[['a.tsv 2']], ['y']]);
  expect((await readSplit('train', { ...table, except: '2/3' })).rows).toHaveLength(3);
  await expect(readSplit('valid', { ...table, only: '9/9' })).rejects.toThrow(/data.valid has no rows/);
});
