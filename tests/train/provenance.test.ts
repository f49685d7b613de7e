// run.json and train.log: how a run came about, whichever way its trainings ended.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printConfig } from '../../src/config/print.ts';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { loadMetadata } from '../../src/runtime/safetensors.ts';
import { packageVersion } from '../../src/util/package.ts';
import { tx } from '../commands/run.ts';
import { Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const training = { maxEpochs: undefined, maxSteps: 4, validateSteps: 2 };
const read = (folder: RunFolder) => JSON.parse(readFileSync(folder.provenance, 'utf8'));
const linesOf = (folder: RunFolder) => readFileSync(folder.log, 'utf8').trimEnd().split('\n');
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

it('tells program, machine, data and time', async () => {
  const folder = toy.folder();
  const before = Date.now();
  await trainToy(toy.config({ training }), folder);
  const { parameters, data, sessions } = read(folder);
  expect(parameters).toBeGreaterThan(1000);
  expect(Object.keys(data)).toEqual([
    'data.train.src',
    'data.train.tgt',
    'data.valid.src',
    'data.valid.tgt',
    'tokenizers.shared',
  ]);
  expect(data['data.train.src']).toMatchObject({
    lines: 176,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(sessions).toHaveLength(1);
  const [session] = sessions;
  expect(session).toMatchObject({
    command: 'tx train toy',
    ending: 'finished',
    fromStep: 0,
    toStep: 4,
    tx: packageVersion(),
    threads: 1,
    seed: 1,
  });
  expect(session.onnxruntime).toMatch(/^\d+\.\d+\.\d+$/);
  expect(session.machine).toMatchObject({ node: process.versions.node, cores: expect.any(Number) });
  for (const time of [session.started, session.ended]) expect(time).toMatch(ISO);
  expect(Date.parse(session.started)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(session.ended)).toBeGreaterThanOrEqual(Date.parse(session.started));
});

it('keeps every time that a run was trained on', async () => {
  const folder = toy.folder();
  await trainToy(toy.config({ training }), folder, { stopAt: 1 });
  expect(read(folder).sessions[0]).toMatchObject({ ending: 'interrupted', fromStep: 0, toStep: 1 });
  await trainToy(toy.config({ training }), folder, { resume: true });
  await trainToy(toy.config({ training }), folder, { resume: true, from: 'step-2' }).catch(() => {});
  const { sessions } = read(folder);
  const told = sessions.map(({ ending, fromStep, toStep }: Record<string, unknown>) => [
    ending,
    fromStep,
    toStep,
  ]);
  expect(told.slice(0, 2)).toEqual([
    ['interrupted', 0, 1],
    ['finished', 1, 4],
  ]);
});

it('says that a training goes on, and after a failure why it ended', async () => {
  const folder = toy.folder();
  let during: unknown;
  const wild = toy.config({ training, schedule: { type: 'constant', learningRate: 1e38 } });
  const error = await trainToy(wild, folder, {
    onTick: () => {
      during ??= read(folder).sessions[0].ending;
    },
  }).catch((error) => error);
  expect(error).toBeInstanceOf(Error);
  expect(during).toBe('running');
  expect(read(folder).sessions[0].ending).toBe('failed');
  expect(linesOf(folder).at(-1)).toContain(' failed after update 0: ');
});

it('a damaged or missing file does not keep a run from going on', async () => {
  const folder = toy.folder();
  await trainToy(toy.config({ training }), folder, { stopAt: 1 });
  writeFileSync(folder.provenance, '{"sessions":[');
  await trainToy(toy.config({ training }), folder, { resume: true, stopAt: 2 });
  expect(read(folder).sessions).toHaveLength(1);
  rmSync(folder.provenance);
  await trainToy(toy.config({ training }), folder, { resume: true, stopAt: 3 });
  expect(read(folder).sessions).toHaveLength(1);
});

describe('train.log', () => {
  it('has what was told, each line with its time, also what came before there was a folder', async () => {
    const folder = toy.folder();
    const { notes } = await trainToy(toy.config({ training }), folder);
    const lines = linesOf(folder);
    for (const line of lines) expect(line.split(' ')[0]).toMatch(ISO);
    const texts = lines.map((line) => line.slice(line.indexOf(' ') + 1));
    expect(texts[0]).toBe('reading and preprocessing the corpora');
    expect(texts.filter((text) => notes.includes(text))).toEqual(notes);
    expect(texts).toContainEqual(expect.stringMatching(/^epoch 1 step 2: validation loss /));
    expect(texts.at(-1)).toBe('finished after update 4');
  });

  it('goes on with the run, and begins anew with a new one', async () => {
    const folder = toy.folder();
    await trainToy(toy.config({ training }), folder, { stopAt: 1 });
    const first = linesOf(folder);
    await trainToy(toy.config({ training }), folder, { resume: true });
    expect(linesOf(folder).slice(0, first.length)).toEqual(first);
    await trainToy(toy.config({ training }), folder);
    expect(
      linesOf(folder).filter((line) => line.endsWith(' reading and preprocessing the corpora')),
    ).toHaveLength(1);
  });

  it('is not made by a training that cannot start', async () => {
    const folder = toy.folder();
    await trainToy(toy.config({ data: { filter: { minLength: 90 } } }), folder).catch(() => {});
    expect(existsSync(folder.log)).toBe(false);
  });
});

it('checkpoints carry the version', async () => {
  const folder = toy.folder();
  await trainToy(toy.config({ training }), folder);
  for (const name of ['last', 'best', 'model'])
    expect(loadMetadata(folder.checkpoint(name))['tx.version']).toBe(packageVersion());
});

it('the command line keeps where each setting was written', async () => {
  const base = toy.write('base.yaml', printConfig(toy.config({ training: { ...training, maxSteps: 1 } })));
  const config = toy.write('own.yaml', 'include: base.yaml\nseed: 7\n');
  const folder = join(toy.dir, 'kept');
  const set = ['--set', 'model.dFf=24'];
  expect((await tx(['train', config, '--run', folder, '-q', ...set])).code).toBe(0);
  const { config: origins, sessions } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  expect(origins.seed).toBe(`${config}:2:7`);
  expect(origins['model.dFf']).toBe('--set model.dFf');
  expect(origins['optimizer.type']).toMatch(new RegExp(`^${base.replaceAll('.', '\\.')}:\\d+:\\d+$`));
  expect(sessions[0].command).toMatch(/ /);
});
