// The state is stored between validations where the config asks for it, and a run goes on from there as if nothing had
// happened.
import { cpSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { loadOrigin } from '../../src/train/checkpoint.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const training = { maxEpochs: undefined, maxSteps: 9, validateSteps: 9, logSteps: 2 };
const storedAt = (folder: RunFolder) => loadOrigin(folder.checkpoint('last')).progress!.step;

/** Trains; what was stored after each update, by its number. */
async function watch(over: object): Promise<{ folder: RunFolder; stored: number[] }> {
  const folder = toy.folder();
  const stored: number[] = [];
  // A tick comes before what its update brings.
  const onTick = () => stored.push(storedAt(folder));
  await trainToy(toy.config({ training: { ...training, ...over } }), folder, { onTick });
  return { folder, stored };
}

it('after so many updates', async () => {
  expect((await watch({})).stored).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect((await watch({ saveSteps: 4 })).stored).toEqual([0, 0, 0, 0, 4, 4, 4, 4, 8]);
});

it('after so much time, which begins anew with each state', async () => {
  const { stored } = await watch({ saveMinutes: 1e-9 });
  expect(stored).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect((await watch({ saveMinutes: 1000 })).stored).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it('a run that is killed between goes on to the same bytes', async () => {
  const { folder: whole } = await watch({ saveSteps: 4 });
  const folder = toy.folder();
  const killed = toy.folder();
  const config = toy.config({ training: { ...training, saveSteps: 4 } });
  let ticks = 0;
  // What a kill in the seventh update would leave.
  const onTick = () => ++ticks === 7 && cpSync(folder.path, killed.path, { recursive: true });
  await trainToy(config, folder, { onTick: () => void onTick() });
  expect(storedAt(killed)).toBe(4);
  await trainToy(config, new RunFolder(killed.path), { resume: true });
  expect(readMetrics(killed)).toEqual(readMetrics(whole));
  expect(readFileSync(killed.checkpoint('model')).equals(readFileSync(whole.checkpoint('model')))).toBe(true);
});
