// What a report of parsers shows, computed: figures by label and by length, errors by kind, sentence by sentence.
import type { SegmentStatistics } from '../metrics/segment-statistics.ts';
import { type Bucket, buildBuckets, findBucket } from '../report/buckets.ts';
import { chooseLengthBounds } from '../report/lengths.ts';
import type { SentenceResult } from '../trees/evalb.ts';
import type { EvalbParameters } from '../trees/evalb-parameters.ts';
import { type Bracket, DELETED, MATCHED } from '../trees/evalb-sentence.ts';
import { bracketScores, bracketStatistics, f1Of } from './bracket-metrics.ts';
import { buildBracketTree, canonicalLabels } from './bracket-tree.ts';
import { findCorrections } from './corrections.ts';
import { type ErrorKind, errorKinds, kindOf } from './error-kinds.ts';

/** A parser's trees, compared with the same gold trees as another's, in the same order. */
export interface ParserOutput {
  readonly name: string;
  readonly results: readonly SentenceResult[];
  /** The trees as they were given, for each sentence the gold one and the parser's. */
  readonly texts: readonly (readonly [gold: string, test: string])[];
}

/** Brackets of a kind: how many the gold trees have, and each system's F1 in per cent. */
export interface BracketGroup {
  readonly label: string;
  readonly count: number;
  readonly f1: readonly number[];
}

/** Errors that one sentence has: of each kind how many, and the brackets they spoil. */
export type ErrorCounts = ReadonlyMap<ErrorKind, { readonly errors: number; readonly brackets: number }>;

export interface TreeAnalysis {
  readonly systems: readonly string[];
  readonly statistics: readonly SegmentStatistics[];
  /** `scores[s][m]`, as bracketMetrics has them. */
  readonly scores: readonly (readonly number[])[];
  readonly byLabel: readonly BracketGroup[];
  readonly bySpan: readonly BracketGroup[];
  /** Of all brackets of sentences; `count` is that of sentences. */
  readonly byLength: readonly BracketGroup[];
  /** `errors[s]` over all sentences, `sentenceErrors[s][i]` of one. */
  readonly errors: readonly ErrorCounts[];
  readonly sentenceErrors: readonly (readonly ErrorCounts[])[];
}

/** Words of a bracket. */
const SPANS = buildBuckets([2, 3, 4, 6, 11, 21, 41]).map((bucket, b) =>
  b === 0 ? { ...bucket, label: '1' } : bucket,
);

export function analyzeTrees(outputs: readonly ParserOutput[], parameters: EvalbParameters): TreeAnalysis {
  const statistics = outputs.map(({ results }) => bracketStatistics(results));
  const sentenceErrors = outputs.map(({ results }) => results.map((result) => errorsOf(result, parameters)));
  return {
    systems: outputs.map(({ name }) => name),
    statistics,
    scores: statistics.map(bracketScores),
    byLabel: groupBrackets(outputs, ({ label }) => label).toSorted(
      (a, b) => b.count - a.count || (a.label < b.label ? -1 : 1),
    ),
    bySpan: inOrder(
      SPANS,
      groupBrackets(outputs, ({ start, end }) => labelOf(SPANS, end - start)),
    ),
    byLength: groupSentences(outputs),
    errors: sentenceErrors.map(sumErrors),
    sentenceErrors,
  };
}

const labelOf = (buckets: readonly Bucket[], value: number): string =>
  buckets[findBucket(buckets, value)]!.label;

const inOrder = (buckets: readonly Bucket[], groups: readonly BracketGroup[]): BracketGroup[] =>
  buckets.flatMap(({ label }) => groups.filter((group) => group.label === label));

const valid = ({ results }: ParserOutput): SentenceResult[] =>
  results.filter(({ status }) => status === 'ok');

/** Each bracket in the group that it is in itself, as gold or as test. */
function groupBrackets(
  outputs: readonly ParserOutput[],
  groupOf: (bracket: Bracket) => string,
): BracketGroup[] {
  const empty = () => outputs.map(() => ({ gold: 0, test: 0, found: 0, right: 0 }));
  const groups = new Map<string, ReturnType<typeof empty>>();
  for (const [s, output] of outputs.entries()) {
    for (const { goldSentence, testSentence } of valid(output)) {
      for (const side of ['gold', 'test'] as const) {
        for (const bracket of (side === 'gold' ? goldSentence : testSentence).brackets) {
          if (bracket.outcome === DELETED) continue;
          const key = groupOf(bracket);
          if (!groups.has(key)) groups.set(key, empty());
          const counts = groups.get(key)![s]!;
          counts[side]++;
          if (bracket.outcome === MATCHED) counts[side === 'gold' ? 'found' : 'right']++;
        }
      }
    }
  }
  return Array.from(groups, ([label, counts]) => ({
    label,
    count: Math.max(...counts.map(({ gold }) => gold)),
    f1: counts.map(({ gold, test, found, right }) => {
      const [precision, recall] = [test === 0 ? 0 : right / test, gold === 0 ? 0 : found / gold];
      return precision + recall === 0 ? 0 : (200 * precision * recall) / (precision + recall);
    }),
  }));
}

function groupSentences(outputs: readonly ParserOutput[]): BracketGroup[] {
  const lengths = outputs[0]!.results.map(({ length }) => length);
  return buildBuckets(chooseLengthBounds(lengths)).flatMap(({ from, to, label }) => {
    const own = outputs.map((output) => valid(output).filter(({ length }) => length >= from && length < to));
    const count = Math.max(...own.map((list) => list.length));
    if (count === 0) return [];
    const sum = (list: readonly SentenceResult[], key: 'matched' | 'gold' | 'test') =>
      list.reduce((total, result) => total + result[key], 0);
    return [
      {
        label,
        count,
        f1: own.map((list) => f1Of(sum(list, 'matched'), sum(list, 'gold'), sum(list, 'test'))),
      },
    ];
  });
}

function errorsOf(
  { status, goldSentence, testSentence }: SentenceResult,
  parameters: EvalbParameters,
): ErrorCounts {
  if (status !== 'ok') return new Map();
  const canonical = canonicalLabels(parameters);
  const [gold, test] = [goldSentence, testSentence].map((side) => buildBracketTree(side, canonical));
  const counts = findCorrections(gold!, test!).map((correction) => {
    return new Map([[kindOf(correction), { errors: 1, brackets: correction.mended }]]);
  });
  return sumErrors(counts);
}

/** In the order of the kinds. */
function sumErrors(all: readonly ErrorCounts[]): ErrorCounts {
  const sums = new Map<ErrorKind, { errors: number; brackets: number }>();
  for (const kind of Object.keys(errorKinds) as ErrorKind[]) {
    let [errors, brackets] = [0, 0];
    for (const counts of all) {
      errors += counts.get(kind)?.errors ?? 0;
      brackets += counts.get(kind)?.brackets ?? 0;
    }
    if (errors > 0) sums.set(kind, { errors, brackets });
  }
  return sums;
}
