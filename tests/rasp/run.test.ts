import { describe, expect, it } from 'vitest';
import { compile } from '../../src/rasp/program.ts';
import { Evaluation, MAX_TOKENS, rollOut } from '../../src/rasp/run.ts';
import { UserError } from '../../src/util/errors.ts';

const countDown = compile('alphabet "$" = -1; return tokens - 1 until "$";', 'p');

describe('a roll-out', () => {
  it('writes until the end token comes', () => {
    const { added, isEnded, evaluation } = rollOut(countDown, [9, 3], 100);
    expect(added).toEqual([2, 1, 0, -1]);
    expect(isEnded).toBe(true);
    expect(evaluation.length).toBe(6);
  });

  it('or as many tokens as it may', () => {
    expect(rollOut(countDown, [50], 3)).toMatchObject({ added: [49, 48, 47], isEnded: false });
    expect(rollOut(countDown, [50], 0)).toMatchObject({ added: [], isEnded: false });
  });

  it('of a program without end token is one token', () => {
    expect(rollOut(compile('return tokens + 1;', 'p'), [4, 5], 100)).toMatchObject({
      added: [6],
      isEnded: true,
    });
  });

  it('gives what a program gives for the whole, however long', () => {
    // The number of tokens like the last one, beyond the places that are made together.
    const program = compile('return num_prev(tokens, tokens) % 5;', 'p');
    const prompt = Array.from({ length: 150 }, (_, i) => (7 * i) % 4);
    const { evaluation } = rollOut({ ...program, until: -1 }, prompt, 100);
    const tokens = [...evaluation.valuesOf(program.operations[0] as never)];
    const whole = new Evaluation(program);
    whole.push(tokens);
    expect([...whole.valuesOf(program.result)]).toEqual([...evaluation.valuesOf(program.result)]);
    tokens.forEach((token, i) => {
      if (i >= 150) expect(token).toBe(tokens.slice(0, i).filter((one) => one === tokens[i - 1]).length % 5);
    });
  });
});

describe('what cannot be computed', () => {
  const run = (text: string, tokens: readonly number[]) => () => {
    new Evaluation(compile(text, 'p')).push(tokens);
  };

  it.each<[string, number[], string]>([
    [
      'return tokens * tokens;',
      [3, 400],
      'p:1:8: 160000 is beyond the bounded integers, −32767 to 32767 (in tokens * tokens)',
    ],
    [
      'x = 1;\nreturn tok_map(tokens, lambda a: 7 % a);',
      [0],
      'p:2:8: division by 0 (in tok_map(tokens, lambda a: 7 % a))',
    ],
    [
      'return sel_width(select(tokens, 1, lambda k, q: 1 // (k - q)));',
      [0, 1],
      'p:1:18: division by 0 (in select(',
    ],
    [
      'def f(x) { return x * 1000; }\nreturn f(tokens);',
      [99],
      'p:1:19: 99000 is beyond the bounded integers',
    ],
    ['return -minimum(-tokens * 30000);', [2], 'p:1:17: -60000 is beyond'],
  ])('%s', (text, tokens, message) => {
    expect(run(text, tokens)).toThrow(UserError);
    expect(run(text, tokens)).toThrow(message);
  });

  it('are more tokens than a program takes, and more work than is waited for', () => {
    expect(() => new Evaluation(countDown).push(Array(MAX_TOKENS + 1).fill(1))).toThrow(
      'p: more than 4,096 tokens',
    );
    const counts = compile('return num_prev(tokens, 1) + num_prev(tokens, 2);', 'p');
    const evaluation = new Evaluation(counts, undefined, 100_000);
    evaluation.push(Array(100).fill(1));
    expect(() => evaluation.push(Array(300).fill(1))).toThrow(
      /^p: too much work: [\d,]+ tokens are too many for so many selections$/,
    );
  });
});
