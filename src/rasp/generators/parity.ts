// Whether the number of ones is odd: 1 0 1 1 = becomes 1. With the scratchpad each bit has a hint before it, and the
// answer is the parity of nothing, 0, and for each one its hint and the parity up to it:
// h4 1 h5 0 h6 1 = becomes 0 h4 1 h6 0 $.
import { z } from 'zod';
import {
  drawBits,
  END,
  EQUALS,
  type Example,
  type Generator,
  hint,
  hintsBelow,
  MOST,
  numbersBelow,
} from './generator.ts';

export const paritySchema = z.strictObject({
  generator: z.literal('parity'),
  scratchpad: z.boolean().default(false),
  /** Hints there are; those of an example begin with any that leaves enough. */
  hintTokens: z.int().min(1).max(MOST).default(128),
});

export const parityExample = (bits: readonly number[]): Example => ({
  prompt: [...bits.map(String), EQUALS],
  answer: [String(bits.reduce((sum, bit) => sum + bit, 0) % 2)],
  problem: bits.join(''),
});

/** `start` is the hint of the first bit. */
export function parityScratchpad(bits: readonly number[], start = 0): Example {
  const answer = ['0'];
  let parity = 0;
  bits.forEach((bit, i) => {
    if (bit === 0) return;
    parity = 1 - parity;
    answer.push(hint(start + i), String(parity));
  });
  return {
    prompt: [...bits.flatMap((bit, i) => [hint(start + i), String(bit)]), EQUALS],
    answer: [...answer, END],
    problem: bits.join(''),
  };
}

export const buildParity = ({ scratchpad, hintTokens }: z.output<typeof paritySchema>): Generator => ({
  maxLength: scratchpad ? hintTokens : MOST,
  vocabulary: () => [EQUALS, ...numbersBelow(2), ...(scratchpad ? [END, ...hintsBelow(hintTokens)] : [])],
  draw: (length, rng) => {
    const bits = drawBits(length, rng);
    return scratchpad ? parityScratchpad(bits, rng.int(hintTokens - length + 1)) : parityExample(bits);
  },
  problems: (length) => 2 ** Math.min(length, 1000),
});
