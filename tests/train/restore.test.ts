// Going on with a run under another criterion, and with a run that was finished.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { loadMetadata } from '../../src/runtime/safetensors.ts';
import { openRun } from '../../src/tasks/open-run.ts';
import { TextTranslator } from '../../src/tasks/pairs/text-translator.ts';
import { buildTranslationText, type TranslationConfig } from '../../src/tasks/translation.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

interface Validation {
  step: number;
  loss: number;
  score?: number;
}

type Over = NonNullable<Parameters<Toy['config']>[0]>;

const by = (selectBy: 'loss' | 'score', maxSteps: number, over: Over = {}, patience = 0) =>
  toy.config({
    ...over,
    training: { maxEpochs: undefined, maxSteps, validateSteps: 5, scoreEvery: 1, selectBy, patience },
  });

const progress = (folder: RunFolder, name = 'last') =>
  JSON.parse(loadMetadata(folder.checkpoint(name))['tx.progress']!);

const validations = (folder: RunFolder) =>
  readMetrics(folder).filter(({ event }) => event === 'validation') as unknown as Validation[];

describe('what is stored as best says what it measures', () => {
  const changes: [string, [ReturnType<typeof by>, ReturnType<typeof by>]][] = [];
  beforeAll(() => {
    const char = { evaluation: { bleu: { tokenize: 'char' } } } as Over;
    changes.push(
      ['a score, then loss', [by('score', 10), by('loss', 30)]],
      ['loss, then a score', [by('loss', 10), by('score', 30)]],
      ['another tokenizer', [by('score', 10), by('score', 30, char)]],
      ['another search', [by('score', 10), by('score', 30, { decode: { beamSize: 1 } })]],
    );
  });

  it.each([0, 1, 2, 3])(
    'change %i of the criterion: the best is measured anew and improved upon',
    async (i) => {
      const [name, [before, after]] = changes[i]!;
      const folder = toy.folder();
      await trainToy(before, folder, { stopAt: 10 });
      const first = progress(folder).best;
      const outcome = await trainToy(after, folder, { resume: true });
      expect(outcome.notes, name).toContainEqual(
        expect.stringContaining(`update ${first.step}, the best so far, was chosen by another measure`),
      );
      const last = progress(folder);
      const { selectBy } = after.training;
      const value = ({ loss, score }: Validation) => (selectBy === 'loss' ? loss : score!);
      // The stored best has its new value in the metrics only where the metric stayed what it is.
      const rivals = validations(folder).filter(({ step }) => step > 10 || (i < 2 && step === first.step));
      const optimum = (selectBy === 'loss' ? Math.min : Math.max)(...rivals.map(value));
      expect(last.best.step).toBeGreaterThan(10);
      expect(last.best.value).toBe(optimum);
      expect(last.best.criterion).toMatch(selectBy === 'loss' ? /^loss\|/ : /^BLEU\|/);
    },
  );

  it('the value measured anew is that of the stored parameters, which stay as they are', async () => {
    const folder = toy.folder();
    await trainToy(by('score', 10), folder, { stopAt: 10 });
    const { step } = progress(folder).best;
    const best = readFileSync(folder.checkpoint('best'));
    await trainToy(by('loss', 12), folder, { resume: true, stopAt: 11 });
    const { loss } = validations(folder).find((validation) => validation.step === step)!;
    expect(progress(folder).best).toEqual({ value: loss, step, criterion: 'loss|labelSmoothing:0.1' });
    expect(progress(folder).sinceBest).toBe(0);
    expect(readFileSync(folder.checkpoint('best')).equals(best)).toBe(true);
  });

  it('measuring anew changes nothing of the training', async () => {
    const [changed, plain] = [toy.folder(), toy.folder()];
    await trainToy(by('score', 10), changed, { stopAt: 7 });
    await trainToy(by('loss', 10), plain, { stopAt: 7 });
    for (const folder of [changed, plain]) await trainToy(by('loss', 10), folder, { resume: true });
    const losses = (folder: RunFolder) => validations(folder).map(({ loss }) => loss);
    expect(losses(changed)).toEqual(losses(plain));
  });

  it('patience begins anew with another criterion', async () => {
    const folder = toy.folder();
    const still = { schedule: { type: 'constant', learningRate: 1e-30 } } as const;
    const { lastStep } = await trainToy(by('score', 100, still, 2), folder);
    expect([lastStep, progress(folder).sinceBest]).toEqual([15, 2]);
    const again = await trainToy(by('score', 100, still, 2), folder, { resume: true });
    expect(again.lastStep).toBe(0);
    const other = await trainToy(by('loss', 100, still, 2), folder, { resume: true });
    expect(other.lastStep).toBe(25);
  });

  it('a best without a finite value, or whose file is gone, is none', async () => {
    const folder = toy.folder();
    const config = by('loss', 20);
    await trainToy(config, folder, { stopAt: 7 });
    rmSync(folder.checkpoint('best'));
    const outcome = await trainToy(config, folder, { resume: true, stopAt: 10 });
    expect(outcome.notes).toContain(`${folder.checkpoint('best')}: is missing; training goes on without it`);
    expect(progress(folder).best.step).toBe(10);
  });
});

describe('a finished run that goes on', () => {
  const config = (maxSteps: number) =>
    toy.config({
      training: { maxEpochs: undefined, maxSteps, validateSteps: 5, average: 2 },
    });
  const made = (folder: RunFolder) =>
    [folder.checkpoint('model'), folder.checkpoint('averaged'), folder.graph('decode')].map(existsSync);

  it('is used with the best parameters so far from its next validation on, until it ends again', async () => {
    const folder = toy.folder();
    await trainToy(config(10), folder);
    expect(folder.weights()).toBe(folder.checkpoint('model'));
    // Nothing better is known yet.
    await trainToy(config(30), folder, { resume: true, stopAt: 14 });
    expect(made(folder)).toEqual([true, true, true]);
    await trainToy(config(30), folder, { resume: true, stopAt: 16 });
    expect(made(folder)).toEqual([false, false, false]);
    expect(folder.weights()).toBe(folder.checkpoint('best'));
    const run = openRun<TranslationConfig>(folder, 'translation');
    const translator = await TextTranslator.load(run, buildTranslationText(run.config), { threads: 1 });
    expect(translator.weights).toBe('best');
    await translator.release();
    await trainToy(config(30), folder, { resume: true });
    expect(made(folder)).toEqual([true, true, true]);
    expect(folder.weights()).toBe(folder.checkpoint('model'));
  });
});
