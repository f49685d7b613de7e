import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../src/rasp/check.ts';
import { loadProgram } from '../../src/rasp/load.ts';
import { compile } from '../../src/rasp/program.ts';
import { UserError } from '../../src/util/errors.ts';

const options = { lengths: 12, examples: 4, seed: 1 };

describe('a check', () => {
  it('tells length, depth and what is solved', () => {
    expect(checkProgram(loadProgram('sort'), options)).toEqual({
      operations: { select: 1, aggr_min: 1 },
      length: 2,
      depth: 1,
      trial: {
        generator: { generator: 'sort', numbers: 100 },
        upTo: 12,
        examples: 4,
        range: [-2, 99],
        failure: undefined,
      },
    });
  });

  it('goes no further than the generator', () => {
    const program = compile(
      'alphabet "=" = -1, "$" = -2; solves sort(numbers=5); return kqv(tokens, tokens, tokens, >, default="$", reduction="min") until "$";',
      'p',
    );
    expect(checkProgram(program, options).trial).toMatchObject({ upTo: 5, failure: undefined });
  });

  it('says nothing of a program that says nothing', () => {
    expect(checkProgram(compile('return tokens;', 'p'), options)).toEqual({
      operations: {},
      length: 0,
      depth: 0,
      trial: undefined,
    });
  });

  it('finds where an answer is wrong first', () => {
    // Right for what is sorted already: the next token is one more.
    const next =
      'alphabet "=" = -1, "$" = -2; solves sort(numbers=3); return 0 if tokens == "=" else (tokens + 1 if tokens < 2 else "$") until "$";';
    const { trial } = checkProgram(compile(next, 'p'), options);
    expect(trial!.failure).toMatchObject({ length: trial!.upTo + 1, error: undefined });
    expect(trial!.failure!.found).toEqual(['0', '1', '2', '$']);
    expect(trial!.failure!.expected).not.toEqual(['0', '1', '2', '$']);
  });

  it('finds answers that go on behind the end, end early, or never end', () => {
    const failure = (text: string) =>
      checkProgram(compile(`alphabet "=" = -1, "$" = -2; solves copy(numbers=9); ${text}`, 'p'), {
        ...options,
        lengths: 1,
      }).trial!.failure;
    expect(
      failure(
        'return "$" if tokens >= 0 else tokens_0 until "$";'.replace('tokens_0', 'index_select(tokens, 0)'),
      ),
    ).toBeUndefined();
    expect(failure('return "$" until "$";')).toMatchObject({ found: ['$'] });
    expect(failure('return 3 until "$";')!.found).toHaveLength(10);
    expect(failure('return index_select(tokens, 0);')!.found).toHaveLength(1);
  });

  it('takes what cannot be computed, or written, for wrong', () => {
    const large = compile(
      'solves majority; alphabet "=" = -1; return tokens * 32767 * (1 + 2 * cumsum(tokens)) * 0;',
      'p',
    );
    expect(checkProgram(large, options).trial!.failure!.error).toMatch(/beyond the bounded integers/);
    const without = compile('solves majority; return tokens;', 'p');
    expect(checkProgram(without, options).trial).toMatchObject({
      upTo: 0,
      failure: { length: 1, error: 'token 2, "=": the program has no such token; it has numbers' },
    });
  });

  it.each([
    ['solves srot;', 'p:1:1: there is no generator srot; did you mean sort?'],
    ['solves sort(numbrs=3);', 'p:1:1: sort has no option numbrs; did you mean numbers?'],
    ['solves sort(numbers=0);', "p:1:1: 0 is no value of sort's option numbers"],
    [
      'solves addition(order="back");',
      `p:1:1: "back" is no value of addition's option order; it is one of forward, reverse`,
    ],
    ['solves addition(hints=3);', "p:1:1: 3 is no value of addition's option hints"],
  ])('refuses %s', (text, message) => {
    const program = compile(`${text} return tokens;`, 'p');
    expect(() => checkProgram(program, options)).toThrow(UserError);
    expect(() => checkProgram(program, options)).toThrow(message);
  });
});
