// Everything a report shows, computed once: pure figures, no text but labels. It describes differences; whether they
// are significant is for resampling to say.
import type { NumRefs } from '../metrics/metric.ts';
import { type SegmentStatistics, segmentStatistics } from '../metrics/segment-statistics.ts';
import { type Corpus, checkCorpus, groupReferences } from './corpus.ts';
import { computeWordAccuracy, type FrequencyBucket } from './frequency.ts';
import { computeLengthRatios, type LengthBucket, type LengthRatios, scoreByLength } from './lengths.ts';
import { compareMatches, countMatches, type NgramDifference } from './ngrams.ts';
import {
  computeScores,
  computeStatistics,
  countReferences,
  describeMetric,
  type MetricInfo,
  type ReportMetric,
  type Scores,
} from './scores.ts';
import { compareSentences, findExtremes, type SentenceComparison } from './sentences.ts';
import { addCounts, splitWords } from './words.ts';

export interface AnalysisOptions {
  /** At least one. */
  metrics: readonly ReportMetric[];
  /** For single sentences, such as chrF or BLEU with its effective order; the first of `metrics` by default. */
  sentenceMetric?: ReportMetric | undefined;
  /** `countWords` of a training text; the references' own counts by default. */
  frequencies?: ReadonlyMap<string, number> | undefined;
  lengthBounds?: readonly number[] | undefined;
  frequencyBounds?: readonly number[] | undefined;
  /** Sentences and n-grams in each list, 10 by default. */
  count?: number | undefined;
  /** `statistics[s][m]` of `metrics`, if they were computed before. */
  statistics?: readonly (readonly SegmentStatistics[])[] | undefined;
  /** Which systems to compare, as positions; each with the first by default. */
  pairs?: readonly (readonly [number, number])[] | undefined;
}

export interface Comparison extends SentenceComparison {
  /** Positions of the two systems. */
  readonly a: number;
  readonly b: number;
  readonly ngrams: { readonly a: readonly NgramDifference[]; readonly b: readonly NgramDifference[] };
}

export interface Analysis extends Scores {
  readonly numSentences: number;
  readonly numRefs: NumRefs;
  readonly byLength: readonly LengthBucket[];
  readonly byFrequency: readonly FrequencyBucket[];
  readonly frequencySource: 'references' | 'training';
  readonly lengthRatios: LengthRatios;
  readonly sentenceMetric: MetricInfo;
  /** `sentenceScores[s][i]`. */
  readonly sentenceScores: readonly (readonly number[])[];
  /** Positions of sentences, a pair of lists for each system. */
  readonly extremes: readonly { readonly worst: readonly number[]; readonly best: readonly number[] }[];
  readonly comparisons: readonly Comparison[];
}

/** Analyses systems against references. A UserError if line counts differ, a UsageError on bounds that do not rise. */
export function analyze(corpus: Corpus, options: AnalysisOptions): Analysis {
  checkCorpus(corpus);
  const { systems } = corpus;
  const { metrics, sentenceMetric = metrics[0]!, count = 10 } = options;
  const { statistics = computeStatistics(corpus, metrics) } = options;
  const pairs = options.pairs ?? systems.slice(1).map((_, k) => [0, k + 1] as const);
  const refWords = groupReferences(corpus.refs).map((refs) => refs.map(splitWords));
  const hypWords = systems.map(({ hyps }) => hyps.map(splitWords));
  const refLengths = refWords.map((refs) => refs.map((words) => words.length));
  const hypLengths = hypWords.map((hyps) => hyps.map((words) => words.length));

  const m = metrics.indexOf(sentenceMetric);
  const ofSentences =
    m >= 0
      ? statistics.map((system) => system[m]!)
      : computeStatistics(corpus, [sentenceMetric]).map((system) => system[0]!);
  const scoreSentence = (segments: SegmentStatistics, i: number) =>
    sentenceMetric.computeScore(segmentStatistics(segments, i));
  const sentenceScores = ofSentences.map((segments) =>
    refWords.map((_, i) => scoreSentence(segments, i).score),
  );
  const sign = sentenceMetric.lowerIsBetter ? -1 : 1;
  const goodness = sentenceScores.map((scores) => scores.map((score) => sign * score));

  const numRefs = countReferences(corpus);
  const compared = new Set(pairs.flat());
  const matches = hypWords.map((hyps, s) =>
    compared.has(s) ? countMatches(hyps, refWords) : new Map<string, number>(),
  );
  return {
    ...computeScores(corpus, metrics, statistics),
    numSentences: refWords.length,
    numRefs,
    byLength: scoreByLength(
      refLengths.map(([first]) => first!),
      statistics,
      metrics,
      options.lengthBounds,
    ),
    byFrequency: computeWordAccuracy(
      hypWords,
      refWords,
      options.frequencies ?? countAll(refWords),
      options.frequencyBounds,
    ),
    frequencySource: options.frequencies ? 'training' : 'references',
    lengthRatios: computeLengthRatios(hypLengths, refLengths),
    sentenceMetric: describeMetric(sentenceMetric, numRefs, scoreSentence(ofSentences[0]!, 0).name),
    sentenceScores,
    extremes: goodness.map((values) => findExtremes(values, count)),
    comparisons: pairs.map(([a, b]) => ({
      a,
      b,
      ...compareSentences(goodness[a]!, goodness[b]!, count),
      ngrams: compareMatches(matches[a]!, matches[b]!, count),
    })),
  };
}

function countAll(refs: readonly (readonly (readonly string[])[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const words of refs.flat()) addCounts(counts, words);
  return counts;
}
