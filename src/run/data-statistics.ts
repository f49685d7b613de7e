// What a run was trained on, in figures: results/data.json.

import { dirname } from 'node:path';
import { z } from 'zod';
import { lengthsSchema } from '../data/length-statistics.ts';
import { ensureDir, fileExists, writeFileAtomic } from '../util/files.ts';
import { readDamagedText } from '../util/text.ts';
import { parseJson } from './records.ts';
import type { RunFolder } from './run-folder.ts';

const count = z.int().min(0);

const statisticsSchema = z.object({
  /** What is counted: pairs, texts, documents. */
  unit: z.string(),
  /** How many there are to train on, and how many were left out, by the reason. */
  kept: count,
  dropped: z.record(z.string(), count),
  /** By side, such as `src` and `tgt`: the size of the vocabulary, and lengths without special tokens. */
  sides: z.record(z.string(), z.object({ vocabulary: count, lengths: lengthsSchema })),
  /** Of labelled texts: how many each class has. */
  classes: z.record(z.string(), count).optional(),
});
export type DataStatistics = z.output<typeof statisticsSchema>;

export function saveDataStatistics({ dataStatistics: path }: RunFolder, statistics: DataStatistics): void {
  ensureDir(dirname(path));
  writeFileAtomic(path, `${JSON.stringify(statistics)}\n`);
}

/** The file's content; undefined where it is damaged or not there, as in runs of earlier versions. */
export const readDataStatistics = ({ dataStatistics: path }: RunFolder): DataStatistics | undefined =>
  fileExists(path) ? parseJson(statisticsSchema, readDamagedText(path)) : undefined;
