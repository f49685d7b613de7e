// Joins parallel text of any size, part by part, to two files, with constant memory: pairs that a filter drops are
// counted and left out. What is joined is kept in a manifest with the files' lengths, so that a join that was killed at
// any moment goes on with the part that it was at.
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { open, rename, rm, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatCount, writeWhole } from './fetch.mjs';
import { hashFile, readManifest, readUnzipped } from './large-archive.mjs';
import { splitLines } from './lines.mjs';

/** Words, between spaces, of either side, and how many times as many words as the other a side may have. */
export const FILTER = { minWords: 1, maxWords: 250, maxRatio: 9 };
const REASONS = { notUtf8: 'not UTF-8', empty: 'empty', long: 'too long', ratio: 'ratio' };

/**
 * Writes the files `names` (source and target) into `folder`, beside their manifest. `parts` are names of parts;
 * `provide(part)` gives the paths of a part's two sides, and may use the folder `scratch`, which is removed once they are
 * joined. Files that are there and as the manifest says are left alone; with `force`, files of other content are
 * replaced.
 */
export async function joinParallel(folder, names, parts, provide, { scratch, log, force = false }) {
  const files = names.map((name) => join(folder, name));
  const manifestPath = join(folder, 'manifest.json');
  const empty = { filter: FILTER, parts: {}, files: null };
  let manifest = await readManifest(manifestPath, empty);
  const isSame =
    JSON.stringify(manifest.filter) === JSON.stringify(FILTER) &&
    Object.keys(manifest.parts).every((part, i) => part === parts[i]);
  if (!isSame && !force)
    throw new Error(`${manifestPath} is of another filter or other parts; --force begins anew`);
  if (!isSame) manifest = empty;
  const save = () => writeWhole(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  if (manifest.files !== null) {
    // Killed between the last word and the new names.
    for (const file of files) if (existsSync(`${file}.partial`)) await rename(`${file}.partial`, file);
    if (await areWhole(files, manifest, force)) {
      for (const file of files) log(`${file}: there already`);
      return manifest;
    }
    manifest = empty;
    await save();
  } else if (!force) {
    const other = files.find(existsSync);
    if (other !== undefined) throw new Error(`${other} is there with other content; --force replaces it`);
  }
  const lengths = await reopen(files, manifest, log);
  for (const part of parts) {
    if (part in manifest.parts) continue;
    const counts = await appendPart(await provide(part), files, lengths);
    lengths.splice(0, 2, ...counts.lengths);
    manifest.parts[part] = counts;
    await save();
    await rm(scratch, { recursive: true, force: true });
    log(`${part}: ${describeCounts(counts)}`);
  }
  await rm(scratch, { recursive: true, force: true });
  const lines = Object.values(manifest.parts).reduce((sum, { kept }) => sum + kept, 0);
  manifest.files = {};
  for (const file of files) {
    const sha256 = await hashFile(`${file}.partial`);
    manifest.files[basename(file)] = { sha256, bytes: (await stat(`${file}.partial`)).size, lines };
  }
  await save();
  for (const file of files) {
    await rename(`${file}.partial`, file);
    log(`${file}: ${formatCount(lines)} lines`);
  }
  return manifest;
}

/** Whether the files are as the manifest says; an Error where one is there and is not, unless `force` replaces it. */
async function areWhole(files, manifest, force) {
  for (const file of files.filter(existsSync)) {
    const { sha256, bytes } = manifest.files[basename(file)] ?? {};
    if ((await stat(file)).size === bytes && (await hashFile(file)) === sha256) continue;
    if (!force) throw new Error(`${file} is there with other content; --force replaces it`);
    return false;
  }
  return files.every(existsSync);
}

/** Cuts the unfinished files back to the parts that are joined, and gives their lengths. */
async function reopen(files, manifest, log) {
  const wanted = Object.values(manifest.parts).at(-1)?.lengths ?? [0, 0];
  const sizes = await Promise.all(
    files.map(async (file) => (existsSync(`${file}.partial`) ? (await stat(`${file}.partial`)).size : 0)),
  );
  if (sizes.every((size, side) => size >= wanted[side])) {
    for (const [side, file] of files.entries())
      if (sizes[side] > 0) await truncate(`${file}.partial`, wanted[side]);
    return [...wanted];
  }
  log(`${files[0]}.partial or its other side is shorter than its manifest says: joined anew`);
  manifest.parts = {};
  for (const file of files) await rm(`${file}.partial`, { force: true });
  return [0, 0];
}

/** Appends the pairs of a part to the unfinished files; counts, and the files' lengths then. */
async function appendPart(paths, files, lengths) {
  const dropped = Object.fromEntries(Object.keys(REASONS).map((reason) => [reason, 0]));
  let [pairs, kept] = [0, 0];
  const ends = [...lengths];
  const handles = await Promise.all(files.map((file) => open(`${file}.partial`, 'a')));
  try {
    for await (const rows of pairUp(paths)) {
      const texts = ['', ''];
      for (const row of rows) {
        pairs++;
        const lines = row.map(trimLine);
        const reason = reasonToDrop(row, lines);
        if (reason !== undefined) {
          dropped[reason]++;
          continue;
        }
        kept++;
        for (const side of [0, 1]) texts[side] += `${lines[side]}\n`;
      }
      for (const [side, handle] of handles.entries()) {
        const bytes = Buffer.from(texts[side]);
        await handle.writeFile(bytes);
        ends[side] += bytes.length;
      }
    }
    for (const handle of handles) await handle.sync();
  } finally {
    for (const handle of handles) await handle.close();
  }
  return { pairs, kept, dropped, lengths: ends };
}

const trimLine = (line) => line.toString('utf8').trim();

/** Why a pair is left out; undefined if it is not. */
function reasonToDrop(bytes, lines) {
  if (!bytes.every((side) => isUtf8(side))) return 'notUtf8';
  const words = lines.map((line) => (line === '' ? 0 : line.split(/\s+/).length));
  const [fewer, more] = [Math.min(...words), Math.max(...words)];
  if (fewer < FILTER.minWords) return 'empty';
  if (more > FILTER.maxWords) return 'long';
  return more > FILTER.maxRatio * fewer ? 'ratio' : undefined;
}

/** The lines of two files side by side, some thousands at a time; an Error where one has more than the other. */
async function* pairUp(paths) {
  const readers = paths.map((path) => splitLines(readUnzipped(path), path));
  const rest = [[], []];
  let count = 0;
  while (true) {
    for (const [side, reader] of readers.entries()) {
      if (rest[side].length === 0) rest[side] = (await reader.next()).value ?? [];
    }
    const length = Math.min(rest[0].length, rest[1].length);
    if (length === 0) break;
    yield Array.from({ length }, (_, i) => [rest[0][i], rest[1][i]]);
    count += length;
    for (const side of [0, 1]) rest[side] = rest[side].slice(length);
  }
  const longer = rest.findIndex((lines) => lines.length > 0);
  if (longer < 0) return;
  await readers[longer].return();
  throw new Error(
    `${paths[longer]} goes on after line ${formatCount(count)}, the last of ${paths[1 - longer]}: they are no translations line by line`,
  );
}

function describeCounts({ pairs, kept, dropped }) {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  const told = reasons.map(([reason, count]) => `${formatCount(count)} ${REASONS[reason]}`).join(', ');
  return `${formatCount(pairs)} pairs, ${formatCount(kept)} kept${told === '' ? '' : `; dropped: ${told}`}`;
}
