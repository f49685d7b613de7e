// Parameters that begin as those of another run, and parameters that stay as they begin.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import { matches } from '../../src/train/init.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
let parent: RunFolder;
const training = { maxEpochs: undefined, maxSteps: 4, validateSteps: 2 };

beforeAll(async () => {
  toy = new Toy();
  parent = toy.folder();
  await trainToy(toy.config({ training }), parent);
});
afterAll(() => toy.remove());

/** Trains on from the parent's parameters; notes, warnings and what was stored. */
async function start(init: object, over: object = {}, stopAt?: number) {
  const folder = toy.folder();
  const config = toy.config({ training, init: { from: parent.path, ...init }, ...over });
  const told = await trainToy(config, folder, stopAt === undefined ? {} : { stopAt });
  return { ...told, folder, config };
}
const tensorsOf = (folder: RunFolder, name: string) => loadSafetensors(folder.checkpoint(name)).tensors;
const values = (folder: RunFolder, checkpoint: string, name: string) =>
  Array.from(tensorsOf(folder, checkpoint).get(name)!.data as Float32Array);

it.each([
  ['encoder.0.ff.in.weight', ['*'], true],
  ['encoder.0.ff.in.weight', ['encoder.0'], true],
  ['encoder.10.ff.in.weight', ['encoder.1'], false],
  ['encoder.0.ff.in.weight', ['*.ff'], true],
  ['encoder.0.ff.in.weight', ['*.bias'], false],
  ['encoder.0.ff.in.weight', ['encoder.*.weight'], true],
  ['embed', ['embed'], true],
  ['embedded', ['embed'], false],
  ['srcEmbed.weight', ['Embed'], false],
  ['a.b', ['a?b', 'a.c', '(a'], false],
  ['a.b', [], false],
])('%s, %j: %s', (path, patterns, expected) => {
  expect(matches(path, patterns)).toBe(expected);
});

describe('another run', () => {
  it('gives all parameters, and says so', async () => {
    const { notes, warnings, folder } = await start({ freeze: ['encoder'] }, {}, 1);
    const all = tensorsOf(parent, 'model').size;
    expect(notes).toContain(`took ${all} parameters of ${all} from ${parent.checkpoint('model')}`);
    expect(warnings).toEqual([]);
    const [name] = [...tensorsOf(folder, 'last').keys()].filter((key) => key.startsWith('encoder.'));
    expect(values(folder, 'last', name!)).toEqual(values(parent, 'model', name!));
  });

  it('begins where it ended: the first validation is near the last one there', async () => {
    const { folder } = await start({}, { training: { ...training, maxSteps: 1, validateSteps: 1 } });
    const [first] = readMetrics(folder).filter(({ event }) => event === 'validation');
    const last = readMetrics(parent).findLast(({ event }) => event === 'validation');
    const anew = toy.folder();
    await trainToy(toy.config({ training: { ...training, maxSteps: 1, validateSteps: 1 } }), anew);
    const [without] = readMetrics(anew).filter(({ event }) => event === 'validation');
    expect(first!.loss).toBeLessThan((without!.loss as number) - 0.1);
    expect(Math.abs((first!.loss as number) - (last!.loss as number))).toBeLessThan(0.4);
  });

  it('gives what is included and not excluded; the rest is told', async () => {
    const { notes } = await start({ include: ['encoder', 'embed'], exclude: ['*.bias'] }, {}, 1);
    expect(notes.find((note) => note.startsWith('took'))).toMatch(/^took \d+ parameters of \d+ from /);
    const left = notes.find((note) => note.startsWith('not asked for, so begun anew: '));
    expect(left).toContain('encoder.0.');
    expect(left).toMatch(/, and \d+ more$/);
  });

  it('of another depth gives the layers that both have', async () => {
    const { notes } = await start({}, { model: { numEncoderLayers: 2 } }, 1);
    const missing = notes.find((note) => note.startsWith('not in that run, so begun anew: '));
    expect(missing).toContain('encoder.1.');
    expect(missing).not.toContain('encoder.0.');
  });

  it('of another width is refused, with both shapes', async () => {
    await expect(start({}, { model: { dFf: 48 } })).rejects.toThrow(
      /^init\.from: \S+model\.safetensors: \S+ is float32 \[16,32\]; model and optimizer need float32 \[16,48\]$/,
    );
    const { notes } = await start({ exclude: ['*.ff'] }, { model: { dFf: 48 } }, 1);
    expect(notes.some((note) => note.startsWith('took'))).toBe(true);
  });

  it('gives parts that are called otherwise there', async () => {
    const [q, k] = ['encoder.0.selfAttn.q', 'encoder.0.selfAttn.k'] as const;
    const { folder } = await start({ rename: { [q]: k, [k]: q }, freeze: ['encoder'] }, {}, 1);
    for (const [here, there] of [[q, k] as const, [k, q] as const])
      expect(values(folder, 'last', `${here}.weight`)).toEqual(values(parent, 'model', `${there}.weight`));
    const refused = (rename: object) => expect(start({ rename }, {}, 1)).rejects;
    await refused({ [q]: k }).toThrow(`init.rename: two parameters there would be called ${k}.`);
    await refused({ encodr: 'encoder' }).toThrow('init.rename: no parameter is called encodr; ');
  });

  it('gives all but the top layers of each stack, where these begin anew', async () => {
    const { notes, folder } = await start({ reinitializeLayers: 1, freeze: ['encoder', 'embed'] }, {}, 1);
    const left = notes.find((note) => note.startsWith('not asked for, so begun anew: '));
    expect(left).toMatch(/: encoder\.0\./);
    const [name] = [...tensorsOf(folder, 'last').keys()].filter((key) => /^encoder\.0\..*weight$/.test(key));
    expect(values(folder, 'last', name!)).not.toEqual(values(parent, 'model', name!));
    const [embed] = [...tensorsOf(folder, 'last').keys()].filter((key) => key.startsWith('embed'));
    expect(values(folder, 'last', embed!)).toEqual(values(parent, 'model', embed!));
  });

  it('is opened to training from the head down, a layer every so many updates', async () => {
    const before = tensorsOf(parent, 'model');
    const changed = async (steps: number) => {
      const { folder } = await start({ unfreezeSteps: 1 }, {}, steps);
      const names = [...before.keys()].filter(
        (name) =>
          JSON.stringify(values(folder, 'last', name)) !== JSON.stringify(values(parent, 'model', name)),
      );
      return new Set(names.map((name) => name.split('.').slice(0, 2).join('.')));
    };
    const [head, layers, all] = [await changed(1), await changed(2), await changed(3)];
    expect([...head].filter((part) => /^(embed|(en|de)coder\.\d)/.test(part))).toEqual([]);
    expect([...layers].filter((part) => !head.has(part)).toSorted()).toEqual(['decoder.0', 'encoder.0']);
    expect([...all].filter((part) => !layers.has(part))).toEqual(['embed.weight']);
  });

  it('is opened at the same update when a run goes on', async () => {
    const config = toy.config({
      training: { ...training, maxSteps: 6 },
      init: { from: parent.path, unfreezeSteps: 2 },
    });
    const [whole, parts] = [toy.folder(), toy.folder()];
    await trainToy(config, whole);
    await trainToy(config, parts, { stopAt: 3 });
    await trainToy(config, parts, { resume: true });
    for (const name of tensorsOf(whole, 'last').keys())
      expect(values(parts, 'last', name), name).toEqual(values(whole, 'last', name));
  });

  it('is left the less, the lower a layer is, where rates fall', async () => {
    const change = async (layerDecay: number) => {
      const { folder } = await start({}, { optimizer: { layerDecay } }, 2);
      const of = (prefix: string) => {
        const [name] = [...tensorsOf(folder, 'last').keys()].filter((key) => key.startsWith(prefix));
        const before = values(parent, 'model', name!);
        return Math.max(...values(folder, 'last', name!).map((x, i) => Math.abs(x - before[i]!)));
      };
      return [of('decoder.0.ff'), of('embed')];
    };
    const [plain, lower] = [await change(1), await change(0.01)];
    expect(Math.min(...plain)).toBeGreaterThan(1e-3);
    expect(lower[0]).toBeLessThan(0.02 * plain[0]!);
    expect(lower[1]).toBeLessThan(0.0005 * plain[1]!);
    expect(Math.min(...lower)).toBeGreaterThan(0);
  });

  it('with another tokenizer is warned of', async () => {
    const over = { tokenizers: { shared: { type: 'bpe', size: 90, characterCoverage: 0.98 } } };
    const { warnings } = await start({}, over, 1);
    expect(warnings).toEqual([
      `init.from: the tokenizer shared is not one of that run, so rows of embeddings stand for other pieces; to have it: tokenizers: { shared: { type: sentencepiece, file: ${parent.tokenizer('shared')} } }`,
    ]);
  });

  it('gives the checkpoint that is named', async () => {
    const { notes } = await start({ checkpoint: 'best' }, {}, 1);
    expect(notes.some((note) => note.endsWith(parent.checkpoint('best')))).toBe(true);
    await expect(start({ checkpoint: 'step-77' })).rejects.toThrow(`${parent.path}: no checkpoint step-77`);
  });
});

describe('frozen parameters', () => {
  it('stay, with no state of the optimizer, through training, averaging and resuming', async () => {
    const folder = toy.folder();
    const more = { ...training, maxSteps: 8, average: 2 };
    const config = toy.config({ training: more, init: { from: parent.path, freeze: ['embed', 'encoder'] } });
    await trainToy(config, folder, { stopAt: 3 });
    await trainToy(config, folder, { resume: true });
    const before = tensorsOf(parent, 'model');
    for (const [name, { data }] of tensorsOf(folder, 'averaged')) {
      const isSame = Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(
        Buffer.from(before.get(name)!.data.buffer, before.get(name)!.data.byteOffset, data.byteLength),
      );
      expect([name, isSame]).toEqual([name, matches(name, ['embed', 'encoder'])]);
    }
    const state = [...tensorsOf(folder, 'last').keys()].filter((key) => key.startsWith('m/'));
    expect(state.length).toBeGreaterThan(0);
    expect(state.filter((key) => /^m\/(embed|encoder)/.test(key))).toEqual([]);
  });

  it('must be the same when a run goes on', async () => {
    const { folder, config } = await start({ freeze: ['encoder'] }, {}, 1);
    const other = { ...config, init: { ...config.init!, freeze: ['decoder'] } };
    await expect(trainToy(other, folder, { resume: true })).rejects.toThrow(
      'the run has init.freeze ["encoder"], the config says ["decoder"]',
    );
  });
});

describe('is refused', () => {
  it.each([
    [{ include: ['encodr'] }, 'init.include: no parameter is called encodr; did you mean encoder?'],
    [{ exclude: ['x'] }, 'init.exclude: no parameter is called x; '],
    [{ freeze: ['*'] }, 'init.freeze: all parameters are frozen; nothing is left to train'],
    [{ from: '/none' }, '/none: no such run; give a folder that tx train made'],
  ])('%j', async (init, message) => {
    const folder = toy.folder();
    const error = await trainToy(toy.config({ init: { from: parent.path, ...init } }), folder).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
  });

  it('a checkpoint with NaN, and one without any of the parameters', async () => {
    const spoilt = toy.folder();
    await trainToy(toy.config({ training }), spoilt, { stopAt: 2 });
    const path = spoilt.checkpoint('model');
    const own = readFileSync(parent.checkpoint('model'));
    writeFileSync(path, own);
    const { tensors, metadata } = loadSafetensors(path);
    const [name, tensor] = [...tensors][0]!;
    (tensor.data as Float32Array)[0] = Number.NaN;
    writeFileSync(path, Buffer.concat([...encodeSafetensors(tensors, metadata)]));
    const init = { from: spoilt.path };
    await expect(start(init)).rejects.toThrow(UserError);
    await expect(start(init)).rejects.toThrow(`${name} holds NaN or ∞`);
    const others = new Map([['other', tensors.get(name)!]]);
    (tensor.data as Float32Array)[0] = 0;
    writeFileSync(path, Buffer.concat([...encodeSafetensors(others, metadata)]));
    await expect(start(init)).rejects.toThrow('has none of the parameters that are asked for; it has other');
  });
});
