// Lines of text through decode.onnx: encoded, sorted into batches by length, searched, decoded, in their order again.
// Knows vocabularies and tokenizers as functions only, and opens no files.
import type { Batch } from '../../data/batch.ts';
import { longestFirst } from '../../data/batches.ts';
import { isEncodable, MAX_CHARACTERS } from '../../data/length-filter.ts';
import { type SpecialIds, sourceExamples } from '../../data/pairs.ts';
import { Sequences } from '../../data/sequences.ts';
import type { ExportedModel } from '../../graph/export.ts';
import { ALONE, type Group, mergeRows, shareOf } from '../../runtime/group.ts';
import { type Feeds, type Session, Tensor } from '../../runtime/session.ts';
import { formatCount } from '../../util/format.ts';
import { requireMemory } from '../../util/memory.ts';
import { type Found, readHypotheses } from '../hypotheses.ts';

/** Its score is log p / ((5 + length) / 6)^α; 0 for an empty line. */
export interface Hypothesis extends Found {
  text: string;
}

export interface TranslatorOptions {
  /** Over the model of `buildTranslationGraph`; `weights` feeds the parameters that are not stored in it. */
  session: Session;
  weights?: Feeds;
  /** Ids of a source line, without bos and eos; not asked for lines of white space. */
  encode: (line: string) => ArrayLike<number>;
  /** The text of target ids. */
  decode: (ids: number[]) => string;
  ids: SpecialIds;
  /** Places that the model has for a source, its eos included. */
  maxLength: number;
  /** Source places of a batch, padding and eos included. */
  batchTokens: number;
  /** Memory of the session's graph (see ExportedModel). */
  peakBytes: ExportedModel['peakBytes'];
  /** The processes that share the batches. */
  group?: Group;
  /**
   * Called for each line cut to maxLength − 1 tokens, or to MAX_CHARACTERS: its number from 0 and the tokens it had, as
   * far as they were counted.
   */
  onTruncated?: (line: number, tokens: number) => void;
}

/** Most sentences of a batch. More bring no speed, and logits take 4 bytes × sentences × beam × vocabulary. */
const MAX_ROWS = 128;

export class Translator {
  readonly #options: TranslatorOptions;
  /** Sizes of batches that fit into the machine's memory. */
  readonly #fitting: { rows: number; srcLength: number }[] = [];

  constructor(options: TranslatorOptions) {
    this.#options = options;
  }

  /**
   * Hypotheses for each line, best first, at most N of them. A line without tokens has the empty text as its only
   * one. `onProgress` hears after each batch how many of the lines are done. An aborted signal ends the work before the
   * next batch, with its reason.
   */
  async translate(
    lines: readonly string[],
    onProgress?: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Hypothesis[][]> {
    const { ids, batchTokens, group = ALONE } = this.#options;
    const results = new Array<Hypothesis[]>(lines.length);
    const sources = lines.map((line, i) => this.#encode(line, i));
    const nonEmpty = sources.flatMap((source, i) => (source.length > 0 ? [i] : []));
    for (const [i, source] of sources.entries())
      if (source.length === 0) results[i] = [{ text: '', score: 0, ids: [] }];
    const sentences = Sequences.build(nonEmpty.length, (i) => sources[nonEmpty[i]!]!);
    let done = lines.length - nonEmpty.length;
    if (done > 0) onProgress?.(done, lines.length);
    const examples = sourceExamples(sentences, ids);
    for (const rows of shareOf(group, longestFirst(examples, batchTokens, MAX_ROWS))) {
      signal?.throwIfAborted();
      const hypotheses = await this.#search(examples.collate(rows, {}));
      rows.forEach((index, b) => {
        results[nonEmpty[index]!] = hypotheses[b]!;
      });
      done += rows.length * group.size;
      onProgress?.(Math.min(done, lines.length), lines.length);
    }
    return mergeRows(group, results);
  }

  #encode(line: string, index: number): Int32Array {
    const { encode, maxLength, onTruncated } = this.#options;
    if (line.trim() === '') return new Int32Array(0);
    const isEndless = !isEncodable(line);
    const ids = Int32Array.from(encode(isEndless ? line.slice(0, MAX_CHARACTERS) : line));
    if (ids.length < maxLength && !isEndless) return ids;
    onTruncated?.(index, ids.length);
    return ids.subarray(0, maxLength - 1);
  }

  /** A UserError for a batch that would take too much, if translations are as long as their sources. */
  #requireMemory(rows: number, srcLength: number): void {
    if (this.#fitting.some((known) => known.rows >= rows && known.srcLength >= srcLength)) return;
    const bytes = this.#options.peakBytes({ B: rows, S: srcLength });
    const what = `the search for ${formatCount(rows)} sentences of ${formatCount(srcLength)} tokens`;
    requireMemory(bytes, what, 'lower decode.beamSize or decode.batchTokens (--beam-size, --batch-tokens)');
    this.#fitting.push({ rows, srcLength });
  }

  async #search({ inputs: { src }, rows: indices }: Batch): Promise<Hypothesis[][]> {
    const { session, weights, decode } = this.#options;
    const rows = indices.length;
    this.#requireMemory(rows, src!.dims[1]!);
    const feeds = { ...weights, src: new Tensor('int32', src!.data as Int32Array, [...src!.dims]) };
    return readHypotheses(await session.run(feeds)).map((found) =>
      found.map((hypothesis) => ({ ...hypothesis, text: decode(hypothesis.ids) })),
    );
  }
}
