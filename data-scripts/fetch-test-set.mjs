// Gets a test set of test-sets.json: the archive that WMT published, or text files of known content, becomes a file a
// language and pair, one segment a line, in OUT/NAME (with _ for /), and manifest.json there keeps their checksums.
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readSegments, readTar } from './archive.mjs';
import { checksum, formatCount, isAddress, readFrom, writeWhole } from './fetch.mjs';

/**
 * Writes the `pairs` of the set `name` into `out`, unless they are there and whole. `table` is the content of
 * test-sets.json. Looked at, in this order: the archives kept in `out`, then each of `sources` (folders, addresses,
 * or null for the publisher's own). `force` replaces files of other content. An Error names what is missing or wrong.
 */
export async function fetchTestSet(table, name, pairs, { out, sources, force = false, log = console.log }) {
  const set = table.sets[name];
  const folder = join(out, name.replaceAll('/', '_'));
  const manifestPath = join(folder, 'manifest.json');
  const manifest = await readManifest(manifestPath, name, force);
  const open = createOpener(table, name, out, log);
  await mkdir(folder, { recursive: true });
  for (const pair of pairs) {
    const row = set.pairs[pair];
    const names = nameFiles(pair, (row.sgm ?? row.text).length);
    if (!force && (await areWhole(folder, names, manifest))) {
      log(`${join(folder, pair)}: there already`);
      continue;
    }
    const texts = await findTexts(table, set, row, sources, open);
    if (texts === null) {
      const places = sources.map((source) => source ?? 'the publisher').join(' and ');
      throw new Error(`${places}: neither ${set.archive} nor the texts of ${name} ${pair}`);
    }
    for (const { text, from } of texts) {
      const lines = text.split('\n').length - 1;
      if (lines !== row.lines) {
        throw new Error(`${from} has ${formatCount(lines)} lines, not ${formatCount(row.lines)}`);
      }
    }
    for (const [i, { text, from }] of texts.entries()) {
      const path = join(folder, names[i]);
      const sha256 = checksum('sha256', text);
      if (!force && existsSync(path) && checksum('sha256', await readFile(path)) !== sha256) {
        throw new Error(`${path} is there with other content; --force replaces it`);
      }
      await writeWhole(path, text);
      manifest.files[names[i]] = { sha256, lines: row.lines, from };
      log(`${path}: ${formatCount(row.lines)} lines`);
    }
    await writeWhole(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

/** The source's file and the references': `en-de.en`, `en-de.de`, `en-de.de.2`. */
function nameFiles(pair, count) {
  const [src, tgt] = pair.split('-');
  return Array.from({ length: count }, (_, i) => `${pair}.${i === 0 ? src : tgt}${i > 1 ? `.${i}` : ''}`);
}

async function readManifest(path, name, force) {
  const empty = { set: name, files: {} };
  if (!existsSync(path)) return empty;
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    if (manifest.set !== name) throw new Error(`is of "${manifest.set}"`);
    return { ...empty, ...manifest };
  } catch (error) {
    if (force) return empty;
    throw new Error(`${path} cannot be used: ${error.message}; --force writes it anew`);
  }
}

async function areWhole(folder, names, manifest) {
  for (const name of names) {
    const path = join(folder, name);
    if (!existsSync(path)) return false;
    if (checksum('sha256', await readFile(path)) !== manifest.files[name]?.sha256) return false;
  }
  return true;
}

/** The texts of a pair, source first, from the first of the sources that has them. */
async function findTexts(table, set, row, sources, open) {
  for (const source of sources) {
    const archive = row.sgm ? await open(set.archive, source) : null;
    if (archive !== null) return row.sgm.map((member) => readMember(archive, member));
    if (row.text === undefined || source === null || isAddress(source)) continue;
    const texts = await Promise.all(row.text.map((file) => readKnown(source, file, table.files[file])));
    if (!texts.includes(null)) return texts;
  }
  return null;
}

/** A file of known content in a folder of corpora, or in the part of one; null if it is not there. */
async function readKnown(folder, file, sha256) {
  const path = [file, file.replace(/^[^/]+\//, '')].map((tail) => join(folder, tail)).find(existsSync);
  if (path === undefined) return null;
  const bytes = await readFile(path);
  const actual = checksum('sha256', bytes);
  if (actual !== sha256) throw new Error(`${path} has SHA-256 ${actual}, not ${sha256}: another version`);
  return { text: bytes.toString('utf8'), from: file };
}

function readMember({ files, name, address }, member) {
  const bytes = files.get(member);
  if (bytes === undefined) throw new Error(`${name} has no ${member}`);
  if (!isUtf8(bytes)) throw new Error(`${member} in ${name} is not UTF-8`);
  const segments = readSegments(bytes.toString('utf8'));
  return { text: segments.map((segment) => `${segment}\n`).join(''), from: `${member} in ${address}` };
}

/** A function from an archive's name and a source to the archive's files, or null; each archive is read once. */
function createOpener(table, setName, out, log) {
  const opened = new Map();
  return async (name, source) => {
    if (opened.has(name)) return opened.get(name);
    const { address, md5 } = table.archives[name];
    const kept = join(out, 'archives', name);
    let bytes = existsSync(kept) ? await readFile(kept) : null;
    if (bytes !== null && checksum('md5', bytes) !== md5) {
      log(`${kept}: damaged, fetched again`);
      bytes = null;
    }
    bytes ??= await findArchive(setName, name, { address, md5, source, kept });
    if (bytes === null) return null;
    try {
      const archive = { files: readTar(gunzipSync(bytes)), name, address };
      opened.set(name, archive);
      return archive;
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
  };
}

async function findArchive(setName, name, { address, md5, source, kept }) {
  const url = new URL(address);
  const from = source ?? url.origin;
  const candidates = [url.pathname.slice(1), name];
  // In a folder also where this script, or sacreBLEU, keeps archives.
  if (!isAddress(from)) {
    const raw = `${setName}/raw/${setName.replaceAll('/', '_')}.${basename(url.pathname)}`;
    candidates.push(`archives/${name}`, `wmt/archives/${name}`, raw);
  } else {
    await mkdir(join(kept, '..'), { recursive: true });
  }
  for (const candidate of candidates) {
    const bytes = await readFrom(from, candidate, `${kept}.part`);
    if (bytes === null) continue;
    const actual = checksum('md5', bytes);
    if (actual !== md5) {
      throw new Error(
        `${candidate} from ${from} has MD5 ${actual}, not ${md5}: cut short, damaged or another version`,
      );
    }
    if (isAddress(from)) await writeWhole(kept, bytes);
    return bytes;
  }
  return null;
}
