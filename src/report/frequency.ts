// Word accuracy by frequency: do systems get the rare words right? A hypothesis' word is right as often as the
// reference has it, wherever it stands (as in Neubig et al., 2019, compare-mt).
import { type Bucket, buildBuckets, findBucket } from './buckets.ts';
import { addCounts } from './words.ts';

/** Frequencies 0, 1 to 4 one by one, then ever wider ranges. */
export const FREQUENCY_BOUNDS = [1, 2, 3, 4, 5, 10, 100, 1000];

export interface WordAccuracy {
  /** Words of the hypotheses that their references have. */
  readonly matched: number;
  /** Words of the hypotheses. */
  readonly produced: number;
  /** matched / produced, matched / the references' words, and their harmonic mean; 0 where nothing is matched. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface FrequencyBucket extends Bucket {
  /** Running words of the references with such a frequency. */
  readonly count: number;
  /** One of each system. */
  readonly accuracies: readonly WordAccuracy[];
}

/**
 * Accuracy of the words in each range of `frequencies` (0 for a word it lacks), ranges without reference words left out.
 * `hyps[s][i]` and `refs[i][r]` are words; of several references each is compared in turn, and all counts add up.
 */
export function computeWordAccuracy(
  hyps: readonly (readonly (readonly string[])[])[],
  refs: readonly (readonly (readonly string[])[])[],
  frequencies: ReadonlyMap<string, number>,
  bounds: readonly number[] = FREQUENCY_BOUNDS,
): FrequencyBucket[] {
  const buckets = buildBuckets(bounds);
  const zeros = (): number[] => new Array(buckets.length).fill(0);
  const bucketOf = (word: string): number => findBucket(buckets, frequencies.get(word) ?? 0);
  const expected = zeros();
  const matched = hyps.map(zeros);
  const produced = hyps.map(zeros);
  refs.forEach((ofSentence, i) => {
    for (const refWords of ofSentence) {
      const limits = count(refWords);
      for (const [word, limit] of limits) expected[bucketOf(word)]! += limit;
      hyps.forEach((system, s) => {
        for (const [word, found] of count(system[i]!)) {
          const b = bucketOf(word);
          produced[s]![b]! += found;
          matched[s]![b]! += Math.min(found, limits.get(word) ?? 0);
        }
      });
    }
  });
  return buckets.flatMap((bucket, b) => {
    const total = expected[b]!;
    if (total === 0) return [];
    const accuracies = hyps.map((_, s) => buildAccuracy(matched[s]![b]!, produced[s]![b]!, total));
    return [{ ...bucket, count: total, accuracies }];
  });
}

function buildAccuracy(matched: number, produced: number, expected: number): WordAccuracy {
  const precision = produced === 0 ? 0 : matched / produced;
  return {
    matched,
    produced,
    precision,
    recall: matched / expected,
    f1: (2 * matched) / (produced + expected),
  };
}

function count(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  addCounts(counts, words);
  return counts;
}
