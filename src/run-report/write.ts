// Reports in files.
import type { RunFolder } from '../run/run-folder.ts';
import { writeFileAtomic } from '../util/files.ts';
import { renderRunPage } from './page.ts';
import { type RunReport, readRunReport } from './run-report.ts';

/** Points and outputs of all runs together, and the least of one. */
const POINTS = { most: 1200, least: 60, ofOne: 400 };
const OUTPUTS = { most: 40, least: 3, ofOne: 10 };

/** Reads the runs; of many, each has fewer points and outputs, so that what is told of all stays of a size. */
export const readRunReports = (folders: readonly RunFolder[]): RunReport[] =>
  folders.map((folder) =>
    readRunReport(folder, { points: share(POINTS, folders.length), outputs: share(OUTPUTS, folders.length) }),
  );

const share = ({ most, least, ofOne }: typeof POINTS, runs: number): number =>
  Math.max(least, Math.min(ofOne, Math.floor(most / runs)));

/** Writes a run's own page at the end of its training, which still has the folder. */
export function writeOwnReport(folder: RunFolder): void {
  const report = readRunReport(folder, { points: POINTS.ofOne, outputs: OUTPUTS.ofOne, isRunning: false });
  writeFileAtomic(folder.report, renderRunPage([report]));
}
