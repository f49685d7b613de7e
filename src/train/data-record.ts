// What a training has read, as checksums that its checkpoints keep: moved files are the same data, changed ones are
// not, and from other data a run cannot go on as if nothing had happened.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RunFolder } from '../run/run-folder.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { readBytes } from '../util/text.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 checksum');

const entrySchema = z.strictObject({ sha256, lines: z.int().min(0).optional() });
const recordSchema = z.record(z.string(), entrySchema).refine((record) => Object.keys(record).length > 0);

/** By what it is, such as `data.train.src`. */
export type StoredRecord = z.output<typeof recordSchema>;

/** The same, each with what is told where it is another than before. */
export type DataRecord = Record<string, z.output<typeof entrySchema> & { complaint: string }>;

/** Of lines as they are read: before preprocessing, and however their files were packed. */
export class LineRecorder {
  readonly #hash = createHash('sha256');
  #lines = 0;

  add(lines: readonly string[]): void {
    // Joined in pieces, so that many short lines take few calls.
    for (let i = 0; i < lines.length; i += PIECE) {
      this.#hash.update(`${lines.slice(i, i + PIECE).join('\n')}\n`);
    }
    this.#lines += lines.length;
  }

  finish(): LinesEntry {
    return { sha256: this.#hash.digest('hex'), lines: this.#lines };
  }
}

const PIECE = 4096;

export const linesSchema = entrySchema.required();
export type LinesEntry = z.output<typeof linesSchema>;

/** Of lines that have all been read. */
export function recordLines(lines: readonly string[]): LinesEntry {
  const recorder = new LineRecorder();
  recorder.add(lines);
  return recorder.finish();
}

export function recordFile(path: string, complaint: string): DataRecord[string] {
  return { sha256: createHash('sha256').update(readBytes(path)).digest('hex'), complaint };
}

/** What a checkpoint keeps of a record. */
export const toStored = (record: DataRecord): StoredRecord =>
  Object.fromEntries(Object.entries(record).map(([name, { complaint: _, ...entry }]) => [name, entry]));

/** A record in a checkpoint's metadata; a UserError that names `path` where it is none. */
export function parseRecord(json: string, path: string): StoredRecord {
  try {
    return recordSchema.parse(JSON.parse(json));
  } catch {
    throw new UserError(`${path}: damaged or altered: tx.data is no record of checksums`);
  }
}

/** A UsageError where what was read now is not what the run in the folder was trained on. */
export function checkSameData(before: StoredRecord, now: DataRecord, folder: RunFolder): void {
  for (const [name, { sha256, lines, complaint }] of Object.entries(now)) {
    const then = before[name];
    if (then === undefined || then.sha256 === sha256) continue;
    const counts =
      lines === undefined
        ? ''
        : ` (${then.lines === lines ? `${lines} lines, some of them others` : `${lines} lines, then ${then.lines}`})`;
    throw new UsageError(
      `${folder.path}: cannot resume: ${complaint}${counts}; ` +
        'put it back, or train anew with --overwrite or another --run',
    );
  }
}
