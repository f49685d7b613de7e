// Training over an index on disk is training over memory: same notes, same losses; and what was made is found again.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Storage } from '../../src/data/index-store.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { TrainingText } from '../../src/tasks/training-text.ts';
import { recordLines } from '../../src/train/data-record.ts';
import { UserError } from '../../src/util/errors.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

let folders = 0;
/** Of which any text is larger than memory. */
const newStorage = (): Storage => ({ memoryBytes: 0, folder: join(toy.dir, `index-${++folders}`) });

async function run(config: TaskConfig, options: Parameters<typeof trainToy>[2] = {}) {
  const folder = toy.folder();
  const { notes, warnings } = await trainToy(config, folder, options);
  return { folder, notes, warnings, metrics: readMetrics(folder) };
}

const INDEXING = 'training text: encoding it into an index';
/** Notes of the index alone, without file names. */
const ofIndex = (notes: string[]) =>
  notes.flatMap((note) =>
    note === INDEXING ? ['encodes'] : (/: (encoded before|trained before)/.exec(note)?.[1] ?? []),
  );
const others = (notes: string[]) =>
  notes.filter((note) => ofIndex([note]).length === 0 && !note.startsWith('training a '));
const namesIn = ({ folder }: Storage) =>
  readdirSync(folder).map((name) => name.replace(/^[\da-f]{64}/, 'KEY'));

const kinds: [string, () => TaskConfig, string[]][] = [
  [
    'translation',
    () => toy.config({ preprocess: { src: ['moses', 'lowercase'] } }),
    ['KEY.ids', 'KEY.model'],
  ],
  [
    'translation with a filter, and two tokenizers, one with BPE-dropout',
    () =>
      toy.config({
        data: { filter: { maxLength: 30, maxRatio: 4, dropDuplicates: true } },
        model: { tie: 'none' },
        tokenizers: { src: { type: 'bpe', size: 90, dropout: 0.3 }, tgt: { type: 'word', size: 90 } },
      }),
    ['KEY.ids', 'KEY.model', 'KEY.model', 'KEY.text'],
  ],
  ['parsing', () => toy.parsing(), ['KEY.ids', 'KEY.model', 'KEY.model']],
  [
    'parsing with tags, and BPE-dropout',
    () =>
      toy.parsing({
        objective: { tagWeight: 1 },
        tokenizers: { src: { type: 'bpe', size: 90, dropout: 0.3 }, tgt: { type: 'word', size: 200 } },
      }),
    ['KEY.ids', 'KEY.model', 'KEY.model', 'KEY.text'],
  ],
  [
    'lm',
    () => {
      const files = (name: string, from: number, to: number) => {
        const lines = readFileSync(toy.data.train.src[0]!, 'utf8').split('\n').slice(from, to);
        return { kind: 'documents', files: toy.write(name, lines.join('\n')), end: 'line' };
      };
      return toy.build(
        {
          task: 'lm',
          model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 32 },
          tokenizers: { text: { type: 'bpe', size: 90 } },
          data: {
            train: files('lm-train.txt', 0, 150),
            valid: files('lm-valid.txt', 150, 176),
            contextLength: 24,
            batchTokens: 192,
            separateDocuments: true,
          },
        },
        {},
      );
    },
    ['KEY.ids', 'KEY.model'],
  ],
  [
    'bert',
    () => {
      const files = (name: string, from: number, to: number) => {
        const lines = readFileSync(toy.data.train.src[0]!, 'utf8').split('\n').slice(from, to);
        const text = lines.map((line, i) => (i % 5 === 4 ? `${line}\n\n` : `${line}\n`)).join('');
        return { kind: 'documents', files: toy.write(name, text) };
      };
      return toy.build(
        {
          task: 'bert',
          model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 32, segments: 2, pooler: true },
          tokenizers: { text: { type: 'wordpiece', size: 150 } },
          data: {
            train: files('bert-train.txt', 0, 150),
            valid: files('bert-valid.txt', 150, 176),
            contextLength: 24,
            batchTokens: 192,
          },
        },
        {},
      );
    },
    ['KEY.ids', 'KEY.model'],
  ],
];

describe.each(kinds)('%s', (_, configure, files) => {
  it('has the losses of memory over an index, made or found', async () => {
    const config = configure();
    const storage = newStorage();
    const memory = await run(config);
    const made = await run(config, { storage });
    const found = await run(config, { storage });
    expect(made.metrics).toEqual(memory.metrics);
    expect(found.metrics).toEqual(memory.metrics);
    expect([memory, made, found].map(({ notes }) => ofIndex(notes))).toEqual([
      [],
      ['encodes'],
      [...files.filter((name) => name === 'KEY.model').map(() => 'trained before'), 'encoded before'],
    ]);
    expect(others(made.notes)).toEqual(others(memory.notes));
    expect(others(found.notes)).toEqual(others(memory.notes));
    expect([made.warnings, found.warnings]).toEqual([memory.warnings, memory.warnings]);
    expect(namesIn(storage).sort()).toEqual(files);
  });

  it('goes on over an index as over memory', async () => {
    const config = configure();
    const storage = newStorage();
    const whole = await run(config);
    const folder = toy.folder();
    await trainToy(config, folder, { storage, stopAt: 4 });
    const { notes } = await trainToy(config, folder, { storage, resume: true });
    expect(ofIndex(notes)).toEqual(['encoded before']);
    expect(readMetrics(folder)).toEqual(whole.metrics);
  });
});

test('small text writes nothing; the limit is of the files together', async () => {
  const { src, tgt } = toy.data.train;
  const bytes = statSync(src[0]!).size + statSync(tgt[0]!).size;
  const storage = { ...newStorage(), memoryBytes: bytes + 1 };
  const config = toy.config({ training: { maxSteps: 1 } });
  expect(ofIndex((await run(config, { storage })).notes)).toEqual([]);
  expect(existsSync(storage.folder)).toBe(false);
  storage.memoryBytes = bytes;
  expect(ofIndex((await run(config, { storage })).notes)).toEqual(['encodes']);
});

test('a config may ask for an index, or for none, whatever the size', async () => {
  const notes = async (index: boolean, storage: Storage) => {
    const config = toy.config({ training: { maxSteps: 1 }, data: { index } });
    return ofIndex((await run(config, { storage })).notes);
  };
  const small = { ...newStorage(), memoryBytes: 1_000_000 };
  expect(await notes(true, small)).toEqual(['encodes']);
  expect(await notes(true, small)).toEqual(['trained before', 'encoded before']);
  expect(await notes(false, { ...newStorage(), memoryBytes: 0 })).toEqual([]);
});

test('a damaged index is made anew, with a warning', async () => {
  const config = toy.config({ training: { maxSteps: 2 } });
  const storage = newStorage();
  const first = await run(config, { storage });
  const paths = readdirSync(storage.folder).map((name) => join(storage.folder, name));
  for (const path of paths) writeFileSync(path, readFileSync(path).subarray(0, -1));
  const second = await run(config, { storage });
  expect(second.warnings.map((text) => text.slice(text.indexOf(': ')))).toEqual(
    paths.map(() => ': is damaged: its size is another than it says; it is made anew'),
  );
  expect(second.metrics).toEqual(first.metrics);
  expect(ofIndex((await run(config, { storage })).notes)).toEqual(['trained before', 'encoded before']);
});

test('trainings that begin at once make one index', async () => {
  const config = toy.config({ training: { maxSteps: 2 } });
  const storage = newStorage();
  const runs = await Promise.all([1, 2, 3].map(() => run(config, { storage })));
  for (const { metrics } of runs) expect(metrics).toEqual(runs[0]!.metrics);
  expect(namesIn(storage).sort()).toEqual(['KEY.ids', 'KEY.model']);
});

test('another text, filter or step has an index of its own', async () => {
  const storage = newStorage();
  const count = async (over: object) => {
    await run(toy.config({ training: { maxSteps: 1 }, ...over }), { storage });
    return readdirSync(storage.folder).filter((name) => name.endsWith('.ids')).length;
  };
  expect(await count({})).toBe(1);
  expect(await count({ data: { filter: { minLength: 4 } } })).toBe(2);
  expect(await count({ preprocess: { tgt: ['lowercase'] } })).toBe(3);
  const src = [toy.write('copy.en', readFileSync(toy.data.train.src[0]!, 'utf8'))];
  expect(await count({ data: { train: { ...toy.data.train, src } } })).toBe(3);
  writeFileSync(src[0]!, readFileSync(src[0]!, 'utf8').replace('a', 'o'));
  expect(await count({ data: { train: { ...toy.data.train, src } } })).toBe(4);
});

test('a run goes on with its own text alone, over an index too', async () => {
  const storage = newStorage();
  const config = toy.config({ training: { maxSteps: 4 } });
  const folder = toy.folder();
  await trainToy(config, folder, { storage, stopAt: 2 });
  const text = readFileSync(toy.data.train.src[0]!, 'utf8').replace('e', 'a');
  const train = { ...toy.data.train, src: [toy.write('other.en', text)] };
  const other = toy.config({ training: { maxSteps: 4 }, data: { train } });
  const message = 'data.train is not what the run was trained on';
  for (let i = 0; i < 2; i++) {
    await expect(trainToy(other, folder, { storage, resume: true })).rejects.toThrow(message);
  }
});

describe('training text', () => {
  const open = (path: string, meanwhile = () => {}, storage = newStorage()) => {
    const files = [path];
    async function* groups() {
      for (const line of ['a', 'b', 'c']) {
        yield { raw: { text: [line] }, text: { text: [line.toUpperCase()] } };
        meanwhile();
      }
    }
    const source = { fields: ['text'] as const, files, settings: null, open: groups };
    return TrainingText.open(source, storage, () => {});
  };

  it.each([0, 1_000_000])(
    'has the record of its lines as they are read (held below %i bytes)',
    async (memoryBytes) => {
      const path = toy.write('abc.txt', 'a\nb\nc\n');
      const text = await open(path, () => {}, { ...newStorage(), memoryBytes });
      expect(text.record === undefined).toBe(memoryBytes === 0);
      for (let i = 0; i < 2; i++) {
        const lines: string[] = [];
        for await (const group of text.groups()) lines.push(...group.text);
        expect(lines).toEqual(['A', 'B', 'C']);
      }
      expect(text.record).toEqual({ text: recordLines(['a', 'b', 'c']) });
    },
  );

  it('is refused where its files change while they are read', async () => {
    const path = toy.write('changing.txt', 'a\nb\nc\n');
    const text = await open(path, () => writeFileSync(path, 'a\nb\n'));
    const read = async () => {
      for await (const _ of text.groups());
    };
    await expect(read()).rejects.toThrow(
      new UserError(`${path}: was changed while it was read; start again once it stays as it is`),
    );
  });
});
