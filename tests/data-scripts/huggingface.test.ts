// A hub on this machine: what its answers look like is in huggingface.co/docs/hub/api.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Desk } from './desk.ts';
import type { Fault } from './server.ts';

const url = new URL('../../data-scripts/huggingface.mjs', import.meta.url).href;
const { fetchModel, isName, run } = (await import(url)) as {
  fetchModel(
    name: string,
    options: { revision?: string; out: string; from: string },
    log: (line: string) => void,
  ): Promise<string>;
  isName(name: string): boolean;
  run(args: string[], log: (line: string) => void): Promise<void>;
};

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const weights = Buffer.from('weights, as far as the hub knows');
const content: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type": "bert"}'),
  'tokenizer.json': Buffer.from('{}'),
  'model.safetensors': weights,
  'pytorch_model.bin': Buffer.from('a program'),
  'README.md': Buffer.from('# A model'),
};
const digest = (algorithm: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex');

const sibling = (name: string) => {
  const bytes = content[name]!;
  const size = bytes.length;
  const blobId = digest('sha1', `blob ${size}\0`, bytes);
  if (bytes !== weights) return { rfilename: name, size, blobId };
  return { rfilename: name, size, blobId, lfs: { sha256: digest('sha256', bytes), size, pointerSize: 130 } };
};

const desk = new Desk();
const { at, read, put, note } = desk;

/** Serves the model `who/what`, of whose answer and files `change` may make others. */
async function serve(
  change: (about: Record<string, unknown>, files: Record<string, Buffer>) => void = () => {},
  faults: (Fault | '')[] = [],
) {
  const about = { sha: COMMIT, siblings: Object.keys(content).map(sibling) };
  const files = { ...content };
  change(about, files);
  const served = Object.entries(files).map(([name, bytes]) => [`/who/what/resolve/${COMMIT}/${name}`, bytes]);
  return desk.serve(
    {
      '/api/models/who/what/revision/main?blobs=true': Buffer.from(JSON.stringify(about)),
      ...Object.fromEntries(served),
    },
    faults,
  );
}

const get = (from: string, name = 'who/what', revision?: string) =>
  fetchModel(name, { out: at('cache'), from, ...(revision && { revision }) }, note);

test('settings, weights in safetensors and tokenizer, whole and checked; again without a question', async () => {
  const address = await serve(undefined, ['', '', 'cut']);
  const folder = await get(address);
  expect(folder).toBe(at('cache/who/what/main'));
  for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
    expect(read(`cache/who/what/main/${name}`)).toBe(content[name]!.toString());
  expect(existsSync(at('cache/who/what/main/pytorch_model.bin'))).toBe(false);
  expect(existsSync(at('cache/who/what/main/README.md'))).toBe(false);
  expect(JSON.parse(read('cache/who/what/main/files.json'))).toMatchObject({
    name: 'who/what',
    commit: COMMIT,
  });
  expect(desk.log[0]).toBe('DIR/cache/who/what/main/config.json: 22 bytes');
  expect(desk.server!.requests).toHaveLength(5);
  expect(await get('http://127.0.0.1:1')).toBe(folder);
  expect(desk.server!.requests).toHaveLength(5);
});

test('what came before a break is kept, and the rest is of the same state', async () => {
  const address = await serve((_, files) => delete files['tokenizer.json']);
  await expect(get(address)).rejects.toThrow(/tokenizer\.json: no such file, though the hub lists it/);
  await serve((about) => Object.assign(about, { sha: 'f'.repeat(40) }));
  await get(desk.server!.address);
  expect(desk.server!.requests).toEqual([
    `/who/what/resolve/${COMMIT}/tokenizer.json`,
    `/who/what/resolve/${COMMIT}/model.safetensors`,
  ]);
});

describe('refusals', () => {
  test('files of other content: from the hub, or there already', async () => {
    const address = await serve(
      (_, files) => (files['model.safetensors'] = Buffer.from('x'.repeat(weights.length))),
    );
    await expect(get(address)).rejects.toThrow(/model\.safetensors: not the file that the hub lists/);
    expect(existsSync(at('cache/who/what/main/model.safetensors'))).toBe(false);
    put('cache/who/what/main/config.json', 'mine');
    await expect(get(address)).rejects.toThrow(/config\.json is there with other content; move it away/);
  });

  test.each<[string, Parameters<typeof serve>[0], RegExp]>([
    ['no weights', (about) => (about.siblings = [sibling('config.json')]), /no weights in safetensors/],
    ['no settings', (about) => (about.siblings = [sibling('model.safetensors')]), /no config\.json/],
    ['no commit', (about) => (about.sha = '../x'), /not what the hub tells/],
    ['no list', (about) => (about.siblings = 'none'), /no config\.json/],
    [
      'no checksum',
      (about) => (about.siblings = [{ rfilename: 'config.json', size: 2 }]),
      /not what the hub tells/,
    ],
  ])('%s', async (_, change, message) => {
    const address = await serve(change);
    await expect(get(address)).rejects.toThrow(message);
    expect(existsSync(at('cache'))).toBe(false);
  });

  test('no such model, no such revision, a hub that is down, an answer that is none', async () => {
    const address = await serve();
    await expect(get(address, 'who/else')).rejects.toThrow(/^who\/else: no such model for everyone at http/);
    await expect(get(address, 'who/what', 'v2')).rejects.toThrow(/, or it has no revision v2$/);
    await serve(undefined, ['down']);
    await expect(get(desk.server!.address)).rejects.toThrow(/status 500$/);
    const other = await desk.serve({
      '/api/models/who/what/revision/main?blobs=true': Buffer.from('<html>'),
    });
    await expect(get(other)).rejects.toThrow(/not what the hub tells/);
    await expect(get('http://127.0.0.1:1')).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/api/);
  });

  test('names that lead elsewhere', async () => {
    expect(['bert-base-uncased', 'a/b', 'a/b.c_d-1'].every(isName)).toBe(true);
    for (const name of ['a/b/c', '../a', 'a/..', '/a', 'a/', '', 'a b', 'a?b', '.a/b', 'a..b'])
      await expect(get('http://127.0.0.1:1', name), name).rejects.toThrow('is no name of a model');
    for (const revision of ['../x', 'a/b', ' '])
      await expect(get('http://127.0.0.1:1', 'a/b', revision)).rejects.toThrow('is no revision');
    await expect(run([], note)).rejects.toThrow('give the name of a model');
  });
});
