// What a run's folder keeps of a held-out set: NAME.json, its figures; NAME.src, the sources, NAME.hyp and NAME.ref,
// outputs and references as they were compared; NAME.jsonl, of texts with classes.
import { dirname } from 'node:path';
import { type Score, tidyScore } from '../metrics/metric.ts';
import { ensureDir, writeFileAtomic } from '../util/files.ts';
import type { RunFolder } from './run-folder.ts';

/** Lines by the endings of their files. */
export type ResultFiles = Readonly<Record<string, readonly string[]>>;

/** Writes the files of a set called `name`, such as `test`. */
export function saveResult(folder: RunFolder, name: string, files: ResultFiles, summary: object): void {
  ensureDir(dirname(folder.result(name)));
  for (const [ending, lines] of Object.entries(files))
    writeFileAtomic(folder.result(`${name}.${ending}`), lines.map((line) => `${line}\n`).join(''));
  writeFileAtomic(folder.result(`${name}.json`), `${JSON.stringify(summary, null, 2)}\n`);
}

/** A score for a summary. */
export const summarizeScore = (score: Score, signature: string) => ({
  score: tidyScore(score.score),
  signature,
  verbose_score: score.format(),
});
