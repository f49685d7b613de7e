// The vectors of a word in all sentences that have it, after each layer.
import { textWords } from '../../inspect/alignment.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { WordPlace, WordVectors } from '../../inspect/word.ts';
import { UserError } from '../../util/errors.ts';
import { formatCount } from '../../util/format.ts';
import { quote } from '../../util/quote.ts';
import { Rng } from '../../util/rng.ts';
import { Inspector } from '../inspector.ts';
import type { InspectedModel } from './model.ts';
import { readingStack } from './neighbours.ts';

export interface TaggedWord {
  text: string;
  /** Absent where it is not known. */
  tag?: string | undefined;
}

export interface TaggedLine {
  /** From 1. */
  line: number;
  /** Of the whole line. */
  tag?: string | undefined;
  text: string;
  /** Its words, each with its own tag. */
  words?: readonly TaggedWord[];
}

/** More make pictures that nobody can read. */
const MOST_PLACES = 2000;

/** As words are compared: without what stands around them, and case. */
const bare = (word: string): string => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase();

/** Whether a word may stand in a text: a part of another counts too. */
export const hasWord = (text: string, word: string): boolean => text.toLowerCase().includes(bare(word));

/** A UserError where no sentence has the word, or too many have. */
export async function findWord(
  model: InspectedModel,
  word: string,
  lines: readonly TaggedLine[],
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<WordVectors> {
  const stack = readingStack(model);
  const inspector = await Inspector.over(model, { parts: [], hidden: true, threads });
  const rng = Rng.fromSeed(0).split('any words');
  const found: WordVectors = { word, states: [], places: [], others: [] };
  try {
    for (const { text, words: tagged, ...about } of lines) {
      signal.throwIfAborted();
      if (text.trim() === '' || !hasWord(text, word)) continue;
      // A target would be sought for nothing.
      const isPair = model.tokenizers.encoder !== undefined && model.tokenizers.decoder !== undefined;
      const inspection = await inspector.inspect({ text, ...(isPair && { target: '' }) });
      const { hidden, words } = {
        hidden: statesOf(inspection, stack),
        words: textWords(inspection.sequences[stack]!),
      };
      const own = words.filter((one) => bare(one.text) === bare(word));
      const place = (places: readonly number[], tag = about.tag): WordPlace => ({
        ...about,
        tag,
        vectors: hidden.map(({ rows }) => meanRow(rows, places, model.dModel)),
      });
      found.states = hidden.map(({ layer, normed }) => ({ layer, normed }));
      // Where a tokenizer cuts words otherwise, which is which is not known.
      const tags = tagged?.filter((one) => bare(one.text) === bare(word)) ?? [];
      const tagOf = (k: number) => (tags.length === own.length ? tags[k]!.tag : undefined);
      found.places.push(...own.map(({ places }, k) => place(places, tagOf(k))));
      if (own.length > 0) found.others.push(place(words[rng.int(words.length)]!.places));
      if (found.places.length > MOST_PLACES)
        throw new UserError(
          `${quote(word)} stands in more than ${formatCount(MOST_PLACES)} places; give fewer sentences`,
        );
    }
  } finally {
    await inspector.release();
  }
  if (found.places.length === 0) throw new UserError(`no sentence has the word ${quote(word)}`);
  return found;
}

const statesOf = ({ hidden }: Inspection, stack: string) => hidden.filter((state) => state.stack === stack);

/** The mean of rows [T, D] at these places. */
function meanRow(rows: Float32Array, places: readonly number[], width: number): Float32Array {
  const mean = new Float32Array(width);
  for (const place of places)
    for (let i = 0; i < width; i++) mean[i]! += rows[place * width + i]! / places.length;
  return mean;
}
