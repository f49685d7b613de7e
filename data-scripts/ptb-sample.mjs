#!/usr/bin/env node
// NLTK's sample of the Penn Treebank (LDC; for non-commercial use): its 199 articles of the Wall Street Journal, joined
// to train.mrg (wsj_0001–0159, 3,396 trees), dev.mrg (0160–0179, 273) and test.mrg (0180–0199, 245).
//   node data-scripts/ptb-sample.mjs [--out DIR] [--from DIR|ZIP|ADDRESS]
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openZip } from './archive.mjs';
import { areThere, isAddress, parseArguments, readFrom, runAsScript, writeChecked } from './fetch.mjs';

const REPOSITORY = 'https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages/corpora';
const ARCHIVE = 'treebank.zip';

/** Of each file: its first and last article, and the SHA-256 of these articles end to end. */
export const SPLITS = {
  'train.mrg': {
    from: 1,
    to: 159,
    sha256: '1f36c6db2c721b3626166ea9dbc108e6930028a5c15d95e7448fd4a54841f8ae',
  },
  'dev.mrg': {
    from: 160,
    to: 179,
    sha256: '1cef4d98fe530d09f9b5472e1cbe045386dcce127ba0ecafbd06cc2992d9f901',
  },
  'test.mrg': {
    from: 180,
    to: 199,
    sha256: 'be9bee1bbe6ce93e7c96903ff4aa4038746610f1dbc008741bd7c2ef11157251',
  },
};

export const usage = '[--out DIR] [--from DIR|ZIP|ADDRESS]';
const help = `usage: node data-scripts/ptb-sample.mjs ${usage}

Fetches NLTK's sample of the Penn Treebank and joins its articles to train.mrg, dev.mrg and test.mrg.

  --out DIR                where to [default: data/treebank]
  --from DIR|ZIP|ADDRESS   the archive ${ARCHIVE}, a folder or an address that has it, or a folder of its articles, such
                           as nltk_data/corpora/treebank [default: NLTK's public repository]`;

/** Fetches what is missing; `splits` is for tests. */
export async function run(args, log = console.log, splits = SPLITS) {
  const { out, from } = parseArguments(args, { out: 'data/treebank', from: REPOSITORY }, { usage });
  const expected = Object.fromEntries(Object.entries(splits).map(([name, { sha256 }]) => [name, sha256]));
  if (await areThere(expected, out, log)) return;
  await mkdir(out, { recursive: true });
  const articles = await openArticles(from, out);
  for (const [name, { from: first, to: last }] of Object.entries(splits)) {
    const parts = [];
    for (let n = first; n <= last; n++) parts.push(await articles(`wsj_${String(n).padStart(4, '0')}.mrg`));
    await writeChecked(join(out, name), Buffer.concat(parts), expected[name], from, log);
  }
}

/** A function from an article's file name to its bytes. */
async function openArticles(from, out) {
  const folder = ['', 'combined', 'treebank/combined', 'corpora/treebank/combined']
    .map((path) => join(from, path))
    .find((path) => !isAddress(from) && existsSync(join(path, 'wsj_0001.mrg')));
  if (folder !== undefined) {
    return (name) => {
      if (!existsSync(join(folder, name))) throw new Error(`${folder} has no ${name}`);
      return readFile(join(folder, name));
    };
  }
  const isFile = !isAddress(from) && existsSync(from) && statSync(from).isFile();
  const bytes = isFile ? await readFile(from) : await readFrom(from, ARCHIVE, join(out, `${ARCHIVE}.part`));
  if (bytes === null)
    throw new Error(`${from} has neither ${ARCHIVE} nor the articles wsj_0001.mrg to wsj_0199.mrg`);
  const blame = (error) => {
    throw new Error(`${isFile ? from : `${ARCHIVE} from ${from}`}: ${error.message}`);
  };
  const { files } = await openZip(bytes).catch(blame);
  return async (name) => {
    const found = [...files.keys()].find((path) => path.endsWith(`combined/${name}`));
    if (found === undefined) throw new Error(`${ARCHIVE} has no combined/${name}`);
    return files.get(found)().then(buffer).catch(blame);
  };
}

await runAsScript(import.meta.url, help, run);
