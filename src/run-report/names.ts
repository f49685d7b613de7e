// How reports call runs and figures.
import { basename, resolve } from 'node:path';
import { dropSharedFolders } from '../report/names.ts';
import { showText } from '../report/show.ts';
import { formatFigure } from '../run/figures.ts';
import type { RunReport } from './run-report.ts';

/** The runs' folders without what all of them share. */
export function nameRuns(runs: readonly Pick<RunReport, 'path'>[]): string[] {
  const names =
    runs.length === 1 ? [basename(resolve(runs[0]!.path))] : dropSharedFolders(runs.map(({ path }) => path));
  return names.map(showText);
}

const TITLES: Readonly<Record<string, string>> = {
  loss: 'Loss',
  nll: 'Negative log-probability',
  perplexity: 'Perplexity',
  accuracy: 'Accuracy',
  macroF1: 'F1, mean of the classes',
  microF1: 'F1, all classes together',
  entityF1: 'F1 of entities',
  matthews: "Matthews' correlation",
  pearson: "Pearson's correlation",
  spearman: "Spearman's correlation",
  rmse: 'Root of the mean squared error',
  calibrationError: 'Calibration error',
  maskedWords: 'Loss of hidden words',
  maskedAccuracy: 'Accuracy of hidden words',
  nextSentence: 'Loss of next sentences',
  nextSentenceAccuracy: 'Accuracy of next sentences',
  learningRate: 'Learning rate',
  gradientNorm: 'Gradient norm',
  skipped: 'Skipped updates',
};

/** A figure of metrics.jsonl for people. */
export function titleOf(figure: string): string {
  const unit = /^(\w+)PerSecond$/.exec(figure)?.[1];
  if (unit !== undefined) return `${unit[0]!.toUpperCase()}${unit.slice(1)} a second`;
  return Object.hasOwn(TITLES, figure) ? TITLES[figure]! : showText(figure);
}

/** A figure's name and value in a sentence. */
export const tellFigure = (name: string, value: number): string =>
  `${showText(name)} ${formatFigure(name, value)}`;
