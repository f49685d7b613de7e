// BLEU (Papineni et al., 2002), equal to sacreBLEU 2.6.0: clipped n-gram precisions up to order 4, several references
// (largest count of each n-gram, closest length), smoothing after Chen and Cherry (2014).
// With tokenizer and smoothing both `none` it is the definition of Moses' multi-bleu.perl, for text tokenized beforehand:
// words split at white space, the closest reference length (the shorter of two), 0 where an order has no match.
import { z } from 'zod';
import { formatFixed } from './format-number.ts';
import { defineMetric, type Metric, SCORER_VERSION, type Score } from './metric.ts';
import { tokenizerNames, tokenizers } from './tokenizers.ts';
import { splitWords, trimEnd } from './whitespace.ts';

const MAX_ORDER = 4;

/** Methods of Chen and Cherry (2014) with sacreBLEU's values: 1 is `floor`, 2 `add-k`, 3 `exp`; null takes no value. */
const SMOOTH_DEFAULTS = { exp: null, floor: 0.1, 'add-k': 1, none: null } as const;
type SmoothMethod = keyof typeof SMOOTH_DEFAULTS;

export const bleuOptions = z.strictObject({
  tokenize: z.enum(tokenizerNames).default('13a'),
  lowercase: z.boolean().default(false),
  smoothMethod: z.enum(Object.keys(SMOOTH_DEFAULTS) as [SmoothMethod, ...SmoothMethod[]]).default('exp'),
  /** For `floor` and `add-k` alone. */
  smoothValue: z.number().nonnegative().optional(),
  /** Leaves out the orders that the hypothesis is too short for; meant for single sentences. */
  effectiveOrder: z.boolean().default(false),
});
export type BleuOptions = z.output<typeof bleuOptions>;

export interface BleuScore extends Score {
  /** Matched n-grams of order 1 to 4; `add-k` smoothing is included. */
  readonly counts: readonly number[];
  /** N-grams of the hypotheses, likewise. */
  readonly totals: readonly number[];
  /** In percent, smoothed. */
  readonly precisions: readonly number[];
  /** The brevity penalty. */
  readonly bp: number;
  /** In tokens. */
  readonly sysLen: number;
  readonly refLen: number;
}

/** BLEU under the given options. Its statistics are [sysLen, refLen, 4 counts, 4 totals]. */
export function buildBleu(input: z.input<typeof bleuOptions> = {}): Metric<BleuScore> {
  const options = bleuOptions.parse(input);
  const tokenize = tokenizers[options.tokenize];
  const words = (line: string) => {
    const text = options.lowercase ? line.toLowerCase() : line;
    return splitWords(tokenize(trimEnd(text)));
  };
  return defineMetric<BleuScore>({
    name: 'bleu',
    signature: (numRefs) =>
      [
        `nrefs:${numRefs}`,
        `case:${options.lowercase ? 'lc' : 'mixed'}`,
        `eff:${options.effectiveOrder ? 'yes' : 'no'}`,
        `tok:${options.tokenize}`,
        `smooth:${formatSmoothing(options)}`,
        `version:${SCORER_VERSION}`,
      ].join('|'),
    computeStatistics: (hyp, refs) => computeStatistics(words(hyp), refs.map(words)),
    computeScore: (statistics) => computeScore(statistics, options),
  });
}

function formatSmoothing({ smoothMethod, smoothValue }: BleuOptions): string {
  const byDefault = SMOOTH_DEFAULTS[smoothMethod];
  return byDefault === null ? smoothMethod : `${smoothMethod}[${formatFixed(smoothValue ?? byDefault, 2)}]`;
}

function computeStatistics(hyp: string[], refs: string[][]): number[] {
  const counts: number[] = [];
  const totals: number[] = [];
  for (let n = 1; n <= MAX_ORDER; n++) {
    const limits = new Map<string, number>();
    for (const ref of refs) {
      for (const [ngram, count] of countNgrams(ref, n)) {
        limits.set(ngram, Math.max(count, limits.get(ngram) ?? 0));
      }
    }
    let matched = 0;
    for (const [ngram, count] of countNgrams(hyp, n)) matched += Math.min(count, limits.get(ngram) ?? 0);
    counts.push(matched);
    totals.push(Math.max(0, hyp.length - n + 1));
  }
  return [hyp.length, findClosestLength(hyp.length, refs), ...counts, ...totals];
}

/** N-grams are joined with a space, which no word contains. */
function countNgrams(words: string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    let ngram = words[i]!;
    for (let j = 1; j < n; j++) ngram += ` ${words[i + j]!}`;
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** Of two equally close lengths the shorter. */
function findClosestLength(length: number, refs: string[][]): number {
  let closest = Number.POSITIVE_INFINITY;
  for (const ref of refs) {
    const closer = Math.abs(ref.length - length) - Math.abs(closest - length);
    if (closer < 0 || (closer === 0 && ref.length < closest)) closest = ref.length;
  }
  return closest;
}

function computeScore(statistics: readonly number[], options: BleuOptions): BleuScore {
  const { smoothMethod, effectiveOrder } = options;
  const smoothValue = options.smoothValue ?? SMOOTH_DEFAULTS[smoothMethod] ?? 0;
  const [sysLen, refLen] = statistics as [number, number];
  const counts = statistics.slice(2, 2 + MAX_ORDER);
  const totals = statistics.slice(2 + MAX_ORDER);
  const precisions: number[] = new Array(MAX_ORDER).fill(0);
  // BP = 1 if c >= r, else e^(1 - r/c)
  const bp = sysLen >= refLen ? 1 : sysLen > 0 ? Math.exp(1 - refLen / sysLen) : 0;
  const parts = { counts, totals, precisions, bp, sysLen, refLen };
  if (counts.every((count) => count === 0)) return buildScore(0, parts);

  let order = MAX_ORDER;
  let halving = 1;
  for (let n = 0; n < MAX_ORDER; n++) {
    if (smoothMethod === 'add-k' && n > 0) {
      counts[n]! += smoothValue;
      totals[n]! += smoothValue;
    }
    if (totals[n] === 0) break;
    if (effectiveOrder) order = n + 1;
    if (counts[n]! > 0) {
      precisions[n] = (100 * counts[n]!) / totals[n]!;
    } else if (smoothMethod === 'exp') {
      halving *= 2;
      precisions[n] = 100 / (halving * totals[n]!);
    } else if (smoothMethod === 'floor') {
      precisions[n] = (100 * smoothValue) / totals[n]!;
    }
  }
  // BLEU = BP · exp(1/N · Σ log p_n); a precision of 0 makes it 0
  const logs = precisions.slice(0, order).reduce((sum, p) => sum + Math.log(p), 0);
  return buildScore(bp * Math.exp(logs / order), parts);
}

function buildScore(score: number, parts: Omit<BleuScore, keyof Score>): BleuScore {
  const { precisions, bp, sysLen, refLen } = parts;
  return {
    name: 'BLEU',
    score,
    ...parts,
    format(signature) {
      const name = signature === undefined ? 'BLEU' : `BLEU|${signature}`;
      const ratio = refLen === 0 ? 0 : sysLen / refLen;
      return (
        `${name} = ${formatFixed(score, 2)} ${precisions.map((p) => formatFixed(p, 1)).join('/')} ` +
        `(BP = ${formatFixed(bp, 3)} ratio = ${formatFixed(ratio, 3)} hyp_len = ${sysLen} ref_len = ${refLen})`
      );
    },
  };
}
