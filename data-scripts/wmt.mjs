#!/usr/bin/env node
// The news test sets of WMT (for research), by the names that sacreBLEU gives them.
//   node data-scripts/wmt.mjs NAME [PAIR] [--out DIR] [--from DIR|ADDRESS] [--force]
import { readFile } from 'node:fs/promises';
import { parseArguments, runAsScript, UsageError } from './fetch.mjs';
import { fetchTestSet } from './fetch-test-set.mjs';

const table = JSON.parse(await readFile(new URL('test-sets.json', import.meta.url), 'utf8'));
const names = Object.keys(table.sets).filter((name) => table.sets[name].archive);

export const usage = 'NAME [PAIR] [--out DIR] [--from DIR|ADDRESS] [--force]';
const help = `usage: node data-scripts/wmt.mjs ${usage}

Fetches a test set of WMT: all of its pairs, or PAIR. Each becomes files of one segment a line under --out.

  --out DIR            where to [default: data/wmt]
  --from DIR|ADDRESS   a folder or a mirror that has the archive, or a folder that has its texts
                       [default: the folder TX_DATA if it has them, else WMT's server]
  --force              replace files of other content

${names.map((name) => `  ${name.padEnd(15)}${Object.keys(table.sets[name].pairs).join(' ')}`).join('\n')}

A download that broke off goes on where it stopped when the command is run again.`;

/** Fetches the pairs that are missing. */
export async function run(args, log = console.log) {
  const { positionals, out, from, force } = parseArguments(
    args,
    { out: 'data/wmt' },
    { usage, options: { force: { type: 'boolean' } }, allowPositionals: true },
  );
  const [name, pair] = positionals;
  if (name === undefined || positionals.length > 2)
    throw new UsageError(`name one test set, and one of its pairs or none: ${usage}`);
  if (!names.includes(name)) throw new UsageError(`no test set "${name}"; known: ${names.join(', ')}`);
  const pairs = Object.keys(table.sets[name].pairs);
  if (pair !== undefined && !pairs.includes(pair)) {
    throw new UsageError(`${name} has no pair "${pair}"; its pairs: ${pairs.join(', ')}`);
  }
  const local = process.env.TX_DATA;
  const sources = from !== undefined ? [from] : local ? [local, null] : [null];
  await fetchTestSet(table, name, pair === undefined ? pairs : [pair], { out, sources, force, log });
}

await runAsScript(import.meta.url, help, run);
