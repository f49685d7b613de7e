// What BERT is pre-trained on: pairs of texts of some sentences each, the second of them the one that follows or one of
// another document. Devlin et al. 2019, section 3.1 and appendix A.1, with the choices of the authors' code
// (create_pretraining_data.py).
import type { Rng } from '../util/rng.ts';
import type { Sentences } from './sentences.ts';

/** What choices are drawn from. */
export type Draws = Pick<Rng, 'float' | 'int'>;

export interface PairOptions {
  /** Ids that a pair has room for, without those that frame it. */
  room: number;
  /** Chance that the pairs of a document are shorter, of any length from 2 ids on. */
  shortProbability: number;
  /** Whether there are pairs; otherwise each text stands alone. */
  nextSentence: boolean;
}

/** Two runs of sentences; the second has none where a text stands alone. */
export interface SegmentPair {
  first: readonly [from: number, to: number];
  second: readonly [from: number, to: number];
}

/** The chance that a second text is not the next one. */
const RANDOM_NEXT = 0.5;

/** Many pairs, in 16 bytes each. */
export class SegmentPairs {
  #bounds = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ first, second }: SegmentPair): void {
    const at = 4 * this.#length++;
    if (at === this.#bounds.length) {
      const grown = new Int32Array(2 * at);
      grown.set(this.#bounds);
      this.#bounds = grown;
    }
    this.#bounds.set([...first, ...second], at);
  }

  at(i: number): SegmentPair {
    const [a, b, c, d] = this.#bounds.subarray(4 * i, 4 * i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return { first: [a, b], second: [c, d] };
  }
}

/** Whether the second text is another than the one that follows the first. */
export const isRandomNext = ({ first, second }: SegmentPair): boolean => second[0] !== first[1];

/**
 * The pairs of all documents in their order. A document's sentences are gathered until they fill the room; some of them,
 * at least one, are the first text. The others are the second one or, half the time and wherever there are none, come
 * again with the next pair, and a text from a random place of another document takes their place.
 *
 * The authors' code draws the other document up to ten times and keeps what it has then, so that in a small corpus the
 * text that follows is told for a random one; here it never is.
 */
export function drawPairs(sentences: Sentences, options: PairOptions, draws: Draws): SegmentPairs {
  const pairs = new SegmentPairs();
  for (let document = 0; document < sentences.length; document++) {
    drawFromDocument(sentences, document, options, draws, pairs);
  }
  return pairs;
}

function drawFromDocument(
  sentences: Sentences,
  document: number,
  { room, shortProbability, nextSentence }: PairOptions,
  draws: Draws,
  pairs: SegmentPairs,
): void {
  const [begin, end] = sentences.extentOf(document);
  const target = draws.float() < shortProbability ? 2 + draws.int(room - 1) : room;
  for (let from = begin; from < end; ) {
    const to = gather(sentences, from, end, target);
    if (!nextSentence) {
      pairs.add({ first: [from, to], second: [to, to] });
      from = to;
      continue;
    }
    const cut = to - from === 1 ? to : from + 1 + draws.int(to - from - 1);
    const isRandom = cut === to || draws.float() < RANDOM_NEXT;
    const missing = target - sentences.lengthOf(from, cut);
    const other = isRandom ? drawOther(sentences, document, [from, cut], missing, draws) : undefined;
    if (other !== undefined) pairs.add({ first: [from, cut], second: other });
    else if (cut < to) pairs.add({ first: [from, cut], second: [cut, to] });
    from = other === undefined ? to : cut;
  }
}

/** Where sentences from `from` on, before `end`, have at least `target` ids, or end; at least one of them. */
function gather(sentences: Sentences, from: number, end: number, target: number): number {
  let to = from;
  for (let length = 0; to < end && (to === from || length < target); to++) {
    length += sentences.rows.lengthOf(to);
  }
  return to;
}

/** A text of at least `missing` ids, if so many follow, from a random place of a random other document. */
function drawOther(
  sentences: Sentences,
  document: number,
  own: readonly [number, number],
  missing: number,
  draws: Draws,
): [number, number] | undefined {
  if (sentences.length === 1) return drawElsewhere(sentences, own, missing, draws);
  const other = draws.int(sentences.length - 1);
  const [begin, end] = sentences.extentOf(other < document ? other : other + 1);
  const from = begin + draws.int(end - begin);
  return [from, gather(sentences, from, end, missing)];
}

/** The same from the only document: no sentence of the first text, nor the one that follows it, begins it. */
function drawElsewhere(
  sentences: Sentences,
  [from, to]: readonly [number, number],
  missing: number,
  draws: Draws,
): [number, number] | undefined {
  const [begin, end] = sentences.extentOf(0);
  const behind = Math.max(0, end - to - 1);
  const places = from - begin + behind;
  if (places === 0) return undefined;
  const drawn = begin + draws.int(places);
  const isBefore = drawn < from;
  const start = isBefore ? drawn : drawn + (to - from) + 1;
  return [start, gather(sentences, start, isBefore ? from : end, missing)];
}

/** What of texts of `first` and `second` ids is kept, [from, to) of each: the longer loses ids, at either end by chance. */
export function truncatePair(
  first: number,
  second: number,
  room: number,
  draws: Draws,
): [kept: [number, number], kept: [number, number]] {
  const [a, b]: [[number, number], [number, number]] = [
    [0, first],
    [0, second],
  ];
  for (let excess = first + second - room; excess > 0; excess--) {
    const longer = a[1] - a[0] > b[1] - b[0] ? a : b;
    if (draws.float() < 0.5) longer[0]++;
    else longer[1]--;
  }
  return [a, b];
}
