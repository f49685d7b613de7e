import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

/** The toy's tokenizer with other settings. */
const shared = (over: object) => ({ shared: { type: 'bpe', size: 90, ...over } });

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const checkpoints = (folder: RunFolder) => readdirSync(`${folder.path}/checkpoints`).sort();
const bytes = (folder: RunFolder, name: string) => readFileSync(folder.checkpoint(name));

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain('\n');
  return error;
}

describe('resuming', () => {
  // Every kind of dropout, accumulation over the ends of epochs, averaging and a log line that spans the interruption.
  const sections = {
    data: { batchTokens: 200 },
    tokenizers: shared({ dropout: 0.2 }),
    model: { attentionDropout: 0.1, activationDropout: 0.1 },
    training: { maxEpochs: 3, accumulate: 2, average: 2, scoreEvery: 2, selectBy: 'score', logSteps: 4 },
  } as const;

  it('an interrupted run ends as one that was not', async () => {
    const config = toy.config(sections);
    const whole = toy.folder();
    const reference = await trainToy(config, whole);
    const halved = toy.folder();
    const total = reference.lastStep;
    for (const [i, stopAt] of [2, Math.ceil(total / 2) + 1].entries()) {
      const outcome = await trainToy(config, halved, { resume: i > 0, stopAt });
      expect(outcome).toMatchObject({ interrupted: true, lastStep: stopAt });
    }
    // What a crash leaves: updates after the checkpoint, the last of them cut short.
    writeFileSync(halved.metrics, `{"event":"step","step":${total},"loss":1}\n{"event":"st`, { flag: 'a' });
    const outcome = await trainToy(config, halved, { resume: true });
    expect(outcome.interrupted).toBe(false);
    expect(outcome.test).toEqual(reference.test);
    expect(readMetrics(halved)).toEqual(readMetrics(whole));
    expect(checkpoints(halved)).toEqual(checkpoints(whole));
    for (const name of ['model', 'best', 'averaged']) {
      expect(bytes(halved, name).equals(bytes(whole, name)), name).toBe(true);
    }
  });

  it('a run without a checkpoint yet begins at the start; a finished one is scored again', async () => {
    const config = toy.config({ training: { maxEpochs: undefined, maxSteps: 2 } });
    const folder = toy.folder();
    await trainToy(config, folder, { stopAt: 1 });
    const last = bytes(folder, 'last');
    expect((await trainToy(config, folder, { resume: true })).lastStep).toBe(2);
    const metrics = readMetrics(folder);
    const again = await trainToy(config, folder, { resume: true });
    expect([again.lastStep, again.notes.some((note) => note.includes('resuming after update 2'))]).toEqual([
      0,
      true,
    ]);
    expect(readMetrics(folder)).toEqual(metrics);
    expect(bytes(folder, 'last').equals(last)).toBe(false);
  });

  it('refuses another model, other data, a damaged checkpoint and a folder without a run', async () => {
    const short = { maxEpochs: undefined, maxSteps: 2 };
    const config = toy.config({ training: short });
    const folder = toy.folder();
    await trainToy(config, folder, { stopAt: 1 });
    const stored = readFileSync(folder.config, 'utf8');
    const resume = (over: Parameters<Toy['config']>[0]) =>
      failure(trainToy(toy.config({ training: short, ...over }), folder, { resume: true }));
    const start = `${folder.path}: cannot resume: the run has`;
    const end = 'put it back, or train anew with --overwrite or another --run';
    const model = await resume({ model: { dFf: 48 } });
    expect(model).toBeInstanceOf(UsageError);
    expect(model.message).toBe(`${start} model.dFf 32, the config says 48; ${end}`);
    expect((await resume({ seed: 7 })).message).toBe(`${start} seed 1, the config says 7; ${end}`);
    expect((await resume({ optimizer: { type: 'sgd' } })).message).toContain('optimizer.type "adam"');
    expect(readFileSync(folder.config, 'utf8')).toBe(stored);

    truncateSync(folder.checkpoint('last'), 5000);
    expect((await resume({})).message).toMatch(/last\.safetensors: not a safetensors file: /);
    writeFileSync(folder.checkpoint('last'), '');
    expect((await resume({})).message).toMatch(
      /last\.safetensors: not a safetensors file: 0 bytes are too few$/,
    );
    const none = toy.folder();
    expect((await failure(trainToy(config, none, { resume: true }))).message).toContain(
      `${none.path}: no such run`,
    );
    expect(existsSync(none.path)).toBe(false);
  });
});

describe('a run that cannot start leaves no folder', () => {
  it.each<[string, Parameters<Toy['config']>[0], RegExp]>([
    [
      'no corpus',
      { data: { train: { kind: 'parallel', src: '/none/a.en', tgt: '/none/a.de' } } },
      /^\/none\/a\.en: no such file/,
    ],
    ['too large a tokenizer', { tokenizers: shared({ size: 100_000 }) }, /^tokenizers\.shared: .*100,?000/],
    ['nothing left', { data: { filter: { minLength: 90 } } }, /the training corpus is empty/],
    [
      'a warm-up longer than training',
      { schedule: { type: 'cosine', warmupSteps: 1000 } },
      /^schedule\.warmupSteps: 1000 leaves nothing of \d+ updates/,
    ],
    [
      'no such tokenizer',
      { tokenizers: { shared: { type: 'sentencepiece', file: '/none/v.model' } } },
      /^tokenizers\.shared: \/none\/v\.model: no such/,
    ],
  ])('%s', async (_name, over, message) => {
    const folder = toy.folder();
    expect((await failure(trainToy(toy.config(over), folder))).message).toMatch(message);
    expect(existsSync(folder.path)).toBe(false);
  });

  it('what was in the folder before stays', async () => {
    const folder = toy.folder();
    await trainToy(toy.config(), folder, { stopAt: 1 });
    writeFileSync(`${folder.path}/notes.txt`, 'mine');
    const contents = () =>
      readdirSync(folder.path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => [name, readFileSync(`${parentPath}/${name}`, 'base64')]);
    const before = contents();
    expect(before.map(([name]) => name).sort()).toEqual([
      'config.yaml',
      'data.json',
      'eval.onnx',
      'last.safetensors',
      'notes.txt',
      'optimizer.onnx',
      'report.html',
      'run.json',
      'shared.model',
      'train.log',
      'training.onnx',
    ]);
    await failure(trainToy(toy.config({ tokenizers: shared({ size: 100_000 }) }), folder));
    await failure(trainToy(toy.config({ data: { filter: { minLength: 90 } } }), folder));
    expect(contents()).toEqual(before);
    await failure(trainToy(toy.config({ optimizer: { type: 'sgd' } }), folder, { resume: true }));
    expect(contents()).toEqual(before);
  });
});

describe('the end of training', () => {
  it('by time: one validation at the end, with a score whatever scoreEvery says', async () => {
    const folder = toy.folder();
    const end = { maxEpochs: undefined, maxMinutes: 0.003, validateSteps: 100_000, logSteps: 100_000 };
    const config = toy.config({ training: { ...end, scoreEvery: 100, selectBy: 'score' } });
    const { lastStep, test } = await trainToy(config, folder);
    expect(lastStep).toBeGreaterThan(0);
    expect(test!.files.hyp).toHaveLength(12);
    expect(readMetrics(folder)).toEqual([
      expect.objectContaining({ event: 'validation', step: lastStep, score: expect.any(Number), best: true }),
      expect.objectContaining({ event: 'result', weights: 'best', set: 'valid' }),
      expect.objectContaining({ event: 'result', weights: 'best', set: 'test' }),
    ]);
  });

  it('by time that was over before a resumed run had a best', async () => {
    const folder = toy.folder();
    const training = { maxEpochs: undefined, maxMinutes: 10, validateSteps: 1000 };
    await trainToy(toy.config({ training }), folder, { stopAt: 1 });
    const over = toy.config({ training: { ...training, maxMinutes: 1e-6 } });
    const { interrupted, lastStep } = await trainToy(over, folder, { resume: true });
    expect([interrupted, lastStep]).toEqual([false, 0]);
    expect(checkpoints(folder)).toEqual(['best', 'last', 'model'].map((name) => `${name}.safetensors`));
  });

  it('early, after as many validations without improvement as patience allows', async () => {
    const folder = toy.folder();
    // A rate that changes nothing.
    const schedule = { type: 'constant', learningRate: 1e-30 } as const;
    const training = { maxEpochs: 50, validateSteps: 1, patience: 2 };
    const { lastStep } = await trainToy(toy.config({ training, schedule }), folder);
    expect(lastStep).toBe(3);
    const validations = readMetrics(folder).filter(({ event }) => event === 'validation');
    expect(validations.map((event) => 'best' in event && event.best)).toEqual([true, false, false]);
    expect(validations.some((event) => 'score' in event)).toBe(false);
  });
});

it('patience counts from the last improvement', async () => {
  const folder = toy.folder();
  // Small batches and a high rate: the loss falls, but not at every update.
  const config = toy.config({
    data: { batchTokens: undefined, batchSentences: 4 },
    training: { maxEpochs: 50, validateSteps: 2, patience: 3 },
    schedule: { type: 'constant', learningRate: 0.02 },
  });
  await trainToy(config, folder);
  const improved = readMetrics(folder).flatMap((line) => ('best' in line ? [line.best] : []));
  const runs = improved.map(Number).join('');
  // Validations without improvement that others with one follow, more of them than patience allows in a row.
  expect(runs.replace(/0+$/, '').split('0').length).toBeGreaterThan(4);
  expect(runs.indexOf('000')).toBe(runs.length - 3);
});

it('pads no batch beyond the positions that the model has', async () => {
  const config = toy.config({ data: { padToMultiple: 64 }, training: { maxEpochs: 1 } });
  expect(config.model.maxLength).toBeLessThan(64);
  expect((await trainToy(config, toy.folder())).interrupted).toBe(false);
});

it('averages the last checkpoints and keeps the better of average and best', async () => {
  const folder = toy.folder();
  const training = { maxEpochs: undefined, maxSteps: 3, validateSteps: 1, average: 2 };
  await trainToy(toy.config({ training }), folder);
  expect(checkpoints(folder)).toEqual(
    ['averaged', 'best', 'last', 'model', 'step-2', 'step-3'].map((name) => `${name}.safetensors`),
  );
  const load = (name: string) => loadSafetensors(folder.checkpoint(name));
  const [second, third, averaged, model] = ['step-2', 'step-3', 'averaged', 'model'].map(load);
  for (const [name, { data }] of averaged!.tensors) {
    const [a, b] = [second!, third!].map(({ tensors }) => tensors.get(name)!.data as Float32Array);
    expect(data, name).toEqual(a!.map((x, i) => Math.fround((x + b![i]!) / 2)));
  }
  const chosen = model!.metadata['tx.weights']!;
  expect(['averaged', 'best']).toContain(chosen);
  expect(model!.tensors).toEqual(load(chosen).tensors);
});

it('starting anew in a used folder takes nothing over from the run that was there', async () => {
  const folder = toy.folder();
  const training = { maxEpochs: undefined, maxSteps: 2, validateSteps: 1, average: 2 };
  await trainToy(toy.config({ training }), folder);
  const vocabulary = readFileSync(folder.tokenizer('shared'));
  const fresh = toy.config({ training: { ...training, average: 0 }, tokenizers: shared({ size: 80 }) });
  await trainToy(fresh, folder, { stopAt: 1 });
  expect(readFileSync(folder.tokenizer('shared')).equals(vocabulary)).toBe(false);
  expect(checkpoints(folder)).toEqual(['best.safetensors', 'last.safetensors']);
  expect(readdirSync(`${folder.path}/results`)).toEqual(['data.json']);
});
