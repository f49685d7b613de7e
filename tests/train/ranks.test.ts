// Trainings of several ranks, all of them in this process, beside those of one.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import type { Group } from '../../src/runtime/group.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { Parameters as Weights } from '../../src/train/parameters.ts';
import { doubtShares, requireAlike, requireSame, requireShares } from '../../src/train/ranks.ts';
import { LocalGroups } from '../runtime/local-group.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

type Options = Parameters<typeof trainToy>[2];

/** Trains with so many ranks; what rank 0 tells. */
async function trainRanks(size: number, config: TaskConfig, folder: RunFolder, options: Options = {}) {
  const [first] = await new LocalGroups(size).run((group) => trainToy(config, folder, { ...options, group }));
  return first!;
}

/** Every kind of dropout, updates over the ends of epochs, searches, averaging. */
const sections = {
  data: { batchTokens: 200 },
  tokenizers: { shared: { type: 'bpe', size: 90, dropout: 0.2 } },
  model: { attentionDropout: 0.1, activationDropout: 0.1 },
  training: { maxEpochs: 3, accumulate: 4, average: 2, scoreEvery: 1, selectBy: 'loss', logSteps: 2 },
  optimizer: { type: 'adam', clipNorm: 1 },
};

/** Figures as near as sums in another order come. */
function expectNear(found: RunFolder, wanted: RunFolder): void {
  const [a, b] = [readMetrics(found), readMetrics(wanted)];
  expect(a.map(({ event }) => event)).toEqual(b.map(({ event }) => event));
  for (const [i, line] of a.entries())
    for (const [key, value] of Object.entries(line).filter(([key]) => /loss|nll|norm/i.test(key)))
      expect(Math.abs((value as number) / (b[i]![key] as number) - 1), `${i} ${key}`).toBeLessThan(1e-5);
}

describe('ranks that share each update', () => {
  it('train as one that has all of its batches, in as many files', async () => {
    const config = toy.config(sections);
    const one = toy.folder();
    await trainToy(config, one);
    for (const size of [3, 4]) {
      const folder = toy.folder();
      const { warnings, test } = await trainRanks(size, config, folder);
      expectNear(folder, one);
      expect(readdirSync(folder.path).sort()).toEqual(readdirSync(one.path).sort());
      expect(test?.figures).toHaveProperty('BLEU');
      expect(warnings.some((text) => text.includes('wait 33% of their time'))).toBe(size === 3);
      const { sessions } = JSON.parse(readFileSync(folder.provenance, 'utf8'));
      expect(sessions[0].ranks).toBe(size);
    }
  });

  it('two of them without accumulation add as one does, so that even the bits are the same', async () => {
    const config = toy.config({ ...sections, training: { ...sections.training, accumulate: 2 } });
    const [one, two] = [toy.folder(), toy.folder()];
    await trainToy(config, one);
    await trainRanks(2, config, two);
    for (const name of ['model', 'best', 'averaged'])
      expect(readFileSync(two.checkpoint(name)).equals(readFileSync(one.checkpoint(name))), name).toBe(true);
  });

  it('go on with what any other number of them has stored', async () => {
    const config = toy.config(sections);
    const whole = toy.folder();
    await trainToy(config, whole);
    const folder = toy.folder();
    // The signal comes to one rank; all end after the same update.
    const stopped = await trainRanks(2, config, folder, { stopAt: 2 });
    expect(stopped).toMatchObject({ interrupted: true, lastStep: 2 });
    expect((await trainRanks(4, config, folder, { resume: true, stopAt: 5 })).interrupted).toBe(true);
    expect((await trainToy(config, folder, { resume: true })).interrupted).toBe(false);
    expectNear(folder, whole);
  });

  it('go on to the same bytes as so many that were not interrupted', async () => {
    const config = toy.config(sections);
    const [whole, halved] = [toy.folder(), toy.folder()];
    await trainRanks(3, config, whole);
    await trainRanks(3, config, halved, { stopAt: 3 });
    await trainRanks(3, config, halved, { resume: true });
    expect(readMetrics(halved)).toEqual(readMetrics(whole));
    expect(readFileSync(halved.checkpoint('model')).equals(readFileSync(whole.checkpoint('model')))).toBe(
      true,
    );
  });

  it('begin with the parameters that rank 0 has taken from another run', async () => {
    const first = toy.folder();
    await trainToy(toy.config(), first);
    const init = { from: first.path, include: ['*'], exclude: [], freeze: ['encoder'] };
    const config = toy.config({ ...sections, tokenizers: { shared: { type: 'bpe', size: 90 } }, init });
    const folder = toy.folder();
    await trainRanks(2, config, folder);
    const [before, after] = [first, folder].map((run) => loadSafetensors(run.checkpoint('model')).tensors);
    for (const [name, { data }] of after!)
      if (name.startsWith('encoder.')) expect(data, name).toEqual(before!.get(name)!.data);
  });

  it('make classifiers and parsers too, whose labels are learnt of the text', async () => {
    const config = toy.chart({ training: { accumulate: 2, maxEpochs: 1, scoreEvery: 1 } });
    const [one, two] = [toy.folder(), toy.folder()];
    await trainToy(config, one);
    await trainRanks(2, config, two);
    expectNear(two, one);
  });

  it('that send gradients as bfloat16 learn nearly the same, alike at all of them', async () => {
    const shorter = { ...sections, training: { ...sections.training, maxEpochs: 2, scoreEvery: 0 } };
    const training = { ...shorter.training, reduction: 'bf16' };
    const [plain, rounded, halved] = [toy.folder(), toy.folder(), toy.folder()];
    await trainRanks(2, toy.config(shorter), plain);
    const config = toy.config({ ...sections, training });
    await trainRanks(2, config, rounded);
    const losses = (folder: RunFolder) =>
      readMetrics(folder).flatMap(({ event, loss }) => (event === 'step' ? [loss as number] : []));
    const wanted = losses(plain);
    const differences = losses(rounded).map((loss, i) => Math.abs(loss / wanted[i]! - 1));
    expect(differences).toHaveLength(wanted.length);
    // The first update's loss is of parameters that are the same yet.
    expect(Math.max(...differences)).toBeLessThan(1e-3);
    expect(differences.at(-1)).toBeGreaterThan(1e-7);
    // Validations have compared the ranks' parameters; the same ranks come to the same bytes.
    await trainRanks(2, config, halved, { stopAt: 3 });
    await trainRanks(2, config, halved, { resume: true });
    expect(readFileSync(halved.checkpoint('model')).equals(readFileSync(rounded.checkpoint('model')))).toBe(
      true,
    );
    const alone = await trainToy(config, toy.folder());
    expect(alone.warnings.join()).toContain('training.reduction: bf16 is for gradients that ranks send');
  });

  it('search and judge as one does, to the last digit', { timeout: 120_000 }, async () => {
    for (const [name, config] of Object.entries(judged())) {
      const folder = toy.folder();
      await trainToy(config, folder);
      const results = readResults(folder);
      expect(results.size, name).toBeGreaterThan(3);
      // A run that is over is judged once more.
      for (const file of results.keys()) rmSync(join(folder.path, 'results', file));
      await trainRanks(3, config, folder, { resume: true });
      expect(readResults(folder), name).toEqual(results);
    }
  });

  it('end together where the loss is not finite, told once', async () => {
    const config = toy.config({
      training: { accumulate: 2, maxEpochs: 30 },
      optimizer: { type: 'sgd' },
      schedule: { type: 'constant', learningRate: 1e30 },
    });
    await expect(trainRanks(2, config, toy.folder())).rejects.toThrow(/training diverged/);
  });

  it('are refused where an update has too few batches for them, before anything is read or written', async () => {
    const folder = toy.folder();
    await expect(trainRanks(2, toy.config(), folder)).rejects.toThrow(
      'training.accumulate: 2 ranks cannot share an update of 1 batch; give --set training.accumulate=2, or a multiple',
    );
    expect(existsSync(folder.path)).toBe(false);
  });
});

/** Tasks with an evaluator, whose held-out sets are several batches. */
function judged(): Record<string, TaskConfig> {
  const training = { accumulate: 3, maxEpochs: 2, scoreEvery: 1, selectBy: 'score', average: 2 };
  const { train, valid, test } = toy.treebank();
  // 144 sentences are two batches.
  const many = ({ files: [file], ...rest }: { files: string[] }) => ({
    ...rest,
    files: Array.from({ length: 12 }, () => file!),
  });
  const split = (name: string, rows: number) => {
    const row = (_: unknown, i: number) => `${'the film '.repeat(1 + (i % 7))}was ${i % 2}\t${i % 3}\n`;
    const lines = Array.from({ length: rows }, row);
    return { kind: 'table', files: toy.write(`${name}.tsv`, lines.join('')), text: 0, label: 1 };
  };
  return {
    translation: toy.config({ training, decode: { batchTokens: 60 } }),
    parsing: toy.parsing({ training, decode: { batchTokens: 60 } }),
    chart: toy.chart({ training, data: { train, valid: many(valid!), test: many(test!) } }),
    classification: toy.build(
      {
        task: 'classification',
        model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 16 },
        tokenizers: { text: { type: 'word', size: 9 } },
        data: {
          train: split('train', 40),
          valid: split('valid', 300),
          test: split('test', 300),
          batchSentences: 8,
        },
      },
      { training },
    ),
    rasp: toy.build(
      {
        task: 'rasp',
        data: { generator: 'copy', symbols: 'repeat', lengths: [1, 3], contextLength: 24, batchRows: 8 },
        model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, positions: 'learned', maxLength: 32 },
        evaluation: { lengths: [1, 5], step: 2, examples: 12, validExamples: 4 },
      },
      { training: { ...training, maxEpochs: undefined, maxSteps: 6, validateSteps: 3 } },
    ),
  };
}

/** What a run's folder keeps of held-out sets, by file. */
function readResults({ path }: RunFolder): Map<string, string> {
  const folder = join(path, 'results');
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('what ranks hold against each other', () => {
  const spec = { name: 'w', shape: [4], initializer: () => new Float32Array(4) };
  const run = <T>(size: number, work: (group: Group) => Promise<T>) => new LocalGroups(size).run(work);

  it('parameters, to the bit', async () => {
    const all = Array.from({ length: 3 }, () => new Weights([spec]));
    await run(3, (group) => requireAlike(group, all[group.rank]!, 100));
    all[2]!.flat[3] = -0;
    await expect(run(3, (group) => requireAlike(group, all[group.rank]!, 100))).rejects.toThrow(
      /^after update 100 the parameters of rank 2 are not those of rank 0: a fault of memory, disk or network; --resume/,
    );
  });

  it('data, by their checksums', async () => {
    const record = (sha256: string) => ({ 'data.train.src': { sha256 } });
    await run(2, (group) => requireSame(group, record('a')));
    await expect(run(3, (group) => requireSame(group, record(group.rank === 1 ? 'b' : 'a')))).rejects.toThrow(
      /^rank 1 has read other data than rank 0: all ranks need the same corpora under the same names$/,
    );
  });

  it('their shares of an update', () => {
    const { groups } = new LocalGroups(4);
    expect(() => requireShares(4, groups[0]!)).not.toThrow();
    expect(() => requireShares(3, groups[0]!)).toThrow('4 ranks cannot share an update of 3 batches');
    expect(doubtShares(8, groups[0]!)).toBeUndefined();
    expect(doubtShares(6, groups[0]!)).toBe(
      'training.accumulate: 6 batches are no multiple of 4 ranks, which wait 25% of their time',
    );
  });
});
