// The sum of two numbers, digit by digit. With hints a token before each digit tells its weight, the same for all three
// numbers: h4 8 h5 8 + h3 8 h4 4 h5 2 = h3 9 h4 3 h5 0 $. Padded numbers have as many digits as the longer one and a
// zero before them. The length is that of the longer number, without the zero.
import { z } from 'zod';
import type { Rng } from '../../util/rng.ts';
import {
  END,
  EQUALS,
  type Example,
  type Generator,
  hint,
  hintsBelow,
  MOST,
  numbersBelow,
} from './generator.ts';

export const additionSchema = z.strictObject({
  generator: z.literal('addition'),
  /** Whether the sum's first or last digit comes first. */
  order: z.enum(['forward', 'reverse']).default('forward'),
  hints: z.boolean().default(false),
  /** Hints there are; those of an example begin with any that leaves enough. */
  hintTokens: z.int().min(2).max(MOST).default(128),
  padded: z.boolean().default(false),
  /** `balanced`: a chain of carries, as long as any with equal probability, is put in; `standard`: any digits. */
  carries: z.enum(['standard', 'balanced']).default('standard'),
});
type AdditionConfig = z.output<typeof additionSchema>;

/** Digits, the first one first; `start` is the hint of the first of as many places as the padded numbers have. */
export function additionExample(
  a: readonly number[],
  b: readonly number[],
  { order, hints, padded }: Pick<AdditionConfig, 'order' | 'hints' | 'padded'>,
  start = 0,
): Example {
  const width = 1 + Math.max(a.length, b.length);
  const full = (digits: readonly number[]) => [...Array(width - digits.length).fill(0), ...digits];
  const sum = addDigits(full(a), full(b));
  const write = (digits: readonly number[]) =>
    digits.map((digit, i) => {
      const place = start + width - digits.length + i;
      return hints ? [hint(place), String(digit)] : [String(digit)];
    });
  const shown = (digits: readonly number[]) => (padded ? full(digits) : digits);
  const answer = write(padded || sum[0] !== 0 ? sum : sum.slice(1));
  if (order === 'reverse') answer.reverse();
  return {
    prompt: [...write(shown(a)), '+', ...write(shown(b)), EQUALS].flat(),
    answer: [...answer.flat(), END],
    problem: `${a.join('')}+${b.join('')}`,
  };
}

export const buildAddition = (config: AdditionConfig): Generator => ({
  maxLength: config.hints ? Math.min(config.hintTokens - 1, MOST) : MOST,
  vocabulary: () => [
    '+',
    EQUALS,
    END,
    ...numbersBelow(10),
    ...(config.hints ? hintsBelow(config.hintTokens) : []),
  ],
  draw: (length, rng) => {
    const other = 1 + rng.int(length);
    const digits = drawDigits(length, other, config.carries, rng);
    if (rng.int(2) === 1) digits.reverse();
    const start = config.hints ? rng.int(config.hintTokens - length) : 0;
    return additionExample(digits[0], digits[1], config, start);
  },
  // All digits of the longer number but the first are as good as free; a chain of carries may bind another.
  problems: (length) => 10 ** Math.min(300, config.carries === 'balanced' ? length - 1 : length),
});

/** Whether the sum of a column, with and without a carry, passes one on. */
type Column = 'any' | 'makes' | 'passes' | 'stops';

/** Two numbers of so many digits, at least as many and then the rest; none begins with 0 but 0 itself. */
function drawDigits(
  length: number,
  other: number,
  carries: AdditionConfig['carries'],
  rng: Rng,
): [number[], number[]] {
  const columns: Column[] = Array(length).fill('any');
  const chain = carries === 'balanced' ? rng.int(other + 1) : 0;
  if (chain > 0) {
    const start = rng.int(other - chain + 1);
    columns.fill('passes', start, start + chain);
    columns[start] = 'makes';
    if (start + chain < length) columns[start + chain] = 'stops';
  }
  const [a, b]: [number[], number[]] = [[], []];
  columns.forEach((column, place) => {
    const isFirst = length > 1 && place === length - 1;
    const second = place >= other ? 'none' : other > 1 && place === other - 1 ? 'first' : 'any';
    const pairs = pairsOf(column, isFirst, second);
    const [one, two] = pairs[rng.int(pairs.length)]!;
    a.unshift(one);
    if (place < other) b.unshift(two);
  });
  return [a, b];
}

/** What the shorter number has in a column: no digit, its first one, which is not 0, or any. */
type Second = 'none' | 'first' | 'any';

/** Made once: columns are drawn by the thousand. */
const tables = new Map<string, [number, number][]>();

function pairsOf(column: Column, isFirst: boolean, second: Second): [number, number][] {
  const key = `${column} ${isFirst} ${second}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const pairs = listPairs(column, isFirst, second);
  tables.set(key, pairs);
  return pairs;
}

/** The pairs of digits that make a column do what it should; a longer number's first digit is not 0 either. */
function listPairs(column: Column, isFirst: boolean, second: Second): [number, number][] {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const ones = isFirst ? digits.slice(1) : digits;
  const others = { none: [0], first: digits.slice(1), any: digits }[second];
  const fits: Record<Column, (sum: number) => boolean> = {
    any: () => true,
    makes: (sum) => sum > 9,
    passes: (sum) => sum === 9,
    stops: (sum) => sum < 9,
  };
  return ones.flatMap((one) =>
    others.flatMap((two): [number, number][] => (fits[column](one + two) ? [[one, two]] : [])),
  );
}

/** The sum of numbers of as many digits, which a digit more would not be needed for. */
function addDigits(a: readonly number[], b: readonly number[]): number[] {
  const sum = Array<number>(a.length).fill(0);
  let carry = 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const column = a[i]! + b[i]! + carry;
    sum[i] = column % 10;
    carry = Math.floor(column / 10);
  }
  return sum;
}
