// Counting from one number up to another: ^ 3 6 becomes 3 4 5 6 $. The length is how many numbers that are.
import { z } from 'zod';
import { END, type Example, type Generator, MOST, numbersBelow } from './generator.ts';

export const countSchema = z.strictObject({
  generator: z.literal('count'),
  /** 0 to one less than this; each is a token. */
  numbers: z.int().min(1).max(MOST).default(200),
});

export const countExample = (first: number, last: number): Example => ({
  prompt: ['^', String(first), String(last)],
  answer: [...numbersBelow(last + 1).slice(first), END],
  problem: `${first} ${last}`,
});

export const buildCount = ({ numbers }: z.output<typeof countSchema>): Generator => ({
  maxLength: numbers,
  vocabulary: () => ['^', END, ...numbersBelow(numbers)],
  draw: (length, rng) => {
    const first = rng.int(numbers - length + 1);
    return countExample(first, first + length - 1);
  },
  problems: (length) => numbers - length + 1,
});
