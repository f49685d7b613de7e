// BLEU (Papineni et al., 2002), equal to sacreBLEU 2.6.0: clipped n-gram precisions up to order 4, several references
// (largest count of each n-gram, closest length), smoothing after Chen and Cherry (2014).
// With tokenizer and smoothing both `none` it is the definition of Moses' multi-bleu.perl, for text tokenized beforehand:
// the closest reference length (the shorter of two), 0 where an order has no match. Words are split at Unicode's white
// space, as in sacreBLEU; the Perl script splits at ASCII's (vaswani2017.ts does so too).
import { z } from 'zod';
import { formatFixed } from '../util/format-number.ts';
import { exp, log } from './exact-math.ts';
import { IntRows, WordIds } from './int-rows.ts';
import { defineMetric, type Metric, Score, type SegmentScorer } from './metric.ts';
import { NgramTable } from './ngrams.ts';
import type { Statistics } from './segment-statistics.ts';
import { tokenizerNames, tokenizers } from './tokenizers.ts';
import { trimEnd } from './whitespace.ts';

/** Methods of Chen and Cherry (2014) with sacreBLEU's values: 1 is `floor`, 2 `add-k`, 3 `exp`; null takes no value. */
const SMOOTH_DEFAULTS = { exp: null, floor: 0.1, 'add-k': 1, none: null } as const;
type SmoothMethod = keyof typeof SMOOTH_DEFAULTS;

export const bleuOptions = z.strictObject({
  tokenize: z.enum(tokenizerNames).default('13a'),
  lowercase: z.boolean().default(false),
  smoothMethod: z.enum(Object.keys(SMOOTH_DEFAULTS) as [SmoothMethod, ...SmoothMethod[]]).default('exp'),
  /** For `floor` and `add-k` alone. */
  smoothValue: z.number().nonnegative().optional(),
  /** The longest n-grams; signatures do not tell it. */
  maxNgramOrder: z.number().int().positive().max(32).default(4),
  /** Leaves out the orders that the hypothesis is too short for; meant for single sentences. */
  effectiveOrder: z.boolean().default(false),
});
export type BleuOptions = z.output<typeof bleuOptions>;

interface BleuParts {
  /** Matched n-grams of each order; `add-k` smoothing is included. */
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

export class BleuScore extends Score implements BleuParts {
  readonly counts: readonly number[];
  readonly totals: readonly number[];
  readonly precisions: readonly number[];
  readonly bp: number;
  readonly sysLen: number;
  readonly refLen: number;

  constructor(score: number, { counts, totals, precisions, bp, sysLen, refLen }: BleuParts) {
    super('BLEU', score);
    this.counts = counts;
    this.totals = totals;
    this.precisions = precisions;
    this.bp = bp;
    this.sysLen = sysLen;
    this.refLen = refLen;
  }

  override get verbose(): string {
    const { precisions, bp, sysLen, refLen } = this;
    const ratio = refLen === 0 ? 0 : sysLen / refLen;
    return (
      `${precisions.map((p) => formatFixed(p, 1)).join('/')} ` +
      `(BP = ${formatFixed(bp, 3)} ratio = ${formatFixed(ratio, 3)} hyp_len = ${sysLen} ref_len = ${refLen})`
    );
  }
}

/** BLEU under the given options. Its statistics are sysLen, refLen, the counts by order, the totals by order. */
export function buildBleu(input: z.input<typeof bleuOptions> = {}): Metric<BleuScore> {
  const options = bleuOptions.parse(input);
  return defineMetric({
    name: 'bleu',
    width: 2 + 2 * options.maxNgramOrder,
    settings: {
      case: options.lowercase ? 'lc' : 'mixed',
      eff: options.effectiveOrder ? 'yes' : 'no',
      tok: options.tokenize,
      smooth: formatSmoothing(options),
    },
    prepareSegments: (segments) => prepareSegments(segments, options),
    computeScore: (statistics) => computeScore(statistics, options),
  });
}

function formatSmoothing({ smoothMethod, smoothValue }: BleuOptions): string {
  const byDefault = SMOOTH_DEFAULTS[smoothMethod];
  return byDefault === null ? smoothMethod : `${smoothMethod}[${formatFixed(smoothValue ?? byDefault, 2)}]`;
}

function prepareSegments(
  segments: readonly (readonly string[])[],
  { tokenize, lowercase, maxNgramOrder: order }: BleuOptions,
): SegmentScorer {
  const split = tokenizers[tokenize];
  const words = (line: string) => split(trimEnd(lowercase ? line.toLowerCase() : line));
  const ids = new WordIds();
  const refs = new IntRows();
  const firstRefs = segments.map((lines) => {
    const first = refs.count;
    for (const line of lines) ids.addRow(refs, words(line));
    return first;
  });
  const hyps = new IntRows();
  const table = new NgramTable();

  return (line, segment, values, at) => {
    hyps.clear();
    ids.findRow(hyps, words(line));
    const length = hyps.start(1);
    const first = firstRefs[segment]!;
    const end = firstRefs[segment + 1] ?? refs.count;
    table.reset(order * (refs.start(end) - refs.start(first)));
    let closest = Number.POSITIVE_INFINITY; // of two equally close lengths the shorter
    for (let ref = first; ref < end; ref++) {
      table.add(refs, ref, order);
      const refLength = refs.start(ref + 1) - refs.start(ref);
      const closer = Math.abs(refLength - length) - Math.abs(closest - length);
      if (closer < 0 || (closer === 0 && refLength < closest)) closest = refLength;
    }
    values[at] = length;
    values[at + 1] = closest;
    table.match(hyps, 0, order, values, at + 2, 1);
    for (let n = 0; n < order; n++) values[at + 2 + order + n] = Math.max(0, length - n);
  };
}

function computeScore(statistics: Statistics, options: BleuOptions): BleuScore {
  const { smoothMethod, effectiveOrder, maxNgramOrder } = options;
  const smoothValue = options.smoothValue ?? SMOOTH_DEFAULTS[smoothMethod] ?? 0;
  const [sysLen, refLen] = statistics as readonly number[] as [number, number];
  const counts = Array.from(statistics.slice(2, 2 + maxNgramOrder));
  const totals = Array.from(statistics.slice(2 + maxNgramOrder));
  const precisions: number[] = new Array(maxNgramOrder).fill(0);
  // BP = 1 if c >= r, else e^(1 - r/c)
  const bp = sysLen >= refLen ? 1 : sysLen > 0 ? exp(1 - refLen / sysLen) : 0;
  const parts = { counts, totals, precisions, bp, sysLen, refLen };
  if (counts.every((count) => count === 0)) return new BleuScore(0, parts);

  let order = maxNgramOrder;
  let halving = 1;
  for (let n = 0; n < maxNgramOrder; n++) {
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
  let sum = 0;
  for (let n = 0; n < order; n++) sum += log(precisions[n]!);
  return new BleuScore(bp * exp(sum / order), parts);
}
