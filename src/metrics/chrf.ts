// chrF (Popović, 2015) and, with words besides characters, chrF++ (Popović, 2017), equal to sacreBLEU 2.6.0: precision
// and recall of character n-grams, averaged over the orders, and their F-score; of several references each segment is
// compared with the one that it scores best against.
import { z } from 'zod';
import { IntRows, WordIds } from './int-rows.ts';
import { defineMetric, type Metric, Score, type SegmentScorer } from './metric.ts';
import { NgramTable } from './ngrams.ts';
import type { Statistics } from './segment-statistics.ts';
import { isSpace, splitWords } from './whitespace.ts';

export const chrfOptions = z.strictObject({
  /** The longest character n-grams. */
  charOrder: z.number().int().positive().max(32).default(6),
  /** The longest word n-grams; 2 is chrF++. */
  wordOrder: z.number().int().nonnegative().max(32).default(0),
  /** How many times as much recall weighs as precision. */
  beta: z.number().int().nonnegative().default(2),
  lowercase: z.boolean().default(false),
  /** Keeps white space as characters. */
  whitespace: z.boolean().default(false),
  /**
   * Averages over all orders, those without n-grams having a precision of next to 0, as chrF++.py, NLTK and Moses do;
   * without it such orders are left out.
   */
  epsSmoothing: z.boolean().default(false),
});
export type ChrfOptions = z.output<typeof chrfOptions>;

/** chrF under the given options. Its statistics are three an order, characters first: n-grams of the hypothesis, of the reference, of both. */
export function buildChrf(input: z.input<typeof chrfOptions> = {}): Metric {
  const options = chrfOptions.parse(input);
  const name = `chrF${options.beta}${'+'.repeat(options.wordOrder)}`;
  return defineMetric({
    name: 'chrf',
    width: 3 * (options.charOrder + options.wordOrder),
    settings: {
      case: options.lowercase ? 'lc' : 'mixed',
      eff: options.epsSmoothing ? 'no' : 'yes',
      nc: options.charOrder,
      nw: options.wordOrder,
      space: options.whitespace ? 'yes' : 'no',
    },
    prepareSegments: (segments) => prepareSegments(segments, options),
    computeScore: (statistics) => new Score(name, computeF(statistics, options)),
  });
}

/** Rows of both kinds for each line. */
interface Lines {
  chars: IntRows;
  words: IntRows;
}

function prepareSegments(segments: readonly (readonly string[])[], options: ChrfOptions): SegmentScorer {
  const { charOrder, wordOrder, lowercase, whitespace } = options;
  const ids = new WordIds();
  const addLine = ({ chars, words }: Lines, line: string, addWords: WordIds['addRow']) => {
    const text = lowercase ? line.toLowerCase() : line;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      if (code > 0xffff) i++;
      if (whitespace || !isSpace(code)) chars.push(code);
    }
    chars.endRow();
    if (wordOrder > 0) addWords(words, splitPunctuation(text));
  };
  const refs: Lines = { chars: new IntRows(), words: new IntRows() };
  const firstRefs = segments.map((lines) => {
    const first = refs.chars.count;
    for (const line of lines) addLine(refs, line, (rows, words) => ids.addRow(rows, words));
    return first;
  });
  const hyp: Lines = { chars: new IntRows(), words: new IntRows() };
  const table = new NgramTable();
  const trial = new Float64Array(3 * (charOrder + wordOrder));

  return (line, segment, values, at) => {
    hyp.chars.clear();
    hyp.words.clear();
    addLine(hyp, line, (rows, words) => ids.findRow(rows, words));
    const end = firstRefs[segment + 1] ?? refs.chars.count;
    let best = -1;
    for (let ref = firstRefs[segment]!; ref < end; ref++) {
      trial.fill(0);
      compareRows(table, hyp.chars, refs.chars, ref, charOrder, trial, 0);
      if (wordOrder > 0) compareRows(table, hyp.words, refs.words, ref, wordOrder, trial, 3 * charOrder);
      const score = computeF(trial, options);
      if (score > best) {
        best = score;
        values.set(trial, at);
      }
    }
  };
}

function compareRows(
  table: NgramTable,
  hyps: IntRows,
  refs: IntRows,
  ref: number,
  order: number,
  out: Float64Array,
  at: number,
): void {
  const hypLength = hyps.start(1);
  const refLength = refs.start(ref + 1) - refs.start(ref);
  table.reset(order * refLength);
  table.add(refs, ref, order);
  table.match(hyps, 0, order, out, at + 2, 3);
  for (let n = 0; n < order; n++) {
    // Where the reference has no n-gram, those of the hypothesis do not count.
    out[at + 3 * n] = refLength > n ? Math.max(0, hypLength - n) : 0;
    out[at + 3 * n + 1] = Math.max(0, refLength - n);
  }
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/** Words with one punctuation mark split off: the last character, or else the first. `(hi)` becomes `(hi` and `)`. */
function splitPunctuation(text: string): string[] {
  return splitWords(text).flatMap((word) => {
    if (word.length === 1) return word;
    if (PUNCTUATION.has(word.at(-1)!)) return [word.slice(0, -1), word.at(-1)!];
    return PUNCTUATION.has(word[0]!) ? [word[0]!, word.slice(1)] : word;
  });
}

/** What stands for 0 in the original. */
const EPS = 1e-16;

/** F = (1 + β²) P R / (β² P + R) in percent: of the averages of P and R, or with `epsSmoothing` the average of F. */
function computeF(statistics: Statistics, { beta, epsSmoothing }: ChrfOptions): number {
  const factor = beta ** 2;
  let sumF = 0;
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let i = 0; i < statistics.length; i += 3) {
    const hyp = statistics[i]!;
    const ref = statistics[i + 1]!;
    const match = statistics[i + 2]!;
    const p = hyp > 0 ? match / hyp : EPS;
    const r = ref > 0 ? match / ref : EPS;
    const denominator = factor * p + r;
    sumF += denominator > 0 ? ((1 + factor) * p * r) / denominator : EPS;
    if (hyp > 0 && ref > 0) {
      precision += p;
      recall += r;
      orders++;
    }
  }
  if (epsSmoothing) return (100 * sumF) / (statistics.length / 3);
  if (precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
}
