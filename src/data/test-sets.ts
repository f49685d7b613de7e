// Test sets by sacreBLEU's names, from the files that data-scripts/ fetches or from a folder of corpora. What there is
// (pairs, line counts, addresses, checksums) is in data-scripts/test-sets.json, which the scripts read too. Text whose
// SHA-256 is not the one known in advance, or the one that was kept when it was fetched, is refused.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError, UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { suggest } from '../util/nearest.ts';
import { packageRoot } from '../util/package.ts';
import { decodeLines, readBytes, readText } from '../util/text.ts';

export interface TestSet {
  name: string;
  srcLang: string;
  tgtLang: string;
  src: string[];
  /** A list of lines for each reference. */
  refs: string[][];
  origin: {
    /** The set's title, such as `newstest2014, complete`. */
    title: string;
    /** The files read, the source's first. */
    files: string[];
    /** What each file was made from: a member of an archive, or the published file itself. */
    from: string[];
  };
}

export interface TestSetInfo {
  name: string;
  title: string;
  pairs: { pair: string; lines: number }[];
}

interface PairRow {
  lines: number;
  /** Members of the archive: the source, then the references. */
  sgm?: string[];
  /** The same as published text, by path in a folder of corpora. */
  text?: string[];
}

interface Table {
  /** SHA-256 by path in a folder of corpora. */
  files: Record<string, string>;
  /** A set without an archive is Multi30k's. */
  sets: Record<string, { title: string; archive?: string; pairs: Record<string, PairRow> }>;
}

/** A file to read and what is known about it; `remedy` ends the message where it is not so. */
interface KnownFile {
  path: string;
  sha256: string;
  from: string;
  remedy: string;
}

const manifestSchema = z.object({
  files: z.record(z.string(), z.object({ sha256: z.string(), from: z.string() })),
});

/**
 * The source and references of a test set. Looked for in `dataDir`, by default in the folder TX_DATA, if that is set,
 * and then in `data`. A UsageError for an unknown name or pair; a UserError where the files are missing, cut short or
 * changed.
 */
export function loadTestSet(
  name: string,
  srcLang: string,
  tgtLang: string,
  { dataDir, env = process.env }: { dataDir?: string; env?: Record<string, string | undefined> } = {},
): TestSet {
  const { sets, files } = readTable();
  const set = Object.hasOwn(sets, name) ? sets[name]! : undefined;
  if (set === undefined) throw new UsageError(`no test set "${name}"; ${suggest(name, Object.keys(sets))}`);
  const pair = `${srcLang}-${tgtLang}`;
  const row = Object.hasOwn(set.pairs, pair) ? set.pairs[pair]! : undefined;
  if (row === undefined) {
    throw new UsageError(`${name} has no pair "${pair}"; its pairs: ${Object.keys(set.pairs).join(', ')}`);
  }
  const out = dataDir === undefined ? '' : ` --output ${join(dataDir, set.archive ? 'wmt' : 'multi30k')}`;
  const command = set.archive ? `npx tx data wmt ${name} ${pair}${out}` : `npx tx data multi30k${out}`;
  const folders = dataDir !== undefined ? [dataDir] : env.TX_DATA ? [env.TX_DATA, 'data'] : ['data'];
  for (const folder of folders) {
    const found = findFetched(folder, name, pair, row, command) ?? findText(folder, row, files, command);
    if (found === undefined) continue;
    const [src, ...refs] = found.map((file) => readKnown(file, row.lines));
    const origin = {
      title: set.title,
      files: found.map(({ path }) => path),
      from: found.map(({ from }) => from),
    };
    return { name, srcLang, tgtLang, src: src!, refs, origin };
  }
  const txData = dataDir === undefined && env.TX_DATA ? ' (TX_DATA)' : '';
  const places = folders.map((folder, i) => (i === 0 ? folder + txData : folder)).join(' or ');
  throw new UserError(`${name} ${pair} is not in ${places}; fetch it with: ${command}`);
}

/** Every test set with its pairs and their line counts. */
export function listTestSets(): TestSetInfo[] {
  return Object.entries(readTable().sets).map(([name, { title, pairs }]) => ({
    name,
    title,
    pairs: Object.entries(pairs).map(([pair, { lines }]) => ({ pair, lines })),
  }));
}

/** The list for help texts, one set a line: name, title, pairs by line count. */
export function describeTestSets(): string {
  const sets = listTestSets();
  const width = Math.max(...sets.map(({ name }) => name.length)) + 2;
  return sets
    .map(({ name, title, pairs }) => {
      const counts = [...new Set(pairs.map(({ lines }) => lines))].map((count) => {
        const names = pairs.filter(({ lines }) => lines === count).map(({ pair }) => pair);
        return `${names.join(' ')} (${formatCount(count)})`;
      });
      return `${name.padEnd(width)}${title}: ${counts.join(', ')}`;
    })
    .join('\n');
}

let table: Table | undefined;

function readTable(): Table {
  table ??= JSON.parse(readText(join(packageRoot, 'data-scripts/test-sets.json'))) as Table;
  return table;
}

/** The files that wmt.mjs wrote for a pair, or undefined if they are not all there. */
function findFetched(
  dataDir: string,
  name: string,
  pair: string,
  { sgm = [] }: PairRow,
  command: string,
): KnownFile[] | undefined {
  const folder = join(dataDir, 'wmt', name.replaceAll('/', '_'));
  const path = join(folder, 'manifest.json');
  if (!fileExists(path)) return undefined;
  const remedy = `fetch it again with: ${command} --force`;
  const manifest = parseManifest(path, remedy);
  // As wmt.mjs names them: en-de.en, en-de.de, en-de.de.2.
  const [src, tgt] = pair.split('-');
  const names = sgm.map((_, i) => `${pair}.${i === 0 ? src : tgt}${i > 1 ? `.${i}` : ''}`);
  if (!names.every((file) => file in manifest && fileExists(join(folder, file)))) return undefined;
  return names.map((file) => ({ path: join(folder, file), ...manifest[file]!, remedy }));
}

function parseManifest(path: string, remedy: string): z.output<typeof manifestSchema>['files'] {
  try {
    return manifestSchema.parse(JSON.parse(readText(path))).files;
  } catch {
    throw new UserError(`${path}: cannot be read; ${remedy}`);
  }
}

/** The published texts of a pair, or undefined if they are not all there. */
function findText(
  dataDir: string,
  { text }: PairRow,
  checksums: Record<string, string>,
  command: string,
): KnownFile[] | undefined {
  const files = text?.map((from) => ({
    path: join(dataDir, from),
    sha256: checksums[from]!,
    from,
    remedy: `move it away and fetch it with: ${command}`,
  }));
  return files?.every(({ path }) => fileExists(path)) ? files : undefined;
}

function readKnown({ path, sha256, remedy }: KnownFile, count: number): string[] {
  const bytes = readBytes(path);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256) {
    throw new UserError(`${path}: cut short or changed (its SHA-256 is ${actual}, not ${sha256}); ${remedy}`);
  }
  const lines = decodeLines(bytes, path);
  if (lines.length !== count) {
    throw new UserError(
      `${path}: has ${formatCount(lines.length)} lines, not ${formatCount(count)}; ${remedy}`,
    );
  }
  return lines;
}
