// What every metric is: additive statistics per segment, and a score computed from their sum. Bootstrap resampling
// and per-sentence scores need nothing else. A metric is one file and one row in index.ts.
import { UserError } from '../util/errors.ts';
import { formatFixed, formatFloat } from '../util/format-number.ts';
import { type SegmentStatistics, type Statistics, sumSegments } from './segment-statistics.ts';
import { type Confidence, formatConfidence } from './significance-results.ts';

/** The scorer named in signatures, in the place where sacreBLEU puts its own version. */
export const SCORER_VERSION = 'tx-0.1.0';

/** One reference of each segment; undefined where a segment lacks it. An empty line is a reference without words. */
export type ReferenceLines = readonly (string | undefined)[];

/** References a segment; `var` if segments differ. */
export type NumRefs = number | 'var';

/** References with the work done that does not depend on hypotheses, to be compared with any number of systems. */
export interface PreparedReferences {
  readonly segments: number;
  readonly numRefs: NumRefs;
  /** The statistics of a system, in the corpus's order. A UserError if the line counts differ. */
  computeSegments(hyps: readonly string[]): SegmentStatistics;
}

export interface Metric<S extends Score = Score> {
  /** The key in the registry. */
  readonly name: string;
  /** The count of statistics a segment. */
  readonly width: number;
  /** The settings in sacreBLEU's form and order. */
  signature(numRefs: NumRefs): string;
  /** `refs[r][i]` is reference r of segment i. A UserError if line counts differ or a segment has no reference. */
  prepare(refs: readonly ReferenceLines[]): PreparedReferences;
  /** The additive statistics of one hypothesis against its references; for many, `prepare` is quicker. */
  computeStatistics(hyp: string, refs: readonly string[]): number[];
  /** The score from statistics of one segment or summed over many. */
  computeScore(statistics: Statistics): S;
  /** The corpus score of one system. A UserError as from `prepare` and `computeSegments`. */
  score(hyps: readonly string[], refs: readonly ReferenceLines[]): S;
}

/** Adds up the statistics of one hypothesis against a segment's references, into zeros from `at` on. */
export type SegmentScorer = (hyp: string, segment: number, values: Float64Array, at: number) => void;

export interface MetricDefinition<S extends Score>
  extends Pick<Metric<S>, 'name' | 'width' | 'computeScore'> {
  /** The signature's own fields. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** `segments[i]` are the references of segment i, one or more. */
  prepareSegments(segments: readonly (readonly string[])[]): SegmentScorer;
}

/** Completes a metric with what all have in common. */
export function defineMetric<S extends Score>(definition: MetricDefinition<S>): Metric<S> {
  const { name, width, settings, prepareSegments, computeScore } = definition;
  const prepare = (refs: readonly ReferenceLines[]): PreparedReferences => {
    const segments = groupReferences(refs);
    const scoreSegment = prepareSegments(segments);
    return {
      segments: segments.length,
      numRefs: countReferences(segments),
      computeSegments(hyps) {
        if (hyps.length === 0) throw new UserError('nothing to score: there are no hypotheses');
        if (hyps.length !== segments.length) {
          throw new UserError(`${hyps.length} hypotheses, but reference 1 has ${segments.length} lines`);
        }
        const values = new Float64Array(hyps.length * width);
        hyps.forEach((hyp, i) => {
          scoreSegment(hyp, i, values, i * width);
        });
        return { width, segments: hyps.length, values };
      },
    };
  };
  return {
    name,
    width,
    signature: (numRefs) =>
      Object.entries({ nrefs: numRefs, ...settings, version: SCORER_VERSION })
        .map(([key, value]) => `${key}:${value}`)
        .join('|'),
    prepare,
    computeStatistics: (hyp, refs) => [...prepare(refs.map((ref) => [ref])).computeSegments([hyp]).values],
    computeScore,
    score: (hyps, refs) => computeScore(sumSegments(prepare(refs).computeSegments(hyps))),
  };
}

function groupReferences(refs: readonly ReferenceLines[]): string[][] {
  if (refs.length === 0) throw new UserError('nothing to score against: give at least one reference');
  const segments: string[][] = refs[0]!.map(() => []);
  refs.forEach((lines, r) => {
    if (lines.length !== segments.length) {
      throw new UserError(
        `reference ${r + 1} has ${lines.length} lines, but reference 1 has ${segments.length}`,
      );
    }
    lines.forEach((line, i) => {
      if (line !== undefined) segments[i]!.push(line);
    });
  });
  const bare = segments.findIndex((segment) => segment.length === 0);
  if (bare >= 0) throw new UserError(`line ${bare + 1} has no reference: give it one, or leave the line out`);
  return segments;
}

function countReferences(segments: readonly (readonly string[])[]): NumRefs {
  const count = segments[0]?.length ?? 0;
  return segments.every((segment) => segment.length === count) ? count : 'var';
}

/** The score as it is shown: what rounding alone lifted above 100 is 100. */
export function tidyScore(score: number): number {
  return score > 100 && score < 100 + 1e-9 ? 100 : score;
}

export interface FormatOptions {
  /** Decimals; 2 by default. */
  readonly width?: number;
  readonly confidence?: Confidence;
}

export class Score {
  /** The metric's name as it is printed, such as `BLEU`. */
  readonly name: string;
  /** The figure itself in percent, 0 to 100; TER may exceed it. */
  readonly score: number;

  constructor(name: string, score: number) {
    this.name = name;
    this.score = score;
  }

  /** What is printed after the score; empty where the score is all. */
  get verbose(): string {
    return '';
  }

  /** The score alone, with its confidence interval if there is one. */
  formatValue({ width = 2, confidence }: FormatOptions = {}): string {
    const value = formatFixed(tidyScore(this.score), width);
    return confidence === undefined ? value : `${value} ${formatConfidence(confidence, width)}`;
  }

  /** One line in sacreBLEU's verbose form; a signature, when given, follows the name after a bar. */
  format(signature = '', options: FormatOptions = {}): string {
    const name = signature === '' ? this.name : `${this.name}|${signature}`;
    const line = `${name} = ${this.formatValue(options)}`;
    return this.verbose === '' ? line : `${line} ${this.verbose}`;
  }
}

export interface ScoreReport {
  readonly score: Score;
  readonly signature: string;
  readonly confidence?: Confidence;
}

/**
 * What sacreBLEU prints of one system with `--format json`: an object, or a list of objects if there are several
 * scores, with `width` decimals. No line feed ends it.
 */
export function formatJson(reports: readonly ScoreReport[], width = 1): string {
  const objects = reports.map((report) => {
    const entries = jsonEntries(report, width).map(([key, json]) => ` ${JSON.stringify(key)}: ${json}`);
    return `{\n${entries.join(',\n')}\n}`;
  });
  return objects.length === 1 ? objects[0]! : `[\n${objects.join(',\n')}\n]`;
}

function jsonEntries({ score, signature, confidence }: ScoreReport, width: number): [string, string][] {
  const round = (value: number) => formatFloat(Number(formatFixed(tidyScore(value), width)));
  const entries: [string, string][] = [
    ['name', JSON.stringify(score.name)],
    ['score', round(score.score)],
    ['signature', JSON.stringify(signature)],
  ];
  if (confidence !== undefined) {
    entries.push(
      ['confidence_mean', round(confidence.mean)],
      ['confidence_var', round(confidence.interval)],
      ['confidence', JSON.stringify(formatConfidence(confidence, width).slice(1, -1))],
    );
  }
  if (score.verbose) entries.push(['verbose_score', JSON.stringify(score.verbose)]);
  for (const setting of signature.split('|')) {
    const [key, value] = setting.split(':') as [string, string];
    entries.push([key, JSON.stringify(value)]);
  }
  return entries;
}
