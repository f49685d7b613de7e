// The most frequent number of a few: 3 1 3 2 = becomes 3. Scratchpads: `count` lists each number behind how often it is
// there, the rarest first (x1 1 x1 2 x2 3, then 3); `order` lists the numbers as they first appear, each before how often
// it is there (3 x2 1 x1 2 x1, then 3).
import { z } from 'zod';
import type { Rng } from '../../util/rng.ts';
import { END, EQUALS, type Example, type Generator, MOST, numbersBelow } from './generator.ts';

const SCRATCHPADS = ['none', 'count', 'order'] as const;

export const modeSchema = z.strictObject({
  generator: z.literal('mode'),
  /** 0 to one less than this are drawn from. */
  numbers: z.int().min(1).max(MOST).default(26),
  /** Different numbers of a prompt at most, as in the paper. */
  perPrompt: z.int().min(1).max(MOST).default(5),
  scratchpad: z.enum(SCRATCHPADS).default('none'),
});
type ModeConfig = z.output<typeof modeSchema>;

/** Of numbers among which one is the most frequent. */
export function modeExample(numbers: readonly number[], scratchpad: ModeConfig['scratchpad']): Example {
  const counts = [...countEach(numbers)];
  const ascending = counts.toSorted(([, a], [, b]) => a - b);
  const mode = String(ascending.at(-1)![0]);
  const pad = {
    none: [],
    count: ascending.flatMap(([number, count]) => [`x${count}`, String(number)]),
    order: counts.flatMap(([number, count]) => [String(number), `x${count}`]),
  }[scratchpad];
  const prompt = numbers.map(String);
  return {
    prompt: [...prompt, EQUALS],
    answer: scratchpad === 'none' ? [mode] : [...pad, mode, END],
    problem: prompt.join(' '),
  };
}

export const buildMode = ({ numbers, perPrompt, scratchpad }: ModeConfig): Generator => ({
  maxLength: MOST,
  vocabulary: (maxLength) => {
    const counts = numbersBelow(maxLength + 1).slice(1);
    const tokens = [EQUALS, ...numbersBelow(numbers)];
    return scratchpad === 'none' ? tokens : [...tokens, END, ...counts.map((count) => `x${count}`)];
  },
  draw: (length, rng) => modeExample(drawNumbers(length, numbers, perPrompt, rng), scratchpad),
  // A tie that is broken may make two draws the same.
  problems: (length) => Math.min(numbers, perPrompt) ** (length - 1),
});

/** Each of `length` numbers is one of a few; of a tie one number wins, which takes the place of another once. */
function drawNumbers(length: number, of: number, perPrompt: number, rng: Rng): number[] {
  const few = rng.shuffle(Array.from({ length: of }, (_, i) => i)).slice(0, perPrompt);
  const drawn = Array.from({ length }, () => few[rng.int(few.length)]!);
  const counts = [...countEach(drawn)];
  const most = Math.max(...counts.map(([, count]) => count));
  const tied = counts.filter(([, count]) => count === most).map(([number]) => number);
  if (tied.length === 1) return drawn;
  const [winner, loser] = rng.shuffle(tied);
  const places = drawn.flatMap((number, i) => (number === loser ? [i] : []));
  drawn[places[rng.int(places.length)]!] = winner!;
  return drawn;
}

/** How often each is there, in the order of their first appearance. */
function countEach(numbers: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, 1 + (counts.get(number) ?? 0));
  return counts;
}
