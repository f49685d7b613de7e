#!/usr/bin/env node
// A model of Hugging Face's hub: settings, weights in safetensors, tokenizer. `tx import hf` calls it.
//   node data-scripts/huggingface.mjs OWNER/NAME [--revision NAME] [--out DIR] [--from ADDRESS]
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { download, formatCount, parseArguments, runAsScript, UsageError, writeWhole } from './fetch.mjs';
import { hashFile, readManifest } from './large-archive.mjs';

const HUB = 'https://huggingface.co';
const NAME = /^(?:[\w][\w.-]*\/)?[\w][\w.-]*$/;

/** The files that are read, as far as a model has them: no other format of weights, no programs. */
const WANTED = new RegExp(
  `^(?:${[
    'config\\.json',
    'tokenizer\\.json',
    'tokenizer_config\\.json',
    'special_tokens_map\\.json',
    'vocab\\.txt',
    'vocab\\.json',
    'merges\\.txt',
    'model(?:-\\d+-of-\\d+)?\\.safetensors',
    'model\\.safetensors\\.index\\.json',
  ].join('|')})$`,
);

/** In a model's folder: what its files are, and of which state of the repository. */
const MANIFEST = 'files.json';

export const usage = 'OWNER/NAME [--revision NAME] [--out DIR] [--from ADDRESS]';
const help = `usage: node data-scripts/huggingface.mjs ${usage}

Fetches a model of Hugging Face's hub: config.json, safetensors, the tokenizer's files. Each is checked against the
hub's checksum. Files that are there already, with their checksums, are taken without asking the hub.

  --revision NAME  a branch, a tag or a commit [default: main]
  --out DIR        where to; the model has a folder in it [default: data/huggingface]
  --from ADDRESS   where the hub is [default: HF_ENDPOINT, else ${HUB}]`;

/** Whether a name could be one of the hub's. */
export const isName = (name) => NAME.test(name) && !name.includes('..');

/** The folder that has the model's files, which are fetched unless they are there. */
export async function fetchModel(name, { revision = 'main', out, from }, log = console.log) {
  if (!isName(name)) throw new UsageError(`${name} is no name of a model; one is OWNER/NAME`);
  if (!/^[\w][\w.-]*$/.test(revision))
    throw new UsageError(`${revision} is no revision: a branch, a tag or a commit`);
  const hub = (from ?? (process.env.HF_ENDPOINT || HUB)).replace(/\/$/, '');
  const folder = join(out, ...name.split('/'), revision);
  const manifest = join(folder, MANIFEST);
  const known = await readManifest(manifest, null);
  const { commit, files } = known ?? (await askHub(hub, name, revision));
  await mkdir(folder, { recursive: true });
  // The checksums come first: what is fetched later belongs to the same state.
  if (known === null)
    await writeWhole(manifest, `${JSON.stringify({ name, revision, commit, files }, null, 2)}\n`);
  for (const [file, expected] of Object.entries(files)) {
    const path = join(folder, file);
    if (existsSync(path)) {
      if (await isRight(path, expected)) continue;
      throw new Error(`${path} is there with other content; move it away to get the published file`);
    }
    await fetchFile(`${hub}/${name}/resolve/${commit}/${file}`, path, expected);
    log(`${path}: ${formatCount(expected.bytes)} bytes`);
  }
  return folder;
}

/** Fetches the model that is named. */
export async function run(args, log = console.log) {
  const { positionals, revision, out, from } = parseArguments(
    args,
    { out: 'data/huggingface' },
    { usage, options: { revision: { type: 'string' } }, allowPositionals: true },
  );
  if (positionals.length !== 1) throw new UsageError(`give the name of a model; usage: ${usage}`);
  log(await fetchModel(positionals[0], { revision, out, from }, log));
}

/** The commit that a revision is, and the checksums of its files: SHA-256, or of small ones git's own. */
async function askHub(hub, name, revision) {
  const url = `${hub}/api/models/${name}/revision/${revision}?blobs=true`;
  const response = await fetch(url).catch((error) => {
    throw new Error(`${url}: ${error.cause?.message ?? error.message}`);
  });
  const { status } = response;
  if (status === 404 || status === 401) {
    await response.body?.cancel();
    const place = revision === 'main' ? hub : `${hub}, or it has no revision ${revision}`;
    throw new Error(`${name}: no such model for everyone at ${place}`);
  }
  if (status !== 200) throw new Error(`${url}: status ${status}`);
  const about = await response.json().catch(() => null);
  const listed = Array.isArray(about?.siblings) ? about.siblings : [];
  const files = {};
  for (const { rfilename: file, size, blobId, lfs } of listed) {
    if (typeof file !== 'string' || !WANTED.test(file)) continue;
    files[file] = { bytes: lfs?.size ?? size, ...(lfs ? { sha256: lfs.sha256 } : { gitSha1: blobId }) };
  }
  const isSound = ({ bytes, sha256, gitSha1 }) =>
    Number.isSafeInteger(bytes) && (/^[0-9a-f]{64}$/.test(sha256) || /^[0-9a-f]{40}$/.test(gitSha1));
  if (!/^[0-9a-f]{40}$/.test(about?.sha) || !Object.values(files).every(isSound))
    throw new Error(`${url}: not what the hub tells of a model`);
  if (files['config.json'] === undefined)
    throw new Error(`${name}: has no config.json: no model of transformers`);
  if (!Object.keys(files).some((file) => file.endsWith('.safetensors')))
    throw new Error(
      `${name}: has no weights in safetensors; load it with transformers and save it with save_pretrained`,
    );
  return { commit: about.sha, files };
}

async function fetchFile(url, path, expected) {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  if (!(await download(url, part))) throw new Error(`${url}: no such file, though the hub lists it`);
  if (!(await isRight(part, expected))) {
    await rm(part);
    throw new Error(`${url}: not the file that the hub lists: its checksum is another; not written`);
  }
  await rename(part, path);
}

async function isRight(path, { bytes, sha256, gitSha1 }) {
  if ((await stat(path)).size !== bytes) return false;
  if (sha256 !== undefined) return (await hashFile(path)) === sha256;
  const blob = createHash('sha1')
    .update(`blob ${bytes}\0`)
    .update(await readFile(path));
  return blob.digest('hex') === gitSha1;
}

await runAsScript(import.meta.url, help, run);
