// Whether a program answers an example. Tokens that a roll-out has written are given to it at once here: where each is
// right after those before it, the roll-out writes them all.
import type { Example } from './generators/generator.ts';
import type { Program } from './program.ts';
import { Evaluation } from './run.ts';

export interface Checked {
  readonly isRight: boolean;
  readonly evaluation: Evaluation;
}

/** A UserError where the program has no such tokens, or cannot compute its answer. */
export function checkAnswer(program: Program, { prompt, answer }: Example): Checked {
  const codes = program.alphabet.encode([...prompt, ...answer]);
  const evaluation = new Evaluation(program);
  evaluation.push(codes.slice(0, -1));
  const next = evaluation.valuesOf(program.result);
  const isNext = codes.every((code, i) => i < prompt.length || next[i - 1] === code);
  const ends = codes
    .slice(prompt.length)
    .map((code) => program.until === undefined || code === program.until);
  // It ends with the answer, and not before.
  return { isRight: isNext && ends.indexOf(true) === answer.length - 1, evaluation };
}
