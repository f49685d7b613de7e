#!/usr/bin/env node
// The training text of WMT14 (for research), joined to one file a side, and its news test sets: English with German
// (Europarl v7, Common Crawl, News Commentary v9) or French (the same, UN and the 10^9 corpus).
//   node data-scripts/wmt14.mjs PAIR [--out DIR] [--from DIR|ADDRESS] [--force]
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAddress, parseArguments, runAsScript, UsageError } from './fetch.mjs';
import { fetchTestSet } from './fetch-test-set.mjs';
import { FILTER, joinParallel } from './join-parallel.mjs';
import { findArchive, unpackMembers } from './large-archive.mjs';

const readTable = async (name) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
/** What there is of training text, with sizes that are a little low rather than high. */
const corpora = await readTable('wmt14.json');
const TEST_SETS = ['wmt13', 'wmt14/full'];

export const usage = 'PAIR [--out DIR] [--from DIR|ADDRESS] [--force]';
const help = `usage: node data-scripts/wmt14.mjs ${usage}

Fetches the training text of WMT14 for PAIR, en-de or en-fr, and joins it to DIR/PAIR/train.en and train.de or train.fr;
newstest2013 and newstest2014 come into the folder wmt beside DIR, where test sets are looked for.

  --out DIR            where to [default: data/wmt14]
  --from DIR|ADDRESS   a folder or a mirror that has the archives; a folder may have their members instead, gzipped or
                       not, and texts of the test sets [default: WMT's server]
  --force              replace files of other content, and take archives with another checksum than before

${Object.entries(corpora.pairs)
  .map(([pair, parts]) => `  ${pair}: ${parts.map(({ name }) => name).join(', ')}`)
  .join('\n')}

Pairs are dropped where a side has no words or more than ${FILTER.maxWords}, ${FILTER.maxRatio} times as many as the other, or is not UTF-8. Run
again after an interruption, it goes on where it stopped. Archives stay in DIR/archives, with their checksums.`;

/** Fetches and joins what is missing; `table` and `testSets` (in the form of test-sets.json) are for tests. */
export async function run(args, log = console.log, { table = corpora, testSets } = {}) {
  const { positionals, out, from, force } = parseArguments(
    args,
    { out: 'data/wmt14' },
    { usage, options: { force: { type: 'boolean' } }, allowPositionals: true },
  );
  const [pair] = positionals;
  const pairs = Object.keys(table.pairs);
  if (positionals.length !== 1 || !pairs.includes(pair))
    throw new UsageError(`name one pair of ${pairs.join(', ')}: ${usage}`);
  if (from !== undefined && !isAddress(from) && !existsSync(from))
    throw new Error(`--from ${from}: no such folder`);
  const parts = Object.fromEntries(table.pairs[pair].map((part) => [part.name, part]));
  const folder = join(out, pair);
  await mkdir(folder, { recursive: true });
  const names = pair.split('-').map((lang) => `train.${lang}`);
  if (!names.every((name) => existsSync(join(folder, name))))
    await tellSpace(parts, table, { folder, names, out, from, log });
  // First, as they are small: what is missing is told before hours of work.
  const local = process.env.TX_DATA;
  const sources = from !== undefined ? [from] : local ? [local, null] : [null];
  for (const set of TEST_SETS) {
    const place = join(out, '..', 'wmt');
    await fetchTestSet(testSets ?? (await readTable('test-sets.json')), set, [pair], {
      out: place,
      sources,
      force,
      log,
    });
  }
  const scratch = join(folder, 'unpacked');
  const provide = (name) => openPart(parts[name], table, { scratch, out, from, force, log });
  await joinParallel(folder, names, Object.keys(parts), provide, { scratch, log, force });
}

/** The two sides of a part as files, unpacked into the folder `scratch` where `from` does not have them. */
async function openPart({ name, archive, members }, table, { scratch, out, from, force, log }) {
  if (from !== undefined && !isAddress(from)) {
    const own = members.map((member) => findText(from, member));
    if (own.every(Boolean)) return own;
  }
  const paths = members.map((member) => join(scratch, member.replace(/\.gz$/, '')));
  if (!force && paths.every(existsSync)) return paths;
  const found = await findArchive(table.archives[archive].address, from, join(out, 'archives'), log);
  if (found === null) throw new Error(`${from} has neither ${archive} nor ${members.join(' and ')}`);
  log(`${name}: unpacking ${found.path}`);
  await mkdir(scratch, { recursive: true });
  const targets = Object.fromEntries(members.map((member, side) => [member, paths[side]]));
  const { sha256 } = table.archives[archive];
  await unpackMembers(found, targets, { manifest: join(out, 'archives/manifest.json'), sha256, force });
  return paths;
}

/** A member's text in a folder, with the archive's folders or without. */
function findText(folder, member) {
  const name = member.replace(/\.gz$/, '');
  const places = ['', 'training', 'un'].map((place) => join(folder, place, basename(name)));
  return places.flatMap((path) => [path, `${path}.gz`]).find(existsSync);
}

/** Tells what is needed and free on the disk; an Error where that is not enough. */
async function tellSpace(parts, { archives }, { folder, names, out, from, log }) {
  const all = Object.values(parts);
  const isLocal = from !== undefined && !isAddress(from);
  const toFetch = isLocal ? [] : [...new Set(all.map(({ archive }) => archive))];
  let packed = 0;
  for (const name of toFetch) {
    const kept = join(out, 'archives', name);
    if (existsSync(kept)) continue;
    packed += Math.max(0, 1e6 * archives[name].megabytes - (await sizeOf(`${kept}.part`)));
  }
  const texts = all.map(({ megabytes }) => 1e6 * megabytes);
  const text = sum(texts);
  const joined = await Promise.all(names.map((name) => sizeOf(join(folder, `${name}.partial`))));
  // The largest part is there twice while it is joined.
  const needed = packed + Math.max(0, text - sum(joined)) + Math.max(...texts);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  const told = `${gigabytes(packed)} to fetch and ${gigabytes(text)} of text, about ${gigabytes(needed)} in all for now; ${gigabytes(free)} are free`;
  if (free < needed) throw new Error(`${out}: ${told}; --out names another place`);
  log(`${out}: ${told}`);
}

const sizeOf = async (path) => (existsSync(path) ? (await stat(path)).size : 0);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

await runAsScript(import.meta.url, help, run);
