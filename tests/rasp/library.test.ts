import { describe, expect, it } from 'vitest';
import type { SequenceOperation } from '../../src/rasp/operations.ts';
import { compile, libraryFunctions } from '../../src/rasp/program.ts';
import { Evaluation } from '../../src/rasp/run.ts';
import { type Argument, type Case, CORE, goldenCases, hasShared, sharedCases } from './goldens.ts';

/** A sequence that is written down: at each place the number for it. */
const literal = (values: readonly number[]): string => {
  const choices = values.slice(1).map((value, i) => `${value} if i == ${i + 1} else `);
  return `tok_map(indices, lambda i: ${choices.join('')}${values[0]})`;
};

const write = (argument: Argument): string =>
  Array.isArray(argument)
    ? literal(argument)
    : typeof argument === 'boolean'
      ? argument
        ? 'True'
        : 'False'
      : `${argument}`;

/** What a call in the language gives at every place. */
function run({ name, given, expected }: Case): number[] {
  const program = compile(`out = ${name}(${given.map(write).join(', ')});\nreturn out == out;`, name);
  const evaluation = new Evaluation(program);
  evaluation.push(expected.map(() => 0));
  const out = program.operations.find((operation) => operation.name === 'out');
  return [...evaluation.valuesOf(out as SequenceOperation)];
}

const COMPARISONS = ['equals', 'leq', 'lt', 'geq', 'gt'];
const names = libraryFunctions().functions.map(({ name }) => name);

describe('the library gives what np-rasp gives', () => {
  it.each(names.filter((name) => !COMPARISONS.includes(name)))('%s', (library) => {
    const own = goldenCases.filter(({ name }) => name === library);
    expect(own).toHaveLength(120);
    for (const one of own) expect(run(one), JSON.stringify(one)).toEqual(one.expected);
  });

  it.skipIf(!hasShared)('for other calls too (skipped: no ../shared/golden)', () => {
    const others = sharedCases().filter(({ name }) => !CORE.includes(name));
    expect(others.length).toBeGreaterThan(3000);
    for (const one of others) expect(run(one), JSON.stringify(one)).toEqual(one.expected);
  });

  it.each(COMPARISONS)('%s compares', (name) => {
    const [x, y] = [
      [1, 2, 3],
      [2, 2, 2],
    ];
    const expected = { equals: [0, 1, 0], leq: [1, 1, 0], lt: [1, 0, 0], geq: [0, 1, 1], gt: [0, 0, 1] }[
      name
    ]!;
    expect(run({ name, given: [x!, y!], expected })).toEqual(expected);
  });
});

it('has all of np-rasp, each with its documentation', () => {
  const { source, functions } = libraryFunctions();
  expect(names.toSorted()).toEqual(
    [...new Set(goldenCases.map(({ name }) => name)), ...COMPARISONS]
      .filter((name) => !CORE.includes(name))
      .toSorted(),
  );
  for (const { name, start } of functions) expect(source.commentAbove(start), name).toMatch(/\.$/);
});

it('argmax, argmin and mode do what they are for; a later place wins a tie', () => {
  const x = [3, 1, 2, 3, 1, 2, 2];
  expect(run({ name: 'argmax', given: [x], expected: x })).toEqual([0, 0, 0, 3, 3, 3, 3]);
  expect(run({ name: 'argmin', given: [x], expected: x })).toEqual([0, 1, 1, 1, 4, 4, 4]);
  expect(run({ name: 'mode', given: [x], expected: x })).toEqual([3, 1, 2, 3, 1, 2, 2]);
});
