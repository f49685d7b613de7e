// Outputs for a held-out set and their score, as a run's folder keeps them: NAME.hyp, NAME.ref and NAME.json.
import { dirname } from 'node:path';
import { type Score, tidyScore } from '../metrics/metric.ts';
import { ensureDir, writeFileAtomic } from '../util/files.ts';
import type { RunFolder } from './run-folder.ts';
import type { Judged } from './task.ts';

export interface Result extends Judged {
  /** Which parameters made the outputs: `best`, `averaged`. */
  weights: string;
}

/** Writes the three files of a set called `name`, such as `test`. */
export function saveResult(folder: RunFolder, name: string, result: Result): void {
  const { weights, hypotheses, references, score, signature } = result;
  ensureDir(dirname(folder.result(name)));
  writeFileAtomic(folder.result(`${name}.hyp`), joinLines(hypotheses));
  writeFileAtomic(folder.result(`${name}.ref`), joinLines(references));
  saveFigures(folder, name, { weights, score, signature });
}

/** Writes results/NAME.json alone: the parameters used, score and signature. */
export function saveFigures(
  folder: RunFolder,
  name: string,
  { weights, score, signature }: { weights: string; score: Score; signature: string },
): void {
  const figures = { weights, score: tidyScore(score.score), signature, verbose_score: score.format() };
  writeFileAtomic(folder.result(`${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}

const joinLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
