// What a training with logging.tensorboard leaves for TensorBoard, read by the tests' own decoder.
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { type DecodedEvent, decodeEvents, decodeSettings } from '../tensorboard/decode.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const logging = { tensorboard: true };

/** The events of each file, in the order of their names. */
function readSessions({ tensorboard }: RunFolder): DecodedEvent[][] {
  const names = readdirSync(tensorboard).sort();
  return names.map((name) => decodeEvents(readFileSync(join(tensorboard, name))));
}

/** The points of a tag, as a reader has them that takes back what a new session says is done again. */
function points(sessions: readonly DecodedEvent[][], tag: string): [number, number][] {
  let kept: [number, number][] = [];
  for (const { step, session, scalars } of sessions.flat()) {
    if (session === 1) kept = kept.filter(([earlier]) => earlier < step);
    if (tag in scalars) kept.push([step, scalars[tag]!]);
  }
  return kept;
}

const told = (folder: RunFolder, event: string, key: string): [number, number][] =>
  readMetrics(folder)
    .filter((line) => line.event === event && key in line)
    .map((line) => [line.step as number, Math.fround(line[key] as number)]);

/** Every figure of steps and validations stands under its tag, once a step. */
function expectMetrics(folder: RunFolder): void {
  const sessions = readSessions(folder);
  for (const key of ['loss', 'nll', 'gradientNorm', 'learningRate', 'skipped', 'epoch'])
    expect(points(sessions, `train/${key}`), key).toEqual(told(folder, 'step', key));
  for (const key of ['loss', 'nll', 'perplexity', 'epoch'])
    expect(points(sessions, `valid/${key}`), key).toEqual(told(folder, 'validation', key));
  expect(points(sessions, 'valid/BLEU')).toEqual(told(folder, 'validation', 'score'));
}

it('curves, samples, config and settings of a whole training', async () => {
  const training = { maxEpochs: 2, scoreEvery: 1, average: 2, logSteps: 3 };
  const config = toy.config({ training, logging });
  const folder = toy.folder();
  const { lastStep, samples } = await trainToy(config, folder);
  expectMetrics(folder);
  const sessions = readSessions(folder);
  expect(sessions).toHaveLength(1);
  expect(points(sessions, 'train/tokensPerSecond').length).toBe(told(folder, 'step', 'loss').length);
  const test = readMetrics(folder).find(({ event, set }) => event === 'result' && set === 'test');
  expect(points(sessions, 'test/BLEU')).toEqual([[lastStep, Math.fround(test!.score as number)]]);
  const events = sessions[0]!;
  const texts = Object.assign({}, ...events.map((event) => event.texts)) as Record<string, string>;
  expect(Object.keys(texts)).toEqual(expect.arrayContaining(['config', 'samples/valid', 'samples/test']));
  expect(texts.config!.replace(/^ {4}/gm, '')).toBe(readFileSync(folder.config, 'utf8'));
  expect(texts['samples/test']!.split('\n')).toHaveLength(2 + samples.length);
  const hparams = Object.assign({}, ...events.map((event) => event.hparams)) as Record<string, Uint8Array>;
  expect(Object.keys(hparams)).toEqual(['_hparams_/session_start_info', '_hparams_/session_end_info']);
  const settings = decodeSettings(hparams['_hparams_/session_start_info']!);
  expect(settings).toMatchObject({
    seed: 1,
    task: 'translation',
    'model.dModel': 16,
    'optimizer.type': 'adam',
    'optimizer.betas': '[0.9,0.999]',
    'optimizer.biasCorrection': true,
  });
  const places = Object.keys(settings).filter((key) => /^(name|threads|logging|data\.train)/.test(key));
  expect(places).toEqual([]);
});

describe('a training that goes on', () => {
  const training = { maxEpochs: 3, scoreEvery: 0, average: 2, selectBy: 'loss', logSteps: 3 };

  it('begins a file that takes back what was told after the last state, an event cut short among it', async () => {
    const config = toy.config({ training, logging });
    const folder = toy.folder();
    await trainToy(config, folder, { stopAt: 5 });
    const [name] = readdirSync(folder.tensorboard);
    const path = join(folder.tensorboard, name!);
    const whole = readFileSync(path);
    // As after a crash: what the first training told, and a part of the next event.
    appendFileSync(path, whole.subarray(0, 20));
    await trainToy(config, folder, { resume: true });
    const events = (file: string) => decodeEvents(readFileSync(join(folder.tensorboard, file)));
    const [, second] = readdirSync(folder.tensorboard).sort();
    expect(events(second!)[1]).toMatchObject({ step: 6, session: 1 });
    expect(() => decodeEvents(readFileSync(path))).toThrow();
    truncateSync(path, whole.length);
    expectMetrics(folder);
  });

  it('goes back to an earlier checkpoint likewise', async () => {
    const config = toy.config({ training, logging });
    const folder = toy.folder();
    const { lastStep } = await trainToy(config, folder);
    const from = folder.earlier().find((checkpoint) => checkpoint.startsWith('step-'))!;
    expect(Number(from.slice(5))).toBeLessThan(lastStep);
    await trainToy(config, folder, { resume: true, from });
    expect(readSessions(folder)).toHaveLength(2);
    expectMetrics(folder);
  });
});

it('without the setting there is nothing, and a new run takes the files of the one before away', async () => {
  const short = { maxEpochs: undefined, maxSteps: 2 };
  const folder = toy.folder();
  await trainToy(toy.config({ training: short, logging }), folder);
  expect(existsSync(folder.tensorboard)).toBe(true);
  await trainToy(toy.config({ training: short }), folder);
  expect(existsSync(folder.tensorboard)).toBe(false);
});
