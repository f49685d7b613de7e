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

export interface TaggedLine {
  /** From 1. */
  line: number;
  tag?: string | undefined;
  text: string;
}

/** More make pictures that nobody can read. */
const MOST_PLACES = 2000;

/** As words are compared: without what stands around them, and case. */
const bare = (word: string): string => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase();

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
    for (const { text, ...about } of lines) {
      signal.throwIfAborted();
      if (text.trim() === '' || !text.toLowerCase().includes(bare(word))) continue;
      // A target would be sought for nothing.
      const isPair = model.tokenizers.encoder !== undefined && model.tokenizers.decoder !== undefined;
      const inspection = await inspector.inspect({ text, ...(isPair && { target: '' }) });
      const { hidden, words } = {
        hidden: statesOf(inspection, stack),
        words: textWords(inspection.sequences[stack]!),
      };
      const own = words.filter((one) => bare(one.text) === bare(word));
      const place = (places: readonly number[]): WordPlace => ({
        ...about,
        vectors: hidden.map(({ rows }) => meanRow(rows, places, model.dModel)),
      });
      found.states = hidden.map(({ layer, normed }) => ({ layer, normed }));
      found.places.push(...own.map(({ places }) => place(places)));
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
