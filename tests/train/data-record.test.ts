// A run goes on with the data that it was trained on, wherever the files lie, and with no other.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import type { TranslationConfig } from '../../src/tasks/translation.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { Toy, trainToy } from './toy.ts';

let toy: Toy;
let folder: RunFolder;
const training = { maxEpochs: undefined, maxSteps: 100 };
const kind = 'parallel' as const;
const config = (data: Partial<TranslationConfig['data']> = {}, over: Parameters<Toy['config']>[0] = {}) =>
  toy.config({ training, data, ...over });

beforeAll(async () => {
  toy = new Toy();
  folder = toy.folder();
  await trainToy(config(), folder, { stopAt: 1 });
});
afterAll(() => toy.remove());

let step = 1;
/** Makes one more update. */
async function goOn(config: TranslationConfig): Promise<string[]> {
  const { lastStep, notes } = await trainToy(config, folder, { resume: true, stopAt: ++step });
  expect(lastStep).toBe(step);
  return notes;
}

async function refusal(config: TranslationConfig): Promise<string> {
  const error = await trainToy(config, folder, { resume: true }).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const put = (name: string, lines: string[]) => toy.write(name, lines.map((line) => `${line}\n`).join(''));
const END = 'put it back, or train anew with --overwrite or another --run';

describe('the same data', () => {
  it('in another folder, packed, or in several files', async () => {
    const { train, valid } = toy.data;
    const moved = join(toy.dir, 'moved');
    mkdirSync(moved);
    const move = (path: string) => {
      copyFileSync(path, join(moved, basename(path)));
      return join(moved, basename(path));
    };
    await goOn(config({ train: { kind, src: train.src.map(move), tgt: train.tgt.map(move) } }));
    const packed = (path: string) => {
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      return `${path}.gz`;
    };
    await goOn(config({ valid: { kind, src: valid.src.map(packed), tgt: valid.tgt.map(packed) } }));
    const halves = (side: 'src' | 'tgt') => {
      const lines = linesOf(train[side][0]!);
      return [put(`first.${side}`, lines.slice(0, 50)), put(`rest.${side}`, lines.slice(50))];
    };
    await goOn(config({ train: { kind, src: halves('src'), tgt: halves('tgt') } }));
  });

  it('with another test set or none, which training does not read', async () => {
    await goOn(config({ test: toy.data.valid }));
    await goOn(config({ test: undefined }));
  });
});

describe('other data is refused, by the name of its file', () => {
  it.each(['train', 'valid'] as const)('in another order: data.%s', async (split) => {
    const { src, tgt } = toy.data[split];
    const lines = linesOf(src[0]!);
    const reversed = put(`reversed.${split}`, lines.toReversed());
    expect(await refusal(config({ [split]: { kind, src: [reversed], tgt } }))).toBe(
      `${folder.path}: cannot resume: data.${split} is not what the run was trained on: ${reversed} (${lines.length} lines, some of them others); ${END}`,
    );
  });

  it('with a line less on both sides', async () => {
    const { src, tgt } = toy.data.train;
    const [s, t] = [src, tgt].map((paths, i) => put(`shorter.${i}`, linesOf(paths[0]!).slice(1)));
    expect(await refusal(config({ train: { kind, src: [s!], tgt: [t!] } }))).toContain(
      `data.train is not what the run was trained on: ${s} (175 lines, then 176)`,
    );
  });

  it('with one character changed in the target', async () => {
    const { src, tgt } = toy.data.train;
    const changed = put('changed.tgt', [...linesOf(tgt[0]!).slice(0, -1), 'anders']);
    expect(await refusal(config({ train: { kind, src, tgt: [changed] } }))).toContain(`: ${changed} (176`);
  });

  it('a tokenizer in the folder that is another one', async () => {
    const path = folder.tokenizer('shared');
    const own = readFileSync(path);
    const other = toy.folder();
    const seeded = put('other.src', linesOf(toy.data.train.src[0]!).toReversed().slice(20));
    const pair = put('other.tgt', linesOf(toy.data.train.tgt[0]!).toReversed().slice(20));
    await trainToy(config({ train: { kind, src: [seeded], tgt: [pair] } }), other, { stopAt: 1 });
    copyFileSync(other.tokenizer('shared'), path);
    expect(await refusal(config())).toContain(
      `${path} is not the tokenizer that the run was trained with; ${END}`,
    );
    writeFileSync(path, own);
    await goOn(config());
  });

  it('a given tokenizer that is not the one of the run; one that is gone is not needed', async () => {
    const file = join(toy.dir, 'given.model');
    copyFileSync(folder.tokenizer('shared'), file);
    const given = config({}, { tokenizers: { shared: { type: 'sentencepiece', file } } });
    const run = toy.folder();
    await trainToy(given, run, { stopAt: 1 });
    writeFileSync(file, 'something else');
    const error = await trainToy(given, run, { resume: true }).catch((error) => error);
    expect(error.message).toContain(`${file} is not the tokenizer that the run was trained with`);
    rmSync(file);
    expect((await trainToy(given, run, { resume: true, stopAt: 2 })).lastStep).toBe(2);
    const without = await trainToy(config(), run, { resume: true }).catch((error) => error);
    expect(without.message).toContain(
      'the run has tokenizers.shared.type "sentencepiece", the config says "bpe"',
    );
  });
});

it('another task or linearization is told before anything is read', async () => {
  const run = toy.folder();
  const parsing = (linearization: 'compact' | 'tagged') =>
    toy.parsing({ parsing: { linearization }, training });
  await trainToy(parsing('compact'), run, { stopAt: 1 });
  const refused = async (config: TaskConfig) =>
    (await trainToy(config, run, { resume: true }).catch((error) => error)).message;
  expect(await refused(parsing('tagged'))).toContain(
    'the run has parsing.linearization "compact", the config says "tagged"',
  );
  expect(await refused(toy.config({ training }))).toContain(
    'the run has task "parsing", the config says "translation"',
  );
  expect((await trainToy(parsing('compact'), run, { resume: true, stopAt: 2 })).lastStep).toBe(2);
});

describe('a checkpoint', () => {
  const rewrite = (change: (metadata: Record<string, string>) => void) => {
    const path = folder.checkpoint('last');
    const { tensors, metadata } = loadSafetensors(path);
    change(metadata);
    writeFileSync(path, Buffer.concat([...encodeSafetensors(tensors, metadata)]));
  };

  it('without checksums is gone on from, with a note, and has them then', async () => {
    rewrite((metadata) => delete metadata['tx.data']);
    const note = 'the run has no checksums of its data yet; that it is the same is taken on trust';
    expect(await goOn(config())).toContain(note);
    expect(await goOn(config())).not.toContain(note);
  });

  it.each(['', '{}', 'null', '{"train":{"lines":-1}}', '[1]', '{"train":'])(
    'with %j as checksums',
    async (text) => {
      const own = readFileSync(folder.checkpoint('last'));
      rewrite((metadata) => {
        metadata['tx.data'] = text;
      });
      const error = await trainToy(config(), folder, { resume: true }).catch((error) => error);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toBe(
        `${folder.checkpoint('last')}: damaged or altered: tx.data is no record of checksums`,
      );
      writeFileSync(folder.checkpoint('last'), own);
    },
  );
});
