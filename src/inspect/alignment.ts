// Alignments of words from cross-attention, in Pharaoh's form (`0-0 1-2`), and how they agree with given ones.
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import type { Sequence } from './inspection.ts';

/** Words of the source and of the target, from 0. */
export type Link = readonly [source: number, target: number];

/** The words of a sequence that are text, and the places of their pieces. */
export function textWords({ tokens, words }: Sequence): { text: string; places: number[] }[] {
  const found = words.map((text) => ({ text, places: [] as number[] }));
  for (const [i, { word, special }] of tokens.entries()) if (!special) found[word]!.places.push(i);
  return found.filter(({ places }) => places.length > 0);
}

/**
 * For each word of the target the word of the source that gets most of weights [T, S]. A word's row is the mean of those
 * at which its pieces are written, each a place before it is read; a word of the source gets the sum over its pieces.
 */
export function alignWords(
  weights: ArrayLike<number>,
  { source, target }: { source: Sequence; target: Sequence },
): Link[] {
  const width = source.tokens.length;
  const columns = textWords(source);
  if (columns.length === 0) return [];
  return textWords(target).map(({ places }, t) => {
    const shares = columns.map((column) =>
      places.reduce(
        (sum, place) => sum + column.places.reduce((own, j) => own + weights[(place - 1) * width + j]!, 0),
        0,
      ),
    );
    return [shares.indexOf(Math.max(...shares)), t];
  });
}

/** `0-0 2-1`, by the source. */
export const formatLinks = (links: readonly Link[]): string =>
  [...links]
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([s, t]) => `${s}-${t}`)
    .join(' ');

export interface GoldLinks {
  sure: Set<string>;
  /** Those that may be, the sure ones among them. */
  possible: Set<string>;
}

/** A line of given links: `0-0` is sure, `1p2` or `1?2` possible. A UserError that begins with `place`. */
export function parseLinks(line: string, place: string): GoldLinks {
  const found: GoldLinks = { sure: new Set(), possible: new Set() };
  for (const word of line.split(/\s+/).filter((one) => one !== '')) {
    const [, source, mark, target] = /^(\d{1,6})([-p?])(\d{1,6})$/.exec(word) ?? [];
    if (mark === undefined)
      throw new UserError(`${place}: ${quote(word)} is no link; write 0-0, or 0p0 for a possible one`);
    const link = `${Number(source)}-${Number(target)}`;
    if (mark === '-') found.sure.add(link);
    found.possible.add(link);
  }
  return found;
}

export interface Agreement {
  precision: number;
  recall: number;
  /** Alignment error rate, 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|). Och and Ney 2003. */
  aer: number;
}

/** Over all sentences. */
export function agree(found: readonly (readonly Link[])[], gold: readonly GoldLinks[]): Agreement {
  const sums = { links: 0, sure: 0, inSure: 0, inPossible: 0 };
  for (const [i, links] of found.entries()) {
    const { sure, possible } = gold[i]!;
    const names = links.map(([s, t]) => `${s}-${t}`);
    sums.links += names.length;
    sums.sure += sure.size;
    sums.inSure += names.filter((name) => sure.has(name)).length;
    sums.inPossible += names.filter((name) => possible.has(name)).length;
  }
  const { links, sure, inSure, inPossible } = sums;
  return {
    precision: inPossible / links,
    recall: inSure / sure,
    aer: 1 - (inSure + inPossible) / (links + sure),
  };
}
