// Whether made-up problems are answered rightly.
import { END, type Example } from '../rasp/generators/generator.ts';
import type { LengthFailure, LengthResult } from '../run/length-results.ts';

export const SHARES = ['exactMatch', 'oracleLength', 'tokenAccuracy'] as const;

/** Failures that are kept of each length. */
const MOST_FAILURES = 3;

/** How an example is answered. */
export interface Answer {
  example: Example;
  written: readonly string[];
  isExact: boolean;
  isExactWithOracle: boolean;
  rightTokens: number;
}

/** The likeliest tokens behind each part of a problem and its right answer: of all, and of those that end no answer. */
export interface Likeliest {
  any: readonly string[];
  inner: readonly string[];
}

/**
 * With the length told, all but the end token is written without it. Up to the first token that is wrong, what is written
 * is what is likeliest behind the right answer, so the answer is right where all of these are.
 */
export function judge(example: Example, written: readonly string[], { any, inner }: Likeliest): Answer {
  const { prompt, answer } = example;
  const at = prompt.length - 1;
  const own = answer.at(-1) === END ? answer.slice(0, -1) : answer;
  return {
    example,
    written,
    isExact: written.length === answer.length && answer.every((token, i) => token === written[i]),
    isExactWithOracle: own.every((token, i) => token === inner[at + i]),
    rightTokens: answer.filter((token, i) => token === any[at + i]).length,
  };
}

export function sharesOf(answers: readonly Answer[]): Pick<LengthResult, (typeof SHARES)[number]> {
  const share = (is: (answer: Answer) => boolean) => answers.filter(is).length / answers.length;
  const tokens = answers.reduce((sum, { example }) => sum + example.answer.length, 0);
  return {
    exactMatch: share(({ isExact }) => isExact),
    oracleLength: share(({ isExactWithOracle }) => isExactWithOracle),
    tokenAccuracy: answers.reduce((sum, { rightTokens }) => sum + rightTokens, 0) / tokens,
  };
}

/** The first failures of each length. */
export function failuresOf(answers: readonly (Answer & { length: number })[]): LengthFailure[] {
  const counts = new Map<number, number>();
  return answers.flatMap(({ length, example: { prompt, answer }, written, isExact }) => {
    const before = counts.get(length) ?? 0;
    if (isExact || before === MOST_FAILURES) return [];
    counts.set(length, before + 1);
    const firstWrong = 1 + answer.findIndex((token, i) => token !== written[i]);
    const [shown, expected, answered] = [prompt, answer, written].map((tokens) => tokens.join(' '));
    return [{ length, prompt: shown!, expected: expected!, answered: answered!, firstWrong }];
  });
}
