// Comma-separated values after RFC 4180: the scores, or every sentence with its scores.
import { tidyScore } from '../metrics/metric.ts';
import { formatFixed } from '../util/format-number.ts';
import type { Analysis } from './analysis.ts';
import type { Corpus } from './corpus.ts';
import { buildCells, type Scores, type SignificanceTable } from './scores.ts';

export type CsvValue = string | number | null;

/** Rows that end with CR LF; null is an empty field. */
export function formatCsv(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${quoteLonely(row.map(quote).join(','))}\r\n`).join('');
}

function quote(value: CsvValue): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row of one empty field would read as a blank line. */
function quoteLonely(row: string): string {
  return row === '' ? '""' : row;
}

/** Decimals that hide what floating point adds. */
const MAX_DIGITS = 10;

/** A score with so many decimals; by default with those that it has, ten at most. */
function figure(score: number | null, digits: number | undefined): CsvValue {
  if (score === null) return null;
  const fixed = formatFixed(tidyScore(score), digits ?? MAX_DIGITS);
  return digits === undefined ? Number(fixed) : fixed;
}

export interface CsvOptions {
  readonly significance?: SignificanceTable | undefined;
  /** Decimals of scores. */
  readonly digits?: number | undefined;
}

/** A row for each system and metric: system, metric, score, mean, interval, p_value, signature. */
export function formatScoresCsv(scores: Scores, { significance, digits }: CsvOptions = {}): string {
  const cells = buildCells(scores, significance);
  return formatCsv([
    ['system', 'metric', 'score', 'mean', 'interval', 'p_value', 'signature'],
    ...scores.systems.flatMap((system, s) =>
      scores.metrics.map(({ label, signature }, m) => {
        const { score, mean, interval, pValue } = cells[s]![m]!;
        const figures = [score, mean, interval].map((value) => figure(value, digits));
        return [system, label, ...figures, pValue, signature];
      }),
    ),
  ]);
}

/** A row for each sentence: line (from 1), source if given, references, then each system's text and score. */
export function formatSentencesCsv(
  { src, refs, systems }: Corpus,
  analysis: Analysis,
  digits?: number,
): string {
  const { label } = analysis.sentenceMetric;
  const refNames = refs.map((_, r) => (refs.length === 1 ? 'reference' : `reference ${r + 1}`));
  const header = ['line', ...(src ? ['source'] : []), ...refNames];
  return formatCsv([
    [...header, ...systems.flatMap(({ name }) => [name, `${name} ${label}`])],
    ...refs[0]!.map((_, i) => [
      i + 1,
      ...(src ? [src[i]!] : []),
      ...refs.map((ref) => ref[i] ?? null),
      ...systems.flatMap(({ hyps }, s) => [hyps[i]!, figure(analysis.sentenceScores[s]![i]!, digits)]),
    ]),
  ]);
}
