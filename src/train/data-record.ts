// What a training has read, as checksums that its checkpoints keep: moved files are the same data, changed ones are
// not, and from other data a run cannot go on as if nothing had happened.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DataConfig } from '../data/config.ts';
import type { ParallelText } from '../data/parallel.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { UsageError, UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';
import { readBytes } from '../util/text.ts';
import type { TrainConfig } from './config.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 checksum');

const textSchema = z.strictObject({ lines: z.int().min(0), src: sha256, tgt: sha256 });

/** Checksums of a split's lines as they were read: before preprocessing, and however the files were packed. */
export type TextRecord = z.output<typeof textSchema>;

const recordSchema = z.strictObject({
  train: textSchema,
  valid: textSchema,
  /** Of the SentencePiece models in the run's folder. */
  vocabularies: z.partialRecord(z.enum(['joint', 'src', 'tgt']), sha256),
});

export type DataRecord = z.output<typeof recordSchema>;

export function recordText({ src, tgt }: ParallelText): TextRecord {
  return { lines: src.length, src: hashLines(src), tgt: hashLines(tgt) };
}

/** The checksums of the vocabularies in a run's folder. */
export function recordVocabularies(
  { vocabulary }: TrainConfig,
  folder: RunFolder,
): DataRecord['vocabularies'] {
  const sides = vocabulary.joint ? (['joint'] as const) : (['src', 'tgt'] as const);
  return Object.fromEntries(sides.map((side) => [side, hashFile(folder.vocabulary(side))]));
}

/** A record in a checkpoint's metadata; a UserError that names `path` where it is none. */
export function parseRecord(json: string, path: string): DataRecord {
  try {
    return recordSchema.parse(JSON.parse(json));
  } catch {
    throw new UserError(`${path}: damaged or altered: tx.data is no record of checksums`);
  }
}

/** A UsageError where what was read now is not what the run in the folder was trained on. */
export function checkSameData(
  before: DataRecord,
  now: DataRecord,
  config: TrainConfig,
  folder: RunFolder,
): void {
  const refuse = (what: string): never => {
    throw new UsageError(
      `${folder.path}: cannot resume: ${what}; put it back, or train anew with --overwrite or another --run`,
    );
  };
  for (const split of ['train', 'valid'] as const) {
    for (const side of ['src', 'tgt'] as const) {
      if (before[split][side] === now[split][side]) continue;
      const [then, lines] = [before[split].lines, now[split].lines];
      const counts = then === lines ? `${lines} lines, some of them others` : `${lines} lines, then ${then}`;
      refuse(
        `data.${split} is not what the run was trained on: ${nameSource(config.data[split], side)} (${counts})`,
      );
    }
  }
  for (const [side, checksum] of Object.entries(now.vocabularies)) {
    const name = side as keyof DataRecord['vocabularies'];
    if (before.vocabularies[name] !== checksum)
      refuse(`${folder.vocabulary(name)} is not the vocabulary that the run was trained with`);
    const { models } = config.vocabulary;
    const given = name === 'tgt' ? models?.tgt : models?.src;
    // A run has its own copy, so the file that it came from may be gone.
    if (given !== undefined && fileExists(given) && hashFile(given) !== checksum)
      refuse(`${given} is not the vocabulary that the run was trained with`);
  }
}

function nameSource(split: DataConfig['train'], side: 'src' | 'tgt'): string {
  const files = split[side] ?? split.table ?? split.trees;
  return files === undefined ? `${split.builtin} (${side})` : files.join(', ');
}

/** Joined in pieces, so that many short lines take few calls. */
const PIECE = 4096;

function hashLines(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (let i = 0; i < lines.length; i += PIECE) hash.update(`${lines.slice(i, i + PIECE).join('\n')}\n`);
  return hash.digest('hex');
}

const hashFile = (path: string): string => createHash('sha256').update(readBytes(path)).digest('hex');
