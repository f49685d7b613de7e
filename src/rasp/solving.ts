// Which of the programs that come with the package solves a generator's problems.
import { UserError } from '../util/errors.ts';
import { checkAnswer } from './answers.ts';
import type { Example } from './generators/generator.ts';
import { loadProgram } from './load.ts';
import { depthOf } from './operations.ts';
import type { Program } from './program.ts';
import { listPrograms } from './program-files.ts';

export interface Solver {
  readonly program: Program;
  readonly name: string;
  /** Core operations, and attention layers that a Transformer needs at least. */
  readonly length: number;
  readonly depth: number;
}

/** The shortest program that says it is for this generator and is right on all the examples; undefined without one. */
export function findSolver(generator: string, examples: readonly Example[]): Solver | undefined {
  const fitting = listPrograms()
    .map((name) => ({ name, program: loadProgram(name) }))
    .filter(({ program }) => program.solves?.generator === generator && shareSolved(program, examples) === 1)
    .map(({ name, program }): Solver => {
      const operations = program.operations.filter(({ op }) => op !== 'tokens');
      return { program, name, length: operations.length, depth: depthOf(operations) };
    });
  return fitting.sort((a, b) => a.length - b.length)[0];
}

/** The share of examples that a program answers rightly; one that it cannot read or compute is answered wrongly. */
export function shareSolved(program: Program, examples: readonly Example[]): number {
  const right = examples.filter((example) => {
    try {
      return checkAnswer(program, example).isRight;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  });
  return right.length / examples.length;
}
