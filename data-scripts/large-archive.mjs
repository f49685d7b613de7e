// Archives of gigabytes as streams: fetched after what is there already, and their members unpacked, with constant
// memory. Their publisher gives no checksums: the one of the first reading, which others may know, is kept and asked for
// at every later one.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { streamTar } from './archive.mjs';
import { download, isAddress, writeWhole } from './fetch.mjs';

/**
 * The archive at `address`: its path, in `out` or in the folder `from` (null where it is in neither), and what mends a
 * damaged one. Where `from` is no folder, it is downloaded into `out`, from there or, where undefined, its publisher.
 * `name` is what the file is called where its address does not say it.
 */
export async function findArchive(address, from, out, log, name = basename(new URL(address).pathname)) {
  const { origin, pathname } = new URL(address);
  const kept = join(out, name);
  const own = { path: kept, remedy: 'remove it, and it is fetched again' };
  if (existsSync(kept)) return own;
  const candidates = [pathname.slice(1), name];
  if (from !== undefined && !isAddress(from)) {
    const paths = [...candidates, `archives/${name}`].map((path) => join(from, path));
    const path = paths.find(existsSync);
    return path === undefined ? null : { path, remedy: 'get another copy' };
  }
  await mkdir(out, { recursive: true });
  const part = `${kept}.part`;
  const source = (from ?? origin).replace(/\/$/, '');
  log(`${name}: fetching it from ${source}${existsSync(part) ? ', the rest' : ''}`);
  for (const candidate of candidates) {
    if (!(await download(`${source}/${candidate}`, part))) continue;
    await rename(part, kept);
    return own;
  }
  throw new Error(`${source} has neither ${candidates.join(' nor ')}`);
}

/**
 * Unpacks members of a tar, gzipped or not, that are gzipped themselves or not: `targets` maps their names (without
 * folders) to the files to write, each whole or not at all. The archive must have the SHA-256 in the file `manifest`,
 * or else `sha256` where that is known; the manifest takes it up where neither says one, or in any case with `force`.
 */
export async function unpackMembers({ path, remedy }, targets, { manifest, sha256, force = false }) {
  const hash = createHash('sha256');
  const bytes = readBytes(path, hash);
  const partials = Object.values(targets).map((target) => `${target}.partial`);
  const missing = new Set(Object.keys(targets));
  try {
    const tar = (await isGzipped(path)) ? unzipped(bytes) : bytes;
    for await (const { name, content } of streamTar(tar)) {
      const member = basename(name);
      if (!missing.delete(member)) continue;
      const text = member.endsWith('.gz') ? unzipped(content) : content;
      await pipeline(text, createWriteStream(`${targets[member]}.partial`, { flush: true }));
    }
    // What follows the end of gzip's content belongs to the checksum too.
    for await (const _ of bytes);
    if (missing.size > 0) throw new Error(`has no ${[...missing].join(' and no ')}`);
  } catch (error) {
    for (const partial of partials) await rm(partial, { force: true });
    if (error.syscall !== undefined) throw error;
    throw new Error(`${path}: ${explain(error)}; ${remedy}`);
  }
  await checkManifest({ path, remedy }, hash.digest('hex'), { manifest, sha256, force });
  for (const target of Object.values(targets)) await rename(`${target}.partial`, target);
}

/** Asks of a whole archive what unpackMembers asks of the one that it reads. */
export async function checkArchive(found, options) {
  await checkManifest(found, await hashFile(found.path), options);
}

/** The content of a file, gzipped or not, as it comes. */
export async function* readUnzipped(path) {
  try {
    yield* (await isGzipped(path)) ? unzipped(readBytes(path)) : readBytes(path);
  } catch (error) {
    throw error.syscall === undefined ? new Error(`${path}: ${explain(error)}`) : error;
  }
}

/** A file's own bytes, which the hash sees too. */
async function* readBytes(path, hash) {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash?.update(chunk);
    yield chunk;
  }
}

/** What a stream of gzip has packed. */
async function* unzipped(chunks) {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = Readable.from(chunks);
  // The error of either comes out of the loop.
  source.on('error', (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip);
}

async function isGzipped(path) {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const explain = ({ code, message }) => {
  if (code === 'Z_BUF_ERROR') return 'is cut short';
  return code?.startsWith('Z_') ? `is damaged (${message})` : message;
};

async function checkManifest({ path, remedy }, actual, { manifest, sha256, force = false }) {
  const content = await readManifest(manifest, { archives: {} });
  const name = basename(path);
  const row = content.archives[name];
  if (row?.sha256 === actual) return;
  const expected = row?.sha256 ?? sha256;
  if (expected !== undefined && expected !== actual && !force) {
    const since = row === undefined ? 'as others know it' : `as when it was first read (${manifest})`;
    throw new Error(
      `${path} has SHA-256 ${actual}, not ${expected} ${since}: damaged or another version; ${remedy}, or take it with --force`,
    );
  }
  content.archives[name] = {
    sha256: actual,
    bytes: (await stat(path)).size,
    read: new Date().toISOString(),
    from: path,
  };
  await mkdir(join(manifest, '..'), { recursive: true });
  await writeWhole(manifest, `${JSON.stringify(content, null, 2)}\n`);
}

/** A JSON object of a file, `empty` where there is none; an Error of one line where it is damaged. */
export async function readManifest(path, empty) {
  if (!existsSync(path)) return empty;
  try {
    return { ...empty, ...JSON.parse(await readFile(path, 'utf8')) };
  } catch (error) {
    throw new Error(`${path} cannot be used: ${error.message}; remove it to begin anew`);
  }
}

/** The SHA-256 of a file of any size. */
export async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const _ of readBytes(path, hash));
  return hash.digest('hex');
}
