#!/usr/bin/env node
// Multi30k, task 1 (Elliott et al., 2016; for non-commercial research): captions in English, German and French,
// train 29,000, val 1,014, test_2016_flickr 1,000 lines.
//   node data-scripts/multi30k.mjs [--out DIR] [--from DIR|ADDRESS]
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fetchFiles, parseArguments, runAsScript } from './fetch.mjs';

const REPOSITORY = 'https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw';

export const usage = '[--out DIR] [--from DIR|ADDRESS]';
const help = `usage: node data-scripts/multi30k.mjs ${usage}

Fetches Multi30k: train, val and test_2016_flickr in English, German and French.

  --out DIR            where to [default: data/multi30k]
  --from DIR|ADDRESS   what has the files, gzipped or not
                       [default: the folder multi30k in TX_DATA if it is there, else the public repository]`;

/** Fetches the files that are missing. */
export async function run(args, log = console.log) {
  const { out, from: given } = parseArguments(args, { out: 'data/multi30k' }, { usage });
  const local = process.env.TX_DATA ? join(process.env.TX_DATA, 'multi30k') : '';
  const isElsewhere = existsSync(local) && resolve(local) !== resolve(out);
  const from = given ?? (isElsewhere ? local : REPOSITORY);
  const { files } = JSON.parse(await readFile(new URL('test-sets.json', import.meta.url), 'utf8'));
  const own = Object.entries(files).filter(([path]) => path.startsWith('multi30k/'));
  await fetchFiles(Object.fromEntries(own.map(([path, sha256]) => [path.slice(9), sha256])), from, out, log);
}

await runAsScript(import.meta.url, help, run);
