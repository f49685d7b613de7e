// What the scripts here share: files from a folder or over HTTP, each checked against its checksum and written whole
// or not at all, downloads that go on where they broke off, arguments, and errors of one line. Node's own modules only.
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

/** A misuse of a script: exit code 2. */
export class UsageError extends Error {
  exitCode = 2;
}

/**
 * Writes `files`, a map from name to the SHA-256 of its content, into the folder `out`. `from` is a folder or an
 * http(s) address that holds each file as NAME or NAME.gz. A file that is there and right is left alone, a different
 * one never overwritten. Throws an Error that names the first file that is wrong.
 */
export async function fetchFiles(files, from, out, log = console.log) {
  await mkdir(out, { recursive: true });
  for (const [name, expected] of Object.entries(files)) {
    const path = join(out, name);
    if (await areThere({ [name]: expected }, out, log)) continue;
    await writeChecked(path, await readUnpacked(from, name, path), expected, from, log);
  }
}

/** Whether all of `files` (as for fetchFiles) are in the folder; an Error where one is there with other content. */
export async function areThere(files, folder, log) {
  const paths = Object.keys(files).map((name) => join(folder, name));
  for (const path of paths.filter(existsSync)) {
    if (checksum('sha256', await readFile(path)) !== files[basename(path)]) {
      throw new Error(`${path} is there with other content; move it away to get the published file`);
    }
  }
  if (!paths.every(existsSync)) return false;
  for (const path of paths) log(`${path}: there already`);
  return true;
}

/** Writes content that has this SHA-256; an Error for any other, which `from` then is blamed for. */
export async function writeChecked(path, content, expected, from, log) {
  const actual = checksum('sha256', content);
  if (actual !== expected) {
    throw new Error(
      `${basename(path)} from ${from} has SHA-256 ${actual}, not ${expected}: another version, not written`,
    );
  }
  await writeWhole(path, content);
  log(`${path}: ${formatCount(content.length)} bytes`);
}

/**
 * The bytes of the file `name` in a folder or under an http(s) address, or null if there is none. What a download got
 * before it broke off stays in the file `part` for the next call.
 */
export async function readFrom(from, name, part) {
  if (!isAddress(from)) return existsSync(join(from, name)) ? readFile(join(from, name)) : null;
  if (!(await download(`${from.replace(/\/$/, '')}/${name}`, part))) return null;
  const bytes = await readFile(part);
  await rm(part);
  return bytes;
}

/**
 * Downloads `url` to the file `part`, after the bytes that are in it already if the server can do that. Three tries,
 * a second and two apart, for lost connections and server errors; they are counted anew where one brought more of the
 * file. False if the server has no such file.
 */
export async function download(url, part, stream = process.stderr) {
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(part);
    try {
      return await downloadRest(url, part, stream);
    } catch (error) {
      if ((await sizeOf(part)) > before) attempt = 1;
      if (attempt === 3 || error.isFinal) throw new Error(`${url}: ${error.cause?.message ?? error.message}`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}

/** Written aside, then renamed, so that a file under its own name is always whole. */
export async function writeWhole(path, content) {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The hexadecimal digest of bytes or of a text's UTF-8. */
export function checksum(algorithm, content) {
  return createHash(algorithm).update(content).digest('hex');
}

export function isAddress(from) {
  return /^https?:\/\//.test(from);
}

/** A whole number with commas between thousands. */
export function formatCount(count) {
  return count.toLocaleString('en-US');
}

/**
 * Reads `--out DIR`, `--from DIR|ADDRESS` and what `options` adds (in the form of node:util's parseArgs), over the
 * defaults; where `allowPositionals`, other arguments are in `positionals`. A UsageError for anything else.
 */
export function parseArguments(
  args,
  defaults,
  { usage = '[--out DIR] [--from DIR|ADDRESS]', options = {}, allowPositionals = false } = {},
) {
  const strings = { out: { type: 'string' }, from: { type: 'string' } };
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals,
      options: { ...strings, ...options },
    });
    return { ...defaults, ...values, ...(allowPositionals && { positionals }) };
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}; usage: ${usage}`);
  }
}

/**
 * Where the module at `url` is the script that Node was started with, runs it, or prints its help; an error becomes one
 * line and exit code 1, or 2 for a misuse. Otherwise (`tx data` imports it) does nothing.
 */
export async function runAsScript(url, help, run) {
  const [, script, ...args] = process.argv;
  if (script === undefined || !existsSync(script) || realpathSync(script) !== fileURLToPath(url)) return;
  try {
    if (args.includes('--help') || args.includes('-h')) console.log(help);
    else await run(args);
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = error.exitCode ?? 1;
  }
}

async function readUnpacked(from, name, path) {
  for (const suffix of ['.gz', '']) {
    const bytes = await readFrom(from, name + suffix, `${path}${suffix}.part`);
    if (bytes === null) continue;
    try {
      return suffix === '' ? bytes : gunzipSync(bytes);
    } catch (error) {
      throw new Error(`${name}.gz from ${from} cannot be unpacked: ${error.message}`);
    }
  }
  throw new Error(`${from} has neither ${name}.gz nor ${name}`);
}

/** Bytes of a file; 0 where there is none. */
const sizeOf = async (path) => (existsSync(path) ? (await stat(path)).size : 0);

async function downloadRest(url, part, stream) {
  const size = await sizeOf(part);
  // Without an encoding, the bytes counted here are those of the file.
  const headers = { 'accept-encoding': 'identity', ...(size > 0 && { range: `bytes=${size}-` }) };
  const response = await fetch(url, { headers });
  const { status } = response;
  const isRest = status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${size}-`);
  if (status !== 200 && !isRest) {
    await response.body?.cancel();
    if (status === 404) return false;
    // Nothing follows the part: it is whole, or of another file, which its checksum will tell.
    if (status === 416 && size > 0) return true;
    if (status === 206) await rm(part, { force: true });
    const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
    throw Object.assign(new Error(`status ${status}`), { isFinal });
  }
  await receive(response, part, isRest ? size : 0, createProgress(basename(part, '.part'), stream));
  return true;
}

async function receive(response, part, start, progress) {
  const total = start + Number(response.headers.get('content-length') ?? Number.NaN);
  const file = await open(part, start > 0 ? 'a' : 'w');
  try {
    let done = start;
    for await (const chunk of response.body) {
      await file.writeFile(chunk);
      done += chunk.length;
      progress.update(done, start, total);
    }
  } finally {
    progress.clear();
    await file.close();
  }
}

/** Bytes, percent and the time left on one line of a terminal, ten times a second; nothing on another stream. */
function createProgress(label, stream) {
  if (!stream.isTTY) return { update() {}, clear() {} };
  const began = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  return {
    update(done, start, total) {
      const now = performance.now();
      if (now - shown < 100) return;
      shown = now;
      const seconds = Math.ceil(((total - done) / (done - start)) * ((now - began) / 1000));
      const rest = ` of ${megabytes(total)}, ${Math.floor((100 * done) / total)}%, ${seconds} s left`;
      stream.write(`\r\x1b[K${label}: ${megabytes(done)}${total > 0 ? rest : ''}`);
    },
    clear: () => stream.write('\r\x1b[K'),
  };
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
