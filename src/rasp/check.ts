// What can be said of a program without trusting it: its length, how deep its attention is, and whether it answers its
// generator's examples of every length up to one. That it is causal is known beforehand: nothing else is compiled.
import { UserError } from '../util/errors.ts';
import { Rng } from '../util/rng.ts';
import { checkAnswer } from './answers.ts';
import type { Example, Generator } from './generators/generator.ts';
import { buildGenerator, type GeneratorConfig, readGeneratorConfig } from './generators/index.ts';
import { depthOf, type Operation } from './operations.ts';
import type { Program } from './program.ts';
import { Refusal } from './refusal.ts';
import { type Evaluation, rollOut } from './run.ts';

export interface CheckOptions {
  /** The greatest length that is tried; those that the generator does not have are left out. */
  readonly lengths: number;
  /** Examples of each length. */
  readonly examples: number;
  readonly seed: number;
}

export interface CheckReport {
  /** Core operations, by their names; tokens are none. */
  readonly operations: Readonly<Record<string, number>>;
  readonly length: number;
  /** Attention layers that a Transformer needs at least. */
  readonly depth: number;
  readonly trial: Trial | undefined;
}

export interface Trial {
  readonly generator: GeneratorConfig;
  /** The greatest length at which all is right, and below which too. */
  readonly upTo: number;
  readonly examples: number;
  /** The least and the largest value that was met, indices aside. */
  readonly range: readonly [least: number, most: number];
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly length: number;
  readonly prompt: readonly string[];
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** Why there is no answer. */
  readonly error: string | undefined;
}

/** A UserError, with its place, where the program says that it solves what no generator gives. */
export function checkProgram(program: Program, options: CheckOptions): CheckReport {
  const operations = program.operations.filter(({ op }) => op !== 'tokens');
  const counts: Record<string, number> = {};
  for (const { op } of operations) counts[op] = 1 + (counts[op] ?? 0);
  return {
    operations: counts,
    length: operations.length,
    depth: depthOf(operations),
    trial: tryLengths(program, options),
  };
}

function tryLengths(program: Program, { lengths, examples, seed }: CheckOptions): Trial | undefined {
  const config = generatorOf(program);
  if (config === undefined) return undefined;
  const generator = buildGenerator(config);
  const range: [number, number] = [0, 0];
  const most = Math.min(lengths, generator.maxLength);
  for (let length = 1; length <= most; length++) {
    const failure = tryLength(program, generator, { length, examples, seed }, range);
    if (failure !== undefined) return { generator: config, upTo: length - 1, examples, range, failure };
  }
  return { generator: config, upTo: most, examples, range, failure: undefined };
}

/** What the program says that it solves. */
function generatorOf({ solves, source }: Program): GeneratorConfig | undefined {
  if (solves === undefined) return undefined;
  try {
    return readGeneratorConfig(solves.generator, solves.options);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw source.error(solves.offset, error.message);
  }
}

function tryLength(
  program: Program,
  generator: Generator,
  { length, examples, seed }: { length: number; examples: number; seed: number },
  range: [number, number],
): Failure | undefined {
  const rng = Rng.fromSeed(seed).split(`check ${length}`);
  for (let i = 0; i < examples; i++) {
    const example = generator.draw(length, rng);
    try {
      const { isRight, evaluation } = checkAnswer(program, example);
      widen(range, program.operations, evaluation);
      if (!isRight) return { ...failureOf(example, length), found: answer(program, example) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ...failureOf(example, length), error: error.message };
    }
  }
  return undefined;
}

const failureOf = ({ prompt, answer: expected }: Example, length: number): Failure => ({
  length,
  prompt,
  expected,
  found: [],
  error: undefined,
});

/** What the program writes, at most a few tokens more than it should. */
function answer(program: Program, { prompt, answer: expected }: Example): string[] {
  const { added } = rollOut(program, program.alphabet.encode(prompt), expected.length + 8);
  return added.map((code) => program.alphabet.decode(code));
}

function widen(range: [number, number], operations: readonly Operation[], evaluation: Evaluation): void {
  for (const operation of operations) {
    if (operation.kind !== 'value' || operation.op === 'tokens') continue;
    for (const value of evaluation.valuesOf(operation)) {
      range[0] = Math.min(range[0], value);
      range[1] = Math.max(range[1], value);
    }
  }
}
