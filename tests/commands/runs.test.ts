// `tx runs` over runs that stand in every way.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { LockFile } from '../../src/util/lock-file.ts';
import { Toy, trainToy } from '../train/toy.ts';
import { tx } from './run.ts';

let toy: Toy;
let dir: string;
const at = (name: string) => new RunFolder(join(dir, name));
const training = { maxEpochs: undefined, maxSteps: 4, validateSteps: 2 };

beforeAll(async () => {
  toy = new Toy();
  dir = join(toy.dir, 'all');
  const score = { training: { ...training, scoreEvery: 1, selectBy: 'score' } };
  await trainToy(toy.config(score), at('a'));
  await trainToy(toy.config({ ...score, model: { dFf: 48 } }), at('deep/b'));
  await trainToy(toy.config({ training }), at('c'), { stopAt: 3 });
  await trainToy(toy.config({ training, schedule: { type: 'constant', learningRate: 1e38 } }), at('d')).catch(
    () => {},
  );
  await trainToy(toy.config({ training }), at('e'), { stopAt: 1 });
  const killed = at('e').provenance;
  writeFileSync(killed, readFileSync(killed, 'utf8').replace('"interrupted"', '"running"'));
  await trainToy(toy.config({ training }), at('f'), { stopAt: 1 });
  writeFileSync(at('f').config, 'a: [');
  mkdirSync(join(dir, 'none'));
});
afterAll(() => toy.remove());

const lines = async (...argv: string[]) => {
  const { code, stdout, stderr } = await tx(['runs', dir, ...argv]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
};
const first = (text: string) => text.split(/ {2,}/)[0];

it('tells states, figures, and what differs', async () => {
  const table = await lines();
  expect(table.map(first)).toEqual(['run', 'a', 'c', 'd', 'deep/b', 'e', 'f']);
  expect(table[0]).toMatch(/^run +state +steps +time +loss +score +.*model\.dFf/);
  expect(table.map((line) => line.split(/ {2,}/)[1])).toEqual([
    'state',
    'finished',
    'interrupted',
    'failed',
    'finished',
    'killed',
    'damaged',
  ]);
  expect(table[1]).toMatch(/ BLEU \d+\.\d\d( |$)/);
  expect(table[4]).toMatch(/ 48( |$)/);
  expect(table[0]).not.toContain('data.train');
});

it('a run in training is running', async () => {
  const lock = LockFile.take(at('c').lock);
  expect((await lines('--state', 'running')).map(first)).toEqual(['run', 'c']);
  lock.release();
  rmSync(at('c').lock, { force: true });
});

it('sorts and filters', async () => {
  const byScore = JSON.parse((await lines('--sort', 'score', '--json')).join('\n'));
  const scores = byScore.flatMap(({ score }: { score?: number }) => score ?? []);
  expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
  expect(scores).toHaveLength(2);
  const byLoss = JSON.parse((await lines('--sort', 'loss', '--json')).join('\n'));
  const losses = byLoss.flatMap(({ loss }: { loss?: number }) => loss ?? []);
  expect(losses).toEqual(losses.toSorted((a: number, b: number) => a - b));
  expect((await lines('--filter', 'model.dFf=48')).map(first)).toEqual(['run', 'deep/b']);
  expect((await lines('--state', 'failed', '--state', 'killed')).map(first)).toEqual(['run', 'd', 'e']);
});

it('gives CSV, and JSON with all settings', async () => {
  const csv = (await tx(['runs', dir, '--csv', '--filter', 'model.dFf=48'])).stdout;
  expect(csv).toMatch(/^run,state,steps,time,loss,score\r\ndeep\/b,finished,4,/);
  const [run] = JSON.parse((await lines('--json', '--filter', 'model.dFf=48')).join('\n'));
  expect(run).toMatchObject({
    state: 'finished',
    task: 'translation',
    steps: 4,
    metric: 'BLEU',
    set: 'test',
  });
  expect(run.settings['optimizer.type']).toBe('adam');
  expect(run.started).toMatch(/^\d{4}-/);
});

it('a folder without runs, none, and a filter that is none', async () => {
  const empty = await tx(['runs', join(dir, 'none')]);
  expect(empty).toEqual({ code: 0, stdout: '', stderr: `${join(dir, 'none')}: has no runs\n` });
  expect((await tx(['runs', join(dir, 'nowhere')])).code).toBe(2);
  expect((await tx(['runs', dir, '--filter', 'x'])).stderr).toBe(
    'tx: --filter x: expected a setting, = and its value\n',
  );
});
