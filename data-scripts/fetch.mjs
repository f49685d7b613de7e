// Gets the files of a corpus from a folder or over HTTP, unpacked, each checked against its SHA-256. A file that is
// already there and right is left alone, so an interrupted run goes on where it stopped; a different one is never
// overwritten. Used by the other scripts here; Node's own modules only.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Writes `files`, a map from name to the SHA-256 of its content, into the folder `out`. `from` is a folder or an
 * http(s) address that holds each file as NAME or NAME.gz. Throws an Error that names the first file that is wrong.
 */
export async function fetchFiles(files, from, out, log = console.log) {
  await mkdir(out, { recursive: true });
  for (const [name, expected] of Object.entries(files)) {
    const path = join(out, name);
    if (existsSync(path)) {
      if (sha256(await readFile(path)) !== expected) {
        throw new Error(`${path} is there with other content; move it away to get the published file`);
      }
      log(`${path}: there already`);
      continue;
    }
    const content = await read(name, from);
    const actual = sha256(content);
    if (actual !== expected) {
      throw new Error(
        `${name} from ${from} has SHA-256 ${actual}, not ${expected}: another version, not written`,
      );
    }
    // Written aside, then renamed, so that a file under its own name is always whole.
    const partial = `${path}.partial`;
    try {
      await writeFile(partial, content);
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    log(`${path}: ${content.length.toLocaleString('en-US')} bytes`);
  }
}

/** Reads `--out DIR` and `--from DIR|ADDRESS`; any other argument is an Error. */
export function parseArguments(args, defaults) {
  const options = { ...defaults };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    if (!['out', 'from'].includes(name) || args[i + 1] === undefined) {
      throw new Error(
        `cannot read "${args.slice(i, i + 2).join(' ')}"; usage: [--out DIR] [--from DIR|ADDRESS]`,
      );
    }
    options[name] = args[i + 1];
  }
  return options;
}

/** Runs a script: an error becomes one line and exit code 1. */
export async function main(run) {
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

async function read(name, from) {
  const isRemote = /^https?:\/\//.test(from);
  for (const candidate of [`${name}.gz`, name]) {
    const bytes = isRemote
      ? await download(`${from.replace(/\/$/, '')}/${candidate}`)
      : await readLocal(join(from, candidate));
    if (bytes !== null) return candidate === name ? bytes : gunzipSync(bytes);
  }
  throw new Error(`${from} has neither ${name}.gz nor ${name}`);
}

async function readLocal(path) {
  return existsSync(path) ? readFile(path) : null;
}

/** Tries three times, a second and two apart: for lost connections and server errors, not for a file that is missing. */
async function download(url, attempt = 1) {
  try {
    const response = await fetch(url);
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    if (attempt === 3) throw new Error(`${url}: ${error.cause?.message ?? error.message}`);
    await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    return download(url, attempt + 1);
  }
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
