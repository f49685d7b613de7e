// TER, the translation edit rate (Snover et al., 2006), equal to sacreBLEU 2.6.0: insertions, deletions, substitutions
// and shifts of phrases that turn the hypothesis into a reference, a reference word. Lower is better.
// Of several references the one that takes the fewest edits counts, over the references' average length.
import { z } from 'zod';
import { UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import { IntRows, WordIds } from './int-rows.ts';
import { defineMetric, type Metric, Score, type SegmentScorer } from './metric.ts';
import { tokenizeTercom } from './tokenize-tercom.ts';
import { countEdits } from './translation-edits.ts';
import { splitWords, trimEnd } from './whitespace.ts';

/** Words that two compared lines may have together: half a gigabyte while they are compared. */
const MAX_WORDS = 1_000_000;

export const terOptions = z.strictObject({
  /** Decodes entities and splits off punctuation. */
  normalized: z.boolean().default(false),
  /** Removes punctuation. */
  noPunct: z.boolean().default(false),
  /** With `normalized` splits Chinese and Japanese characters, with `noPunct` removes their punctuation as well. */
  asianSupport: z.boolean().default(false),
  caseSensitive: z.boolean().default(false),
});
export type TerOptions = z.output<typeof terOptions>;

export class TerScore extends Score {
  readonly numEdits: number;
  /** In words, averaged over a segment's references. */
  readonly refLength: number;

  constructor(score: number, numEdits: number, refLength: number) {
    super('TER', score);
    this.numEdits = numEdits;
    this.refLength = refLength;
  }
}

/** TER under the given options. Its statistics are the edits and the reference length. */
export function buildTer(input: z.input<typeof terOptions> = {}): Metric<TerScore> {
  const options = terOptions.parse(input);
  return defineMetric({
    name: 'ter',
    width: 2,
    settings: {
      case: options.caseSensitive ? 'mixed' : 'lc',
      tok: 'tercom',
      norm: options.normalized ? 'yes' : 'no',
      punct: options.noPunct ? 'no' : 'yes',
      asian: options.asianSupport ? 'yes' : 'no',
    },
    prepareSegments: (segments) => prepareSegments(segments, options),
    computeScore: (statistics) => {
      const [edits, length] = statistics as readonly number[] as [number, number];
      // Edits against nothing are as many as there are words to edit.
      const rate = length > 0 ? edits / length : edits > 0 ? 1 : 0;
      return new TerScore(100 * rate, edits, length);
    },
  });
}

function prepareSegments(segments: readonly (readonly string[])[], options: TerOptions): SegmentScorer {
  const words = (line: string) => splitWords(tokenizeTercom(trimEnd(line), options));
  const ids = new WordIds();
  const refs = new IntRows();
  const firstRefs = segments.map((lines) => {
    const first = refs.count;
    // Twice, as sacreBLEU does: with `normalized` that is not the same as once; `..5` ends up as `. . 5`.
    for (const line of lines) ids.addRow(refs, words(words(line).join(' ')));
    return first;
  });
  const hyps = new IntRows();

  return (line, segment, values, at) => {
    hyps.clear();
    ids.findRow(hyps, words(line));
    const hyp = hyps.values.subarray(0, hyps.start(1));
    const first = firstRefs[segment]!;
    const end = firstRefs[segment + 1] ?? refs.count;
    let fewest = Number.POSITIVE_INFINITY;
    for (let ref = first; ref < end; ref++) {
      const refWords = refs.values.subarray(refs.start(ref), refs.start(ref + 1));
      if (hyp.length + refWords.length > MAX_WORDS) throw tooLong(segment, hyp.length + refWords.length);
      const edits = countEdits(hyp, refWords);
      if (edits < fewest) fewest = edits;
    }
    values[at] = fewest;
    values[at + 1] = (refs.start(end) - refs.start(first)) / (end - first);
  };
}

const tooLong = (segment: number, words: number) =>
  new UserError(
    `line ${segment + 1}: ${formatCount(words)} words with its reference; TER compares at most ${formatCount(MAX_WORDS)}`,
  );
