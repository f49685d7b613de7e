// Numbers written once more, 5 2 7 = becomes 5 2 7 $, and in ascending order.
import { z } from 'zod';
import {
  countDifferent,
  drawDifferent,
  END,
  EQUALS,
  type Example,
  type Generator,
  MOST,
  numbersBelow,
} from './generator.ts';

export const copySchema = z.strictObject({
  generator: z.literal('copy'),
  /** Whether a number is there once, or may be there again. */
  symbols: z.enum(['unique', 'repeat']).default('unique'),
  /** 0 to one less than this are drawn from; 100 by default, or 2 that repeat. */
  numbers: z.int().min(1).max(MOST).optional(),
});

export const sortSchema = z.strictObject({
  generator: z.literal('sort'),
  /** 0 to one less than this are drawn from, each at most once. */
  numbers: z.int().min(1).max(MOST).default(100),
});

export const copyExample = (numbers: readonly number[]): Example => exampleOf(numbers, numbers);
export const sortExample = (numbers: readonly number[]): Example =>
  exampleOf(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );

export function buildCopy({ symbols, numbers: given }: z.output<typeof copySchema>): Generator {
  const numbers = given ?? (symbols === 'unique' ? 100 : 2);
  if (symbols === 'unique') return withoutRepeats(numbers, copyExample);
  return {
    maxLength: MOST,
    vocabulary: () => tokensOf(numbers),
    draw: (length, rng) => copyExample(Array.from({ length }, () => rng.int(numbers))),
    problems: (length) => Math.min(1e300, numbers ** length),
  };
}

export const buildSort = ({ numbers }: z.output<typeof sortSchema>): Generator =>
  withoutRepeats(numbers, sortExample);

const withoutRepeats = (numbers: number, exampleOf: (numbers: readonly number[]) => Example): Generator => ({
  maxLength: numbers,
  vocabulary: () => tokensOf(numbers),
  draw: (length, rng) => exampleOf(drawDifferent(length, numbers, rng)),
  problems: (length) => countDifferent(length, numbers),
});

const tokensOf = (numbers: number): string[] => [EQUALS, END, ...numbersBelow(numbers)];

function exampleOf(numbers: readonly number[], answer: readonly number[]): Example {
  const prompt = numbers.map(String);
  return { prompt: [...prompt, EQUALS], answer: [...answer.map(String), END], problem: prompt.join(' ') };
}
