// Training with an absurd rate: what it stores, what it says, and the way back.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TranslationConfig } from '../../src/tasks/translation.ts';
import { findNonFinite } from '../../src/tensor/tensor.ts';
import { DivergedError } from '../../src/train/diverged.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const training = { maxEpochs: undefined, maxSteps: 60, validateSteps: 4, average: 2 };
const withRate = (learningRate: number, over: Partial<TranslationConfig['training']> = {}) =>
  toy.config({ training: { ...training, ...over }, schedule: { type: 'constant', learningRate } });

/** With a rate near float32's largest number, and moments that are too large for it: the next update overflows. */
const overflowing = (over: Partial<TranslationConfig['training']> = {}): TranslationConfig => {
  const optimizer = { type: 'adam', biasCorrection: false } as const;
  const schedule = { type: 'constant', learningRate: 3e38 } as const;
  return toy.config({ training: { ...training, ...over }, optimizer, schedule });
};

async function divergence(promise: Promise<unknown>): Promise<DivergedError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(DivergedError);
  expect(error.message).not.toContain('\n');
  return error;
}

const checkpoints = (folder: RunFolder) =>
  readdirSync(`${folder.path}/checkpoints`).map((file) => file.replace('.safetensors', ''));

/** After its first update parameters are about 1e25: finite, and no loss is. */
const ABSURD = 1e25;

describe('a loss that is not finite', () => {
  it('has no part in the means, is counted, and is never null in the metrics', async () => {
    const folder = toy.folder();
    await divergence(trainToy(withRate(ABSURD), folder));
    const text = readFileSync(folder.metrics, 'utf8');
    expect(text).not.toContain('null');
    const events = readMetrics(folder);
    const [first, second] = events.filter(({ event }) => event === 'step');
    expect(first).toMatchObject({ step: 3, skipped: 2, loss: expect.any(Number), nll: expect.any(Number) });
    expect(second).toEqual({ event: 'step', step: 6, epoch: 1, skipped: 3, learningRate: ABSURD });
    const [validation] = events.filter(({ event }) => event === 'validation');
    expect(validation).toEqual({ event: 'validation', step: 4, epoch: 1, best: false });
  });

  it('counts for a resumed run as for one that was not interrupted', async () => {
    // Every window has skipped updates; the interruption is in the middle of one, where the loss was finite.
    const [whole, halved] = [toy.folder(), toy.folder()];
    const config = withRate(ABSURD, { logSteps: 2 });
    await divergence(trainToy(config, whole));
    await trainToy(config, halved, { stopAt: 1 });
    const error = await divergence(trainToy(config, halved, { resume: true }));
    expect(error.message).toContain('the loss was not finite for 20 updates up to 21');
    expect(readMetrics(halved)).toEqual(readMetrics(whole));
  });

  it('is nothing to go back to: neither a validation nor an interruption stores such parameters', async () => {
    const folder = toy.folder();
    const outcome = await trainToy(withRate(ABSURD), folder, { stopAt: 10 });
    expect(outcome.notes.at(-1)).toBe(
      'the loss of the last 9 updates was not finite: the state is not stored',
    );
    expect(checkpoints(folder)).toEqual(['last']);
    const { metadata } = loadSafetensors(folder.checkpoint('last'));
    expect(JSON.parse(metadata['tx.progress']!)).toMatchObject({ step: 0 });
    const error = await divergence(trainToy(withRate(ABSURD), folder));
    expect(error.checkpoint).toBeUndefined();
    expect(error.message).toBe(
      'the loss was not finite for 20 updates up to 21: training diverged; train anew with --overwrite, and lower the learning rate or set optimizer.clipNorm',
    );
  });
});

describe('parameters with NaN or ∞', () => {
  it('end training at once', async () => {
    const error = await divergence(trainToy(overflowing(), toy.folder()));
    expect(error.message).toMatch(/^\S+ holds NaN or ∞ after update 2: training diverged; train anew/);
  });

  it('never replace those that were stored', async () => {
    const folder = toy.folder();
    await trainToy(withRate(0.01), folder, { stopAt: 9 });
    const before = readFileSync(folder.checkpoint('last'));
    const error = await divergence(trainToy(overflowing({ validateSteps: 10 }), folder, { resume: true }));
    expect(error.checkpoint).toBe('best');
    expect(readFileSync(folder.checkpoint('last')).equals(before)).toBe(true);
    for (const name of checkpoints(folder))
      expect(findNonFinite(loadSafetensors(folder.checkpoint(name)).tensors), name).toBeUndefined();
  });
});

describe('going back', () => {
  it('to the best parameters after a divergence, with a lower rate, and on to the end', async () => {
    const folder = toy.folder();
    await trainToy(withRate(0.01), folder, { stopAt: 10 });
    // Diverges slowly enough that finite, useless parameters are stored as the last ones.
    await trainToy(withRate(3), folder, { resume: true, stopAt: 13 });
    const { message } = await divergence(trainToy(withRate(ABSURD), folder, { resume: true }));
    expect(message).toContain('; go back to update 8 with --resume --from best, and lower the learning rate');
    const outcome = await trainToy(withRate(0.005, { maxSteps: 20 }), folder, { resume: true, from: 'best' });
    expect(outcome.notes).toContain(
      "back at update 8 with the parameters of best; the optimizer's state begins at zero",
    );
    expect(outcome).toMatchObject({ interrupted: false, lastStep: 20 });
    expect(checkpoints(folder)).toEqual(['averaged', 'best', 'last', 'model', 'step-16', 'step-20']);
    const validations = readMetrics(folder).filter(({ event }) => event === 'validation');
    const losses = validations.map((event) => ('loss' in event ? event.loss : Number.NaN));
    expect(validations.map((event) => 'step' in event && event.step)).toEqual([4, 8, 12, 16, 20]);
    expect(Number(losses[4])).toBeLessThan(Number(losses[1]));
  });

  it('is done once: the run then goes on from there', async () => {
    const folder = toy.folder();
    await trainToy(withRate(0.01), folder, { stopAt: 10 });
    await trainToy(withRate(0.005), folder, { resume: true, from: 'step-4', stopAt: 5 });
    // What is forgotten goes with the next validation.
    expect(checkpoints(folder)).toEqual(['best', 'last', 'step-4', 'step-8']);
    const whole = toy.folder();
    await trainToy(withRate(0.01), whole, { stopAt: 10 });
    const config = withRate(0.005, { maxSteps: 20 });
    await trainToy(config, whole, { resume: true, from: 'step-4' });
    await trainToy(config, folder, { resume: true });
    expect(readMetrics(folder)).toEqual(readMetrics(whole));
    for (const name of ['best', 'averaged', 'model', 'step-20']) {
      const [a, b] = [folder, whole].map((run) => readFileSync(run.checkpoint(name)));
      expect(a!.equals(b!), name).toBe(true);
    }
  });

  it('begins a new optimizer: its first update is as large as the rate', async () => {
    const folder = toy.folder();
    await trainToy(withRate(0.01), folder, { stopAt: 10 });
    await trainToy(withRate(0.005), folder, { resume: true, from: 'step-4', stopAt: 5 });
    const [before, after] = ['step-4', 'last'].map((name) => loadSafetensors(folder.checkpoint(name)));
    expect(JSON.parse(after!.metadata['tx.progress']!)).toMatchObject({ step: 5, optimizerStart: 4 });
    let largest = 0;
    for (const [name, { data }] of before!.tensors) {
      const now = after!.tensors.get(name)!.data as Float32Array;
      (data as Float32Array).forEach((x, i) => {
        largest = Math.max(largest, Math.abs(now[i]! - x));
      });
    }
    expect(largest / 0.005).toBeCloseTo(1, 3);
  });

  it('keeps the best parameters, also those of an update that is forgotten', async () => {
    const folder = toy.folder();
    await trainToy(withRate(0.01), folder, { stopAt: 10 });
    const best = readFileSync(folder.checkpoint('best'));
    await trainToy(withRate(1e-9), folder, { resume: true, from: 'step-4', stopAt: 9 });
    expect(readFileSync(folder.checkpoint('best')).equals(best)).toBe(true);
    const { metadata } = loadSafetensors(folder.checkpoint('last'));
    expect(JSON.parse(metadata['tx.progress']!)).toMatchObject({ best: { step: 8 }, sinceBest: 1 });
  });
});
