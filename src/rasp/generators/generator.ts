// What a generator is: made-up problems of any length, as tokens. Nothing is stored; the same generator of random numbers
// gives the same problems.
import type { Rng } from '../../util/rng.ts';

export interface Example {
  /** Tokens, as texts without blanks. */
  readonly prompt: readonly string[];
  /** The tokens that answer it; where their number is not known beforehand $ is the last. */
  readonly answer: readonly string[];
  /** What is asked, without hints: equal for prompts that ask the same. */
  readonly problem: string;
}

export interface Generator {
  /** The greatest length that it has problems of. */
  readonly maxLength: number;
  /** All tokens of examples up to a length, in an order that lengths do not change. */
  vocabulary(maxLength: number): string[];
  /** A problem of a length from 1 to maxLength. */
  draw(length: number, rng: Rng): Example;
  /** A number of problems of a length, of which none is likelier than one in so many: a bound from below. */
  problems(length: number): number;
  /** Problems of a length that are never drawn, though others of that length are. */
  unseen?(length: number): Example[];
}

export const END = '$';
export const EQUALS = '=';

/** The most that options count: numbers, hints, places. */
export const MOST = 4000;

export const numbersBelow = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

export const hintsBelow = (count: number): string[] => Array.from({ length: count }, (_, i) => hint(i));

export const hint = (index: number): string => `h${index}`;

export const drawBits = (length: number, rng: Rng): number[] => Array.from({ length }, () => rng.int(2));

/** Different numbers from 0 to below `of`, in random order. */
export function drawDifferent(count: number, of: number, rng: Rng): number[] {
  const all = Array.from({ length: of }, (_, i) => i);
  return rng.shuffle(all).slice(0, count);
}

/** of · (of − 1) · …, `count` factors, at most about 1e300. */
export function countDifferent(count: number, of: number): number {
  let product = 1;
  for (let i = 0; i < count && product < 1e300; i++) product *= of - i;
  return product;
}
