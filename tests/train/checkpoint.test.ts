// A real checkpoint altered in many ways: each is refused in one line or does no harm, and nothing outside the run is
// touched.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TranslationConfig } from '../../src/tasks/translation.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { UserError } from '../../src/util/errors.ts';
import { Rng } from '../../src/util/rng.ts';
import { Toy, trainToy } from './toy.ts';

let toy: Toy;
let config: TranslationConfig;
let original: RunFolder;
let tensors: Map<string, TensorData>;
let metadata: Record<string, string>;
let outside: string[];

beforeAll(async () => {
  toy = new Toy();
  const training = { maxEpochs: undefined, maxSteps: 8, validateSteps: 2, average: 2 };
  config = toy.config({ training });
  original = toy.folder();
  await trainToy(config, original, { stopAt: 7 });
  ({ tensors, metadata } = loadSafetensors(original.checkpoint('last')));
  // Victims: what a path in a checkpoint could name.
  outside = ['precious.safetensors', 'victim/precious.safetensors', 'step-1.safetensors'].map((name) => {
    mkdirSync(join(toy.dir, 'victim'), { recursive: true });
    return toy.write(name, 'mine');
  });
});
afterAll(() => toy.remove());

/** Goes on with a copy of the run whose state is `bytes`. Gives the error, or undefined where training ended. */
async function resume(bytes: Uint8Array): Promise<Error | undefined> {
  const run = toy.folder();
  cpSync(original.path, run.path, { recursive: true });
  writeFileSync(run.checkpoint('last'), bytes);
  const files = () =>
    readdirSync(run.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(run.path, join(parentPath, name)))
      .sort();
  const before = files();
  const error = await trainToy(config, run, { resume: true }).then(
    () => undefined,
    (error) => error as Error,
  );
  for (const path of outside) expect(readFileSync(path, 'utf8')).toBe('mine');
  if (error !== undefined) {
    expect(files()).toEqual(before);
    expect(readFileSync(run.checkpoint('last')).equals(bytes)).toBe(true);
  } else expect(existsSync(run.checkpoint('model'))).toBe(true);
  rmSync(run.path, { recursive: true });
  return error;
}

const encode = (given: ReadonlyMap<string, TensorData>, texts: Record<string, string>) =>
  Buffer.concat([...encodeSafetensors(given, texts)]);

/** The state with another value at a path in its counters; `undefined` removes it. */
function alter(path: readonly (string | number)[], value: unknown): string {
  const progress = JSON.parse(metadata['tx.progress']!);
  if (path.length === 0) return JSON.stringify(value) ?? '';
  const parent = path.slice(0, -1).reduce((node, key) => node[key], progress);
  const key = path.at(-1)!;
  if (value === undefined) delete parent[key];
  else parent[key] = value;
  return JSON.stringify(progress);
}

/** All paths to values in the counters, leaves and branches. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const WRONG = [undefined, null, 'x', '', -1, 0.5, 1e300, {}, [], [[]], true, '__proto__', { a: { b: [1] } }];

/** What is refused wherever the reason is known: it is one line that names the file. */
function expectRefusal(error: Error | undefined, what: string): void {
  expect(error, what).toBeInstanceOf(UserError);
  expect(error!.message, what).not.toContain('\n');
  expect(error!.message, what).toContain('last.safetensors');
}

/** A share of all wrong values at all places, drawn by the seed; those that change nothing are left out. */
function drawAlterations(seed: number, count: number) {
  const paths = pathsOf(JSON.parse(metadata['tx.progress']!));
  const all = paths.flatMap((path) => WRONG.map((value) => ({ path, value, text: alter(path, value) })));
  const changed = all.filter(({ text }) => text !== metadata['tx.progress']);
  return Rng.fromSeed(seed).shuffle(changed).slice(0, count);
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'counters of a wrong kind at any place are refused: draw %i',
  async (seed) => {
    let refused = 0;
    for (const { path, value, text } of drawAlterations(seed, 8)) {
      const error = await resume(encode(tensors, { ...metadata, 'tx.progress': text }));
      if (error === undefined) continue;
      refused++;
      expectRefusal(error, `${path.join('.')} ← ${JSON.stringify(value)}`);
    }
    // Some are sound: no best yet, no time spent, no snapshots, an empty window.
    expect(refused).toBeGreaterThanOrEqual(3);
  },
);

it.each<[string, (string | number)[], unknown]>([
  ['a path out of the folder', ['snapshots', 0], '../../victim/precious'],
  ['a path out of the checkpoints', ['snapshots', 0], '../../precious'],
  ['a name that only begins as one', ['snapshots', 0], 'step-2/../../../precious'],
  ['an absolute path', ['snapshots', 0], '/etc/passwd'],
  ['a name with a zero byte', ['snapshots', 0], 'step-2\0'],
  ['a name with a line break', ['snapshots', 0], 'step-2\n'],
  ['the state itself', ['snapshots', 0], 'last'],
  ['the same snapshot twice', ['snapshots'], ['step-4', 'step-4']],
  ['snapshots that fall', ['snapshots'], ['step-6', 'step-4']],
  ['a snapshot of the future', ['snapshots'], ['step-4', 'step-800']],
  ['another seed', ['seed'], 2],
  ['a place in the data without an update', ['step'], 0],
  ['a place behind the end of the epoch', ['data', 'position'], 1e9],
  ['no place after updates', ['data'], { epoch: 0, position: 0 }],
  ['a step that is no safe integer', ['step'], 2 ** 60],
  ['more validations since the best than there were', ['sinceBest'], 1000],
  ['more skipped updates than updates', ['skipped'], 1000],
  ['an optimizer of the future', ['optimizerStart'], 8],
  ['a window of more updates than were made', ['window', 'updates'], 100],
  ['an unknown key', ['extra'], 1],
])('%s is refused', async (name, path, value) => {
  expectRefusal(await resume(encode(tensors, { ...metadata, 'tx.progress': alter(path, value) })), name);
});

it.each<[string, string | undefined]>([
  ['no counters', undefined],
  ['no JSON', '{"step":'],
  ['text', 'step 7'],
  ['deeply nested lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a number out of range', '{"step":1e999}'],
])('%s is refused', async (name, text) => {
  const { 'tx.progress': _, ...others } = metadata;
  const texts = text === undefined ? others : { ...others, 'tx.progress': text };
  expectRefusal(await resume(encode(tensors, texts)), name);
});

it('counters with a prototype key are refused or change nothing', async () => {
  const text = metadata['tx.progress']!.replace('{', '{"__proto__":{"polluted":1},');
  await resume(encode(tensors, { ...metadata, 'tx.progress': text }));
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

const first = () => [...tensors.keys()].find((name) => !/^[mv]\//.test(name))!;
const state = () => `v/${first()}`;
const withTensor = (name: string, change: (tensor: TensorData) => TensorData) =>
  new Map([...tensors].map(([key, tensor]) => [key, key === name ? change(tensor) : tensor]));
const filled = (value: number) => (tensor: TensorData) => ({
  ...tensor,
  data: Float32Array.from(tensor.data as Float32Array, (x, i) => (i === 3 ? value : x)),
});

it.each<[string, () => ReadonlyMap<string, TensorData>]>([
  ['a parameter with NaN', () => withTensor(first(), filled(Number.NaN))],
  ['a parameter with ∞', () => withTensor(first(), filled(Number.NEGATIVE_INFINITY))],
  ['optimizer state with NaN', () => withTensor(state(), filled(Number.NaN))],
  ['optimizer state with ∞', () => withTensor(state(), filled(Number.POSITIVE_INFINITY))],
  [
    'a parameter of another shape',
    () => withTensor(first(), (t) => ({ ...t, dims: t.dims.toReversed().concat(1) })),
  ],
  [
    'optimizer state of another shape',
    () => withTensor(state(), (t) => ({ ...t, dims: [t.data.length, 1, 1] })),
  ],
  [
    'optimizer state of another type',
    () =>
      withTensor(state(), ({ dims, data }) => ({ dtype: 'int32', dims, data: new Int32Array(data.length) })),
  ],
  [
    'a parameter of another type',
    () =>
      withTensor(first(), ({ dims, data }) => ({
        dtype: 'float64',
        dims,
        data: new Float64Array(data.length),
      })),
  ],
  ['a parameter less', () => new Map([...tensors].filter(([name]) => name !== first()))],
  ['optimizer state less', () => new Map([...tensors].filter(([name]) => name !== state()))],
  ['no tensors', () => new Map()],
])('%s is refused', async (name, make) => {
  expectRefusal(await resume(encode(make(), metadata)), name);
});

it('bytes changed at random, and files cut short, are refused or do no harm', async () => {
  const bytes = encode(tensors, metadata);
  const rng = Rng.fromSeed(11);
  const header = Number(bytes.readBigUInt64LE(0)) + 8;
  for (let i = 0; i < 20; i++) {
    const altered = Buffer.from(bytes);
    for (let n = 0; n < 3; n++) altered[Math.floor(rng.float() * header)] = Math.floor(rng.float() * 256);
    const error = await resume(
      i % 5 === 0 ? altered.subarray(0, Math.floor(rng.float() * bytes.length)) : altered,
    );
    if (error !== undefined) expect(error, `${i}: ${error.message}`).toBeInstanceOf(UserError);
  }
});

it('what was not altered goes on', async () => {
  expect(await resume(encode(tensors, metadata))).toBeUndefined();
});
