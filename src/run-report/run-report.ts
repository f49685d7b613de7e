// All that a report tells of a run, read from its folder, damaged or not: the data of the page, of the text and of JSON.
import { type DataStatistics, readDataStatistics } from '../run/data-statistics.ts';
import { type LabelResults, readLabelResults } from '../run/label-results.ts';
import { type LengthResults, readLengthResults } from '../run/length-results.ts';
import {
  figuresOf,
  type ProvenanceRecord,
  readEvents,
  readProvenance,
  type SessionRecord,
} from '../run/records.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { type RunSummary, summarizeRun } from '../run/summary.ts';
import { type Curve, readCurves } from './curves.ts';
import type { Outputs } from './output.ts';
import { readOutputs } from './outputs.ts';

/** What the parameters chosen at the end give on a set. */
export interface RunResult {
  readonly set: string;
  readonly weights: string | undefined;
  readonly metric: string;
  readonly score: number;
  readonly signature: string | undefined;
}

export interface RunReport extends RunSummary {
  /** Values in the model. */
  readonly parameters: number | undefined;
  /** The best validation, by what the training chose by. */
  readonly best: { readonly step: number; readonly figures: Readonly<Record<string, number>> } | undefined;
  readonly results: readonly RunResult[];
  readonly curves: readonly Curve[];
  readonly data: DataStatistics | undefined;
  /** Lines of text by what they are, such as `data.train.src`. */
  readonly lines: Readonly<Record<string, number>>;
  readonly outputs: Outputs | undefined;
  /** What was found on the validation set, class by class. */
  readonly labels: LabelResults | undefined;
  /** What was answered of made-up problems in the test set, length by length. */
  readonly lengths: LengthResults | undefined;
  /** Where settings were written; others are defaults. */
  readonly origins: Readonly<Record<string, string>>;
  readonly sessions: readonly SessionRecord[];
}

export interface ReportOptions {
  /** Most points of a curve. */
  readonly points: number;
  /** Most outputs of each kind. */
  readonly outputs: number;
  /** Whether a training is at work in the folder, where that is known. */
  readonly isRunning?: boolean | undefined;
}

export function readRunReport(folder: RunFolder, { points, outputs, isRunning }: ReportOptions): RunReport {
  const events = readEvents(folder);
  const summary = summarizeRun(folder, { events, isRunning });
  const provenance: Partial<ProvenanceRecord> = readProvenance(folder) ?? {};
  const best = events.findLast(({ event, best }) => event === 'validation' && best);
  const results = events.filter(({ event }) => event === 'result');
  const lengths = readLengthResults(folder, 'test');
  return {
    ...summary,
    parameters: provenance.parameters,
    best:
      best?.step === undefined
        ? undefined
        : { step: best.step, figures: Object.fromEntries(figuresOf(best)) },
    results: results.flatMap(({ set = '', weights, metric, score, signature }) =>
      metric === undefined || score === undefined ? [] : [{ set, weights, metric, score, signature }],
    ),
    curves: readCurves(events, points),
    data: readDataStatistics(folder),
    lines: Object.fromEntries(
      Object.entries(provenance.data ?? {}).flatMap(([name, { lines }]) =>
        lines === undefined ? [] : [[name, lines]],
      ),
    ),
    // Of made-up problems the failures are told, length by length.
    outputs: lengths === undefined ? readOutputs(folder, summary.metric, outputs) : undefined,
    labels: readLabelResults(folder, 'valid'),
    lengths,
    origins: provenance.config ?? {},
    sessions: provenance.sessions ?? [],
  };
}
