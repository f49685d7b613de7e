// Words that are hidden for a model to tell. Devlin et al. 2019, section 3.1 and appendix A.1, with the choices of the
// authors' code.
import type { Draws } from './segment-pairs.ts';

export interface MaskingOptions {
  /** The share of ids that are to be told, special ones counted, of which none is. */
  probability: number;
  /** Of those the share that the mask stands for, and the share that any piece of the vocabulary does; the rest stay. */
  mask: number;
  random: number;
  /** Whether all pieces of a word are chosen together. */
  wholeWords: boolean;
}

/** What masking knows of a vocabulary. */
export interface MaskingVocabulary {
  size: number;
  maskId: number;
  /** Whether a piece goes on with the word of the one before it. */
  continuesWord(id: number): boolean;
}

export interface Masked {
  /** What stands in for the ids. */
  ids: Int32Array;
  /** Where an id is to be told, in order, and which. */
  places: number[];
  targets: number[];
}

/** Ids to be told of a row of `length`: its share, halves to the even number, and at least one. */
export const countMasked = (length: number, probability: number): number =>
  Math.max(1, roundHalfToEven(length * probability));

/** As in the authors' Python. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below === 0.5 ? below % 2 === 1 : x - below > 0.5;
  return isUp ? below + 1 : below;
}

/** Hides some of the ids at the places of texts, `spans`, in a row; what is between the spans stays. */
export function maskWords(
  row: Int32Array,
  spans: readonly { begin: number; length: number }[],
  { probability, mask, random, wholeWords }: MaskingOptions,
  { size, maskId, continuesWord }: MaskingVocabulary,
  draws: Draws,
): Masked {
  const groups = wholeWords ? findWords(row, spans, continuesWord) : findPlaces(spans);
  const places = choose(groups, countMasked(row.length, probability), draws).sort((a, b) => a - b);
  const ids = row.slice();
  for (const place of places) {
    const share = draws.float();
    if (share < mask) ids[place] = maskId;
    else if (share < mask + random) ids[place] = draws.int(size);
  }
  return { ids, places, targets: places.map((place) => row[place]!) };
}

/** The places of groups drawn one after another; one with more places than are left of `count` is passed over. */
function choose(groups: number[][], count: number, draws: Draws): number[] {
  const chosen: number[] = [];
  for (let k = 0; k < groups.length && chosen.length < count; k++) {
    const j = k + draws.int(groups.length - k);
    [groups[k], groups[j]] = [groups[j]!, groups[k]!];
    if (chosen.length + groups[k]!.length <= count) chosen.push(...groups[k]!);
  }
  // Words that are all too long: some of one.
  return chosen.length === 0 ? groups[0]!.slice(0, count) : chosen;
}

type Spans = Parameters<typeof maskWords>[1];

const findPlaces = (spans: Spans): number[][] =>
  spans.flatMap(({ begin, length }) => Array.from({ length }, (_, i) => [begin + i]));

/** The places of each word; a text that begins inside a word begins with the rest of it. */
function findWords(row: Int32Array, spans: Spans, continuesWord: (id: number) => boolean): number[][] {
  const words: number[][] = [];
  for (const { begin, length } of spans) {
    for (let place = begin; place < begin + length; place++) {
      if (place > begin && continuesWord(row[place]!)) words.at(-1)!.push(place);
      else words.push([place]);
    }
  }
  return words;
}
