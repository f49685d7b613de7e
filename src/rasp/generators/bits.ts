// Bits with one answer: whether all are ones, and whether more are ones than zeros.
import { z } from 'zod';
import type { Rng } from '../../util/rng.ts';
import { drawBits, EQUALS, type Example, type Generator, MOST, numbersBelow } from './generator.ts';

export const andSchema = z.strictObject({
  generator: z.literal('and'),
  /** The last so many bits are always 1; only `unseen` has zeros there. */
  constantBits: z.int().min(0).max(MOST).default(0),
});

export const majoritySchema = z.strictObject({ generator: z.literal('majority') });

export const andExample = (bits: readonly number[]): Example => exampleOf(bits, !bits.includes(0));

/** A tie is 0. */
export const majorityExample = (bits: readonly number[]): Example =>
  exampleOf(bits, bits.filter((bit) => bit === 1).length > bits.length / 2);

/** Constant bits of which all choices are listed. */
const MOST_LISTED = 10;

/** Half of the prompts have a single zero, as in the paper; of the others half are ones alone, and half any bits. */
export const buildAnd = ({ constantBits }: z.output<typeof andSchema>): Generator => ({
  maxLength: MOST,
  vocabulary: () => [EQUALS, ...numbersBelow(2)],
  draw: (length, rng) => andExample(drawForAnd(length, Math.max(0, length - constantBits), rng)),
  problems: () => 1,
  unseen: (length) => withLateZeros(length, Math.min(length, constantBits, MOST_LISTED)),
});

export const buildMajority = (_: z.output<typeof majoritySchema>): Generator => ({
  maxLength: MOST,
  vocabulary: () => [EQUALS, ...numbersBelow(2)],
  draw: (length, rng) => majorityExample(drawBits(length, rng)),
  problems: (length) => 2 ** Math.min(length, 1000),
});

function drawForAnd(length: number, free: number, rng: Rng): number[] {
  const bits = Array<number>(length).fill(1);
  const kind = rng.int(4);
  if (kind < 2 && free > 0) bits[rng.int(free)] = 0;
  if (kind === 2) bits.splice(0, free, ...drawBits(free, rng));
  return bits;
}

/** All prompts of ones whose only zeros are among the last so many bits. */
function withLateZeros(length: number, last: number): Example[] {
  const ones = Array<number>(length - last).fill(1);
  return Array.from({ length: 2 ** last - 1 }, (_, choice) =>
    andExample([...ones, ...Array.from({ length: last }, (_, bit) => (choice >> bit) & 1)]),
  );
}

const exampleOf = (bits: readonly number[], isTrue: boolean): Example => ({
  prompt: [...bits.map(String), EQUALS],
  answer: [isTrue ? '1' : '0'],
  problem: bits.join(''),
});
