#!/usr/bin/env node
// Running text for language models: articles of an encyclopedia, and novels.
//   node data-scripts/text.mjs [--out DIR] [--from DIR|ADDRESS] [--force]
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openZip } from './archive.mjs';
import { readNovel, readWikiText, writeDocuments } from './documents.mjs';
import { formatCount, isAddress, parseArguments, runAsScript, writeWhole } from './fetch.mjs';
import { checkArchive, findArchive, hashFile, readManifest } from './large-archive.mjs';

/**
 * What is made of each archive: its files, and a function from the archive's members to a file's documents. An archive
 * has a name, the addresses that have it, of which each next one is a mirror, and where it is known a SHA-256.
 */
export const PARTS = [
  {
    archive: {
      name: 'wikitext-103-raw-v1.zip',
      addresses: [
        'https://wikitext.smerity.com/wikitext-103-raw-v1.zip',
        'https://huggingface.co/datasets/mattdangerw/wikitext-103-raw/resolve/main/wikitext-103-raw-v1.zip',
      ],
      sha256: '91c00ae287f0d699e18605c84afc9e45c192bc6b7797ff8837e5474655a33794',
    },
    files: ['wiki.train.txt.gz', 'wiki.valid.txt.gz', 'wiki.test.txt.gz'],
    read: readArticles,
  },
  {
    archive: {
      name: 'ELTeC-eng-1.0.1.zip',
      addresses: ['https://github.com/COST-ELTeC/ELTeC-eng/archive/refs/tags/v1.0.1.zip'],
    },
    files: ['novels.txt.gz'],
    read: readNovels,
  },
];

export const usage = '[--out DIR] [--from DIR|ADDRESS] [--force]';
const help = `usage: node data-scripts/text.mjs ${usage}

Running text for language models: ${PARTS.flatMap(({ files }) => files).join(', ')}.
Each has documents, one paragraph a line, with a blank line between documents.

  --out DIR            where to [default: data/text]
  --from DIR|ADDRESS   a folder that has the four files, which are taken as they are, or the archives; or a mirror
                       that has the archives [default: the folder text in TX_DATA if it is there, else their publishers]
  --force              replace files of other content, and take archives with another checksum than before

What is fetched is WikiText-103 (Merity et al. 2017; CC BY-SA 3.0): articles without headings, and the novels of
ELTeC-eng 1.0.1 that are encoded at level 1 (public domain): chapters without headings and notes.

Published figures of tx were made with smaller files of the same names, other selections of the same kinds of text: 2,041
articles of 2015 for training, 40 each to choose by and to test with, and 906 chapters of 30 novels. In WikiText
punctuation stands apart from words, in those files it does not. So figures of the two are not to be compared.

A download that broke off goes on where it stopped when the command is run again. Archives stay in DIR/archives.`;

/** Fetches what is missing; `parts` is for tests. */
export async function run(args, log = console.log, parts = PARTS) {
  const { out, from, force } = parseArguments(
    args,
    { out: 'data/text' },
    { usage, options: { force: { type: 'boolean' } } },
  );
  if (from !== undefined && !isAddress(from) && !existsSync(from))
    throw new Error(`--from ${from}: no such folder`);
  await mkdir(out, { recursive: true });
  const local = process.env.TX_DATA ? [join(process.env.TX_DATA, 'text')] : [];
  const folders = from === undefined ? local : isAddress(from) ? [] : [from, join(from, 'text')];
  const others = folders.filter((folder) => resolve(folder) !== resolve(out));
  for (const part of parts) await getPart(part, { out, from, folders: others, force, log });
}

/** The files of a part come from one place: two selections may have articles in common. */
async function getPart(part, { out, from, folders, force, log }) {
  const { files } = part;
  const manifestPath = join(out, 'manifest.json');
  const manifest = await readManifest(manifestPath, { files: {} });
  if (!force && (await areThere(files, out, manifest, log))) return;
  const folder = folders.find((place) => files.some((name) => existsSync(join(place, name))));
  const partials = files.map((name) => join(out, `${name}.partial`));
  try {
    const rows =
      folder === undefined
        ? await unpack(part, partials, { out, from, force, log })
        : await copy(folder, files, partials);
    for (const [i, name] of files.entries()) {
      const { size: bytes } = await stat(partials[i]);
      manifest.files[name] = { sha256: await hashFile(partials[i]), bytes, ...rows[i] };
    }
  } catch (error) {
    for (const partial of partials) await rm(partial, { force: true });
    throw error;
  }
  await writeWhole(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [i, name] of files.entries()) {
    await rename(partials[i], join(out, name));
    log(`${join(out, name)}: ${describe(manifest.files[name])}`);
  }
}

/**
 * Whether all files are in the folder, made here or a person's own; an Error where they have changed since they were
 * made, or where some of them are a person's own and others are missing.
 */
async function areThere(files, out, manifest, log) {
  const present = files.filter((name) => existsSync(join(out, name)));
  const missing = files.filter((name) => !present.includes(name));
  const told = [];
  for (const name of present) {
    const path = join(out, name);
    const sha256 = await hashFile(path);
    const row = manifest.files[name];
    if (row !== undefined && row.sha256 !== sha256)
      throw new Error(`${path} is there with other content; --force replaces it`);
    if (row === undefined && missing.length > 0)
      throw new Error(`${path} is there, but ${incomplete(out, missing)}; or --force replaces it`);
    told.push(`${path}: there already, SHA-256 ${sha256}`);
  }
  if (missing.length > 0) return false;
  for (const line of told) log(line);
  return true;
}

const incomplete = (folder, missing) =>
  `${folder} has no ${missing.join(' and no ')}: put all files of one selection there`;

/** The files of a folder as they are. */
async function copy(folder, files, partials) {
  const missing = files.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new Error(incomplete(folder, missing));
  for (const [i, name] of files.entries()) {
    const target = createWriteStream(partials[i], { flush: true });
    await pipeline(createReadStream(join(folder, name)), target);
  }
  return files.map((name) => ({ from: join(folder, name) }));
}

/** The files as they are made of their archive, and counts of what is in them. */
async function unpack({ archive, files, read }, partials, { out, from, force, log }) {
  const place = join(out, 'archives');
  const found = await fetchArchive(archive, from, place, log);
  if (found === null) throw new Error(`${from} has neither ${files.join(' and ')} nor ${archive.name}`);
  log(`${archive.name}: unpacking ${found.path}`);
  const rows = [];
  try {
    const zip = await openZip(found.path);
    try {
      for (const [i, name] of files.entries()) {
        const counts = await writeDocuments(partials[i], read(zip.files, name));
        if (counts.documents === 0) throw new Error(`has no text for ${name}`);
        rows.push({ ...counts, from: archive.name });
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error.syscall !== undefined) throw error;
    throw new Error(`${found.path}: ${error.message}; ${found.remedy}`);
  }
  await checkArchive(found, { manifest: join(place, 'manifest.json'), sha256: archive.sha256, force });
  return rows;
}

/** From `from`, or from the first of the archive's own addresses that has it. */
async function fetchArchive({ name, addresses }, from, out, log) {
  for (const [i, address] of addresses.entries()) {
    try {
      return await findArchive(address, from, out, log, name);
    } catch (error) {
      if (from !== undefined || i === addresses.length - 1) throw error;
      log(`${error.message}; trying a mirror`);
    }
  }
}

/** The articles of a split of WikiText, by the name of the file that they go into. */
async function* readArticles(members, file) {
  const member = file.replace('.txt.gz', '.raw');
  const path = [...members.keys()].find((key) => key.endsWith(`/${member}`));
  if (path === undefined) throw new Error(`has no ${member}`);
  yield* readWikiText(await members.get(path)(), member);
}

/** The chapters of ELTeC's novels at level 1, one novel in memory at a time. */
async function* readNovels(members) {
  const paths = [...members.keys()].filter((key) => /(^|\/)level1\/[^/]+\.xml$/.test(key)).sort();
  if (paths.length === 0) throw new Error('has no level1/*.xml');
  for (const path of paths) {
    const bytes = await buffer(await members.get(path)());
    if (!isUtf8(bytes)) throw new Error(`${path} is not UTF-8`);
    try {
      yield* readNovel(bytes.toString('utf8'));
    } catch (error) {
      throw new Error(`${path}: ${error.message}`);
    }
  }
}

function describe({ sha256, bytes, documents, paragraphs }) {
  const counts = [
    ...(documents === undefined ? [] : [`${formatCount(documents)} documents`]),
    ...(paragraphs === undefined ? [] : [`${formatCount(paragraphs)} paragraphs`]),
    `${formatCount(bytes)} bytes`,
  ];
  return `${counts.join(', ')}, SHA-256 ${sha256}`;
}

await runAsScript(import.meta.url, help, run);
