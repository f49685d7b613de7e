// `tx report kv-cache`: what decoders keep of each token, of configs and of runs.
import { basename } from 'node:path';
import { formatColumns } from '../report/columns.ts';
import { RunFolder } from '../run/run-folder.ts';
import { describeKvCache, type KvCache } from '../tasks/kv-cache.ts';
import { UsageError } from '../util/errors.ts';
import { isFolder } from '../util/files.ts';
import { formatCount } from '../util/format.ts';
import { findRunsIn, loadTrainConfig } from './locate.ts';
import type { CacheDtype } from './report-kinds.ts';

/** Bytes of a number. */
const BYTES: Readonly<Record<CacheDtype, number>> = { float16: 2, float32: 4 };

export interface KvCacheOptions {
  batch?: number | undefined;
  context?: number | undefined;
  dtype?: CacheDtype | undefined;
  json?: boolean | undefined;
}

/** One config or run, with the bytes for a batch of contexts where they are asked for. */
interface Row extends KvCache {
  name: string;
  bytes: number | undefined;
}

/** The table, or JSON, of the configs and runs that the words stand for. */
export function reportKvCache(words: readonly string[], options: KvCacheOptions): string {
  if (words.length === 0) throw new UsageError('give configs or runs; see tx report --help');
  const { batch, context, dtype = 'float16', json } = options;
  checkCount('batch', batch);
  checkCount('context', context);
  const asks = batch !== undefined || context !== undefined;
  const rows = words.flatMap(expand).map((word): Row => {
    const run = isFolder(word) ? RunFolder.open(word) : undefined;
    const { config } = loadTrainConfig(word, []);
    const cache = describeKvCache(config, { name: word, run, bytesOfNumber: BYTES[dtype] });
    const { bytesPerToken, maxLength } = cache;
    return {
      ...cache,
      name: run === undefined ? (config.name ?? basename(word).replace(/\.ya?ml$/, '')) : basename(run.path),
      bytes: asks ? bytesPerToken * (batch ?? 1) * (context ?? maxLength) : undefined,
    };
  });
  return json ? `${JSON.stringify(rows.map(toJson), null, 2)}\n` : formatTable(rows);
}

/** The runs in a folder; other words stand for themselves. */
const expand = (word: string): string[] =>
  isFolder(word) ? findRunsIn(word).map(({ path }) => path) : [word];

function checkCount(option: string, count: number | undefined): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 1)) return;
  throw new UsageError(`--${option} is a whole number from 1 on; found ${count}`);
}

const toJson = ({ name, numLayers, kvLayers, numHeads, numKvHeads, headDim, ...row }: Row) => ({
  name,
  layers: numLayers,
  kvLayers,
  numHeads,
  numKvHeads,
  headDim,
  bytesPerToken: row.bytesPerToken,
  ...(row.bytes !== undefined && { bytes: row.bytes }),
  parameters: row.parameters,
});

function formatTable(rows: readonly Row[]): string {
  const head = ['', 'layers', 'kv layers', 'heads', 'kv heads', 'head size', 'bytes/token', 'per kv layer'];
  const asks = rows.some(({ bytes }) => bytes !== undefined);
  const lines = rows.map((row) => [
    row.name,
    String(row.numLayers),
    String(row.kvLayers),
    String(row.numHeads),
    String(row.numKvHeads),
    // Keys and values may have heads of two sizes.
    row.valueDim === row.headDim ? String(row.headDim) : `${row.headDim}, ${row.valueDim}`,
    formatCount(row.bytesPerToken),
    formatCount(row.bytesPerToken / row.kvLayers),
    ...(row.bytes === undefined ? [] : [formatCount(row.bytes)]),
    formatCount(row.parameters),
  ]);
  const header = [...head, ...(asks ? ['bytes'] : []), 'parameters'];
  return formatColumns([header, ...lines], new Set(header.map((_, column) => column).slice(1)));
}
