// The language: what texts mean, and what is said of those that mean nothing or are not allowed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf } from '../../src/rasp/operations.ts';
import { compile } from '../../src/rasp/program.ts';
import { Evaluation } from '../../src/rasp/run.ts';
import { UserError } from '../../src/util/errors.ts';

/** What a program gives at every place of some tokens. */
function run(text: string, tokens: readonly number[]): number[] {
  const program = compile(text, 'p');
  const evaluation = new Evaluation(program);
  evaluation.push(tokens);
  return [...evaluation.valuesOf(program.result)];
}

const of = (expression: string, tokens: readonly number[] = [3, 1, 2, 1]) =>
  run(`return ${expression};`, tokens);
const lengthOf = (text: string) => compile(text, 'p').operations.length - 1;

describe('expressions', () => {
  it.each<[string, number[]]>([
    ['tokens', [3, 1, 2, 1]],
    ['7', [7, 7, 7, 7]],
    ['tokens + 1 * 2', [5, 3, 4, 3]],
    ['(tokens + 1) * 2', [8, 4, 6, 4]],
    ['-tokens % 2', [1, 1, 0, 1]],
    ['(1 - tokens) // 2', [-1, 0, -1, 0]],
    ['10 - tokens - 1', [6, 8, 7, 8]],
    ['tokens - -1', [4, 2, 3, 2]],
    ['7 % tokens', [1, 0, 1, 0]],
    ['tokens == 1', [0, 1, 0, 1]],
    ['not tokens == 1', [1, 0, 1, 0]],
    ['not not tokens', [1, 1, 1, 1]],
    ['tokens > 1 and tokens < 3 or tokens == 3', [1, 0, 1, 0]],
    ['tokens > 2 or not tokens > 1 and True', [1, 1, 0, 1]],
    ['5 if tokens == 1 else tokens', [3, 5, 2, 5]],
    ['0 if tokens == 1 else 1 if tokens == 2 else 2', [2, 0, 1, 0]],
    ['1 if 2 > 1 else 0', [1, 1, 1, 1]],
    ['tok_map(tokens, lambda x: x * x if x > 1 else 0)', [9, 0, 4, 0]],
    ['seq_map(tokens, shift_right(tokens, 1), lambda x, y: x - y)', [3, -2, 1, -1]],
    ['seq_map(tokens, 2, +)', [5, 3, 4, 3]],
    ['sel_width(select(tokens, tokens, ==))', [1, 1, 1, 2]],
    ['sel_width(select(indices, indices, <))', [0, 1, 2, 3]],
    ['index_select(tokens, indices - 1, default=9)', [9, 3, 1, 2]],
    ['kqv(tokens, tokens, tokens, lt, reduction="max", default=-1)', [-1, -1, 1, -1]],
    ['kqv(pred=>=, k=tokens, q=2, v=tokens)', [3, 3, 2, 2]],
    ['aggr(select(tokens, 0, lambda k, q: True), tokens, reduction="min")', [3, 1, 1, 1]],
    ['full(tokens, True)', [1, 1, 1, 1]],
    ['where(tokens == 1, 10, tokens)', [3, 10, 2, 10]],
    ['equals(tokens, 1)', [0, 1, 0, 1]],
    ['(lambda x, y: x - y)(tokens, 1)', [2, 0, 1, 0]],
  ])('%s', (expression, expected) => {
    expect(of(expression)).toEqual(expected);
  });

  it('divide and take remainders as Python does', () => {
    const [x, y] = [
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -20, max: 20 }).filter((d) => d !== 0),
    ];
    fc.assert(
      fc.property(x, y, (a, b) => {
        // Not −0.
        const [quotient, rest] = [Math.floor(a / b) + 0, a - b * Math.floor(a / b) + 0];
        expect(of(`tokens // ${b}`, [a])).toEqual([quotient]);
        expect(of(`tokens % (${b})`, [a])).toEqual([rest]);
        expect(of(`${a} % tokens`, [b])).toEqual([rest]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('statements', () => {
  it('name sequences, selectors, numbers and functions; functions take names and defaults', () => {
    const text = `
      # The previous token that is larger, twice.
      n = 1 + 1;   # a number
      larger = select(tokens, tokens, >);
      def twice(x, by=n) { y = x * by; return y; }
      return twice(aggr_max(larger, tokens), by=n);`;
    expect(run(text, [3, 1, 2])).toEqual([0, 6, 6]);
  });

  it('give tokens numbers', () => {
    const program = compile('alphabet "a" = 5, "h*" = -100 - *, "*" = 6; return "a" until "h3";', 'p');
    expect(program.alphabet.encode(['a', 'h0', 'h27', '*', '-7', '12'])).toEqual([5, -100, -127, 6, -7, 12]);
    expect([5, -127, 6, 7, -99].map((code) => program.alphabet.decode(code))).toEqual([
      'a',
      'h27',
      '*',
      '7',
      '-99',
    ]);
    expect(program.until).toBe(-103);
  });

  it('say what is solved', () => {
    const { solves } = compile('n = 3; solves and(constantBits=n, x="y", z=True); return 1;', 'p');
    expect(solves).toMatchObject({ generator: 'and', options: { constantBits: 3, x: 'y', z: true } });
  });

  it('may hide names of the library', () => {
    expect(run('mode = tokens + 1; return mode;', [1])).toEqual([2]);
    expect(run('def mode(x) { return x; } return mode(tokens);', [1])).toEqual([1]);
    expect(run('def f(mask) { return mask; } return f(mask=tokens);', [1])).toEqual([1]);
  });
});

describe('the length', () => {
  it.each<[string, number]>([
    ['return tokens;', 0],
    ['return tokens + 1;', 1],
    ['return tokens + tokens;', 1],
    ['return kqv(tokens, tokens, tokens, ==);', 2],
    // One for a constant, one for each step of an index.
    ['return kqv(tokens, 0, 0, ==, default=1);', 3],
    ['return index_select(tokens, indices + 1);', 4],
    ['return index_select(tokens, indices - 3);', 6],
    // The same twice is one, and what is not needed is none.
    ['a = tokens * 2; b = tokens * 2; c = tokens * 3; return a + b;', 2],
    ['return shift_right(tokens, 1) + shift_right(tokens, 1);', 5],
    ['return where(tokens, 1, 2);', 5],
    ['return tok_map(tokens, lambda x: x * x + 1);', 1],
  ])('of %s is %i', (text, length) => {
    expect(lengthOf(text)).toBe(length);
  });

  it('counts attention one after another as depth', () => {
    const depth = (text: string) => depthOf(compile(text, 'p').operations);
    expect(depth('return tokens + 1;')).toBe(0);
    expect(depth('return shift_right(tokens, 1) + has_seen(tokens, 3);')).toBe(1);
    expect(depth('return shift_right(shift_right(tokens, 1), 1);')).toBe(2);
    expect(depth('return sel_width(select(maximum(tokens), tokens, ==));')).toBe(2);
  });
});

const NO_ARITHMETIC = 'RASP-L has no arithmetic on indices';
const NO_MIXING = 'RASP-L tells indices from values';

describe('what RASP-L forbids is refused, with the place and the reason', () => {
  it.each<[string, string]>([
    ['return sel_width(select(tokens, tokens, ==, causal=False));', '1:18: RASP-L selects causally: '],
    ['return tokens[0];', '1:14: "[" means nothing here'],
    [
      'return length - 1;',
      '1:8: there is no length here: the length of the sequence is known at its end alone',
    ],
    ['x = indices + indices;', `1:5: ${NO_ARITHMETIC}`],
    ['x = 2 * indices;', `1:5: ${NO_ARITHMETIC}`],
    ['x = indices % 2;', `1:5: ${NO_ARITHMETIC}`],
    ['x = indices // 2;', `1:5: ${NO_ARITHMETIC}`],
    ['x = -indices;', `1:5: ${NO_ARITHMETIC}`],
    ['x = 5 - indices;', `1:5: ${NO_ARITHMETIC}`],
    ['x = indices + tokens;', `1:5: ${NO_ARITHMETIC}`],
    ['x = tok_map(indices, lambda i: i + 2);', `1:32: ${NO_ARITHMETIC}`],
    ['x = firsts(tokens, 3);\ny = x - lasts(tokens, 3);', `2:5: ${NO_ARITHMETIC}`],
    ['x = indices == tokens;', `1:5: ${NO_MIXING}`],
    ['x = select(indices, tokens, <);', `1:5: ${NO_MIXING}`],
    ['x = index_select(tokens, tokens);', `1:5: in index_select: ${NO_MIXING}`],
    ['x = indices if tokens == 1 else tokens;', `1:5: in where: ${NO_MIXING}`],
    ['x = tokens and indices;', '1:5: an index is neither true nor false'],
    ['x = select(indices, tokens, lambda k, q: k);', '1:5: an index is neither true nor false'],
    ['x = aggr_mean(select(tokens, tokens, ==), indices);', '1:5: the mean of indices is arithmetic on them'],
    ['return indices;', '1:8: an index is not a token'],
    [
      'x = select(tokens, tokens, ==) and select(tokens, 1, <);',
      '1:5: expected values, found a selector; selectors are not combined',
    ],
    ['def f(x) { return f(x); }\nreturn f(tokens);', '1:19: f calls itself: '],
    ['def f(x) { return g(x); } def g(x) { return f(x); }\nreturn f(tokens);', '1:45: f calls itself: '],
    ['def f(g) { return g(g); }\nreturn f(f);', '1:19: f calls itself: '],
  ])('%s', (text, message) => {
    expect(() => compile(text, 'p')).toThrow(UserError);
    expect(() => compile(text, 'p')).toThrow(`p:${message}`);
  });

  it('steps and comparisons of indices are allowed, also with numbers that are written down', () => {
    const text = `
      at = lasts(tokens, 3, default=-1);
      next = at + 1 if at >= 0 else 0;
      near = indices == next or indices - 1 == next or at == indices;
      found = tok_map(at, lambda i: 1 if i == 0 else 0);
      x = minimum(found);
      return near + found;`;
    expect(run(text, [3, 1, 3, 1, 1])).toEqual([2, 2, 1, 1, 1]);
  });

  it('an error in a function tells where it was called', () => {
    const text = 'def f(x) {\n  return x + x;\n}\ny = f(tokens);\nz = f(indices);';
    expect(() => compile(text, 'p')).toThrow(/^p:2:10: .* \(in f, called at 5:5\)$/);
  });
});

describe('mistakes have their place and a remedy', () => {
  it.each<[string, string]>([
    ['', '1:1: a program ends with return: the token that comes next, at each place'],
    ['x = 1;', '1:7: a program ends with return'],
    ['return 1; x = 2;', '1:11: nothing comes after return'],
    ['x = ;', '1:5: expected a value, found ";"'],
    ['x = 1', '1:6: expected ";" at the end of the statement, found the end of the program'],
    ['x 1;', '1:3: expected "=" after x, found "1"'],
    ['= 1;', '1:1: expected a statement: name = value, def, return, alphabet or solves, found "="'],
    ['x = (1;', '1:7: expected ")" to close the bracket, found ";"'],
    ['x = f(1 2);', '1:9: expected "," or ")" after an argument, found "2"'],
    ['x = 1 < 2 < 3;', '1:11: expected and between two comparisons: a < b and b < c, found "<"'],
    ['x = 1 if 2;', '1:11: expected "else" after the condition of if, found ";"'],
    ['x = lambda: 1;', '1:11: expected a name after lambda, found ":"'],
    ['x = 1.5;', '1:5: numbers are whole numbers, in digits alone'],
    ['x = 1e9;', '1:5: numbers are whole numbers, in digits alone'],
    ['x = "a', '1:5: this text has no " at its end'],
    ['x = 1 / 2;', '1:7: "/" means nothing here'],
    ['x = 1 + not 2;', '1:9: expected a value, found "not"'],
    ['x = 40000;', '1:5: 40000 is beyond the bounded integers, −32767 to 32767'],
    ['x = 300 * 300;', '1:5: 90000 is beyond the bounded integers'],
    ['x = 1 % 0;', '1:5: division by 0'],
    ['x = 1;\nx = 2;', '2:1: "x" is defined above; a name means one thing'],
    ['def f(x, x) { return x; }', '1:1: two parameters are called x'],
    ['y = lambda a, a: a;', '1:5: two parameters are called a'],
    ['x = tokns;', '1:5: "tokns" is not defined above; did you mean tokens?'],
    ['x = aggregate(1, 2);', '1:5: there is no aggregate here: RASP-L has aggr_mean, aggr_max and aggr'],
    ['x = tokens(1);', '1:5: expected a function, found a sequence'],
    ['x = shift_right(tokens);', '1:5: shift_right is not given n'],
    ['x = shift_right(tokens, 1, 2, 3);', '1:5: shift_right takes x, n, default, and is given 4 arguments'],
    ['x = shift_right(tokens, n=1, x=tokens);', '1:5: shift_right is given x twice'],
    ['x = induct(tokens, tokens, ofset=1);', '1:5: induct has no parameter "ofset"; did you mean offset?'],
    ['x = shift_right(n=1, tokens);', '1:5: an argument without a name comes before those with one'],
    ['x = shift_right(tokens, tokens);', '1:5: in shift_right: RASP-L has no arithmetic on indices'],
    ['x = sel_width(tokens);', '1:5: expected a selector, as select gives, found a sequence'],
    ['x = tok_map(tokens, 1);', '1:5: expected a function, found 1'],
    ['x = tok_map(tokens, equals);', '1:5: equals is called with one value, and takes 2'],
    ['x = select(tokens, tokens, lambda k: k);', '1:5: lambda is called with two values, and takes 1'],
    ['x = tok_map(tokens, lambda a: a + tokens);', '1:31: a function of one place has its own values alone'],
    [
      'x = tok_map(tokens, lambda a: tokens);',
      '1:5: lambda must give a value for the values of one place, and gives a sequence',
    ],
    ['x = full(tokens, tokens);', '1:5: expected a constant, found a sequence'],
    ['x = equals + 1;', '1:5: expected values, found the function equals'],
    [
      'x = kqv(tokens, tokens, tokens, ==, reduction="sum");',
      '1:5: a reduction is "mean", "max" or "min", not the text "sum"',
    ],
    ['x = tokens == "=";', '1:5: the token "=" has no number; alphabet "=" = -1; gives it one'],
    ['return 1 until tokens;', '1:16: expected a constant, found a sequence'],
    ['alphabet "a b" = 1;', '1:10: a token has no blanks, and is not empty'],
    ['alphabet "12" = 1;', '1:10: the token "12" stands for itself'],
    ['alphabet "a" = 1, "a" = 2;', '1:19: the token "a" has a number already'],
    ['alphabet "a" = 1, "b" = 1;', '1:19: 1 is the number of the token "a"'],
    ['alphabet "a" = -5, "h*" = -3 - *;', '1:20: the number of "a" is one of the family too'],
    ['alphabet "h*" = -3 - *, "a" = -5;', '1:25: -5 is the number of the token "h2"'],
    ['alphabet "h*" = 30 + *, "g*" = 9 + *;', '1:25: the numbers of two families overlap'],
    ['alphabet "h*" = 30 + *, "g*" = 40 - *;', '1:25: the numbers of two families overlap'],
    ['alphabet "h*" = 30 + *, "h1*" = 9 - *;', '1:25: "h*" looks like a token of the family'],
    ['alphabet "h0" = 5, "h*" = 9 + *;', '1:20: "h0" looks like a token of the family'],
    ['alphabet "1*" = 9 + *;', '1:10: the tokens of "1*" stand for themselves'],
    ['alphabet "-*" = 9 + *;', '1:10: the tokens of "-*" stand for themselves'],
    ['alphabet "h" = 30 + *;', '1:10: a family of tokens has one star in its name'],
    ['alphabet "*" = 30 + *;', '1:10: a family of tokens has one star in its name, and not that alone'],
    ['alphabet "h*" = 30 + 1;', '1:22: expected "*" which stands for the numbers in the place of the star'],
    ['alphabet a = 1;', '1:10: expected a token in quotes, found "a"'],
    ['solves sort(3);', '1:13: an option has a name: order="reverse"'],
    ['solves sort; solves sort;', '1:14: a program solves one thing'],
  ])('%s', (text, message) => {
    expect(() => compile(text, 'p')).toThrow(UserError);
    expect(() => compile(text, 'p')).toThrow(`p:${message}`);
  });
});

describe('what is too large is refused', () => {
  const nest = (open: string, inner: string, close: string, depth: number) =>
    `x = ${open.repeat(depth)}${inner}${close.repeat(depth)};`;
  const doubling = (count: number, body: (inner: string) => string) =>
    Array.from({ length: count }, (_, i) => `def f${i + 1}(x) { return ${body(`f${i}`)}; }`).join('\n');

  it.each<[string, string, string]>([
    ['brackets', nest('(', '1', ')', 5000), 'nested more than 100 deep'],
    ['calls', nest('f(', '1', ')', 5000), 'nested more than 100 deep'],
    ['signs', nest('-', '1', '', 5000), 'nested more than 100 deep'],
    ['negations', nest('not ', '1', '', 5000), 'nested more than 100 deep'],
    ['choices', nest('1 if 1 else ', '1', '', 5000), 'nested more than 100 deep'],
    ['lambdas', nest('lambda x: ', '1', '', 5000), 'nested more than 100 deep'],
    ['a sum', nest('1 + ', '1', '', 5000), 'nested more than 100 deep'],
    ['words', 'x = 1;\n'.repeat(50_000), 'more than 100000 words'],
    [
      'calls that double',
      `def f0(x) { return x + 1; }\n${doubling(40, (f) => `${f}(${f}(x))`)}\nreturn f40(tokens);`,
      'unfolds to more than',
    ],
    [
      'calls within calls',
      `def f0(x) { return x; }\n${doubling(500, (f) => `${f}(x)`)}\nreturn f500(tokens);`,
      'calls nest more than 400 deep',
    ],
    ['operations', `return index_select(tokens, indices + 3000);`, 'unfolds to more than 2000 operations'],
    [
      'a function of one place',
      `def f0(x) { return x; }\n${doubling(20, (f) => `${f}(x) + ${f}(x)`)}\nreturn tok_map(tokens, f12);`,
      'a function of more than 1000 operations',
    ],
  ])('%s', (_, text, message) => {
    expect(() => compile(text, 'p')).toThrow(UserError);
    expect(() => compile(text, 'p')).toThrow(message);
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    ...'tokens indices select kqv aggr_mean full tok_map where def return lambda if else and or not True False alphabet solves until x y f'.split(
      ' ',
    ),
    ...[
      '(',
      ')',
      '{',
      '}',
      ',',
      ';',
      ';',
      ':',
      '=',
      '==',
      '<',
      '+',
      '-',
      '*',
      '%',
      '//',
      '"a"',
      '"h*"',
      '1',
      '2',
      '#',
      '\n',
    ],
  );
  const name = fc.constantFrom(
    'tokens',
    'indices',
    'x',
    'y',
    '1',
    '-3',
    'True',
    '"a"',
    '==',
    'equals',
    'lambda a: a',
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      name,
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('+', '-', '*', '%', '//', '==', '<', 'and', 'or'),
          tie('expression'),
        )
        .map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(
          fc.constantFrom(
            'select',
            'kqv',
            'sel_width',
            'aggr',
            'full',
            'tok_map',
            'seq_map',
            'where',
            'firsts',
            'induct',
            'lambda x, y: ',
          ),
          fc.array(tie('expression'), { maxLength: 4 }),
        )
        .map(([f, given]) => `(${f})(${given.join(', ')})`),
    ),
  }));
  const statement = fc.oneof(
    fc.tuple(fc.constantFrom('x', 'y'), expression).map(([left, right]) => `${left} = ${right};`),
    fc.tuple(name, expression).map(([left, right]) => `def f(x, y=${left}) { return ${right}; }`),
  );
  const program = fc
    .tuple(fc.array(statement, { maxLength: 2 }), expression)
    .map(([lines, result]) => ['alphabet "a" = 9;', ...lines, `return ${result};`].join('\n'));
  const text = fc.oneof(
    { arbitrary: fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')), weight: 2 },
    { arbitrary: program, weight: 4 },
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

  it('is a program, which runs or says why not, or has one mistake with its place', () => {
    let programs = 0;
    fc.assert(
      fc.property(text, (given) => {
        try {
          run(given, [2, 1, 9]);
          programs++;
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message).toMatch(/^p:\d+:\d+: .+$/);
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(programs).toBeGreaterThan(60);
  });

  it('gives the same at a place whatever follows it', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 });
    let programs = 0;
    fc.assert(
      fc.property(expression, tokens, (result, given) => {
        const source = `alphabet "a" = 9; x = tokens; y = shift_right(x, 1);\nreturn ${result};`;
        try {
          run(source, given);
        } catch {
          return;
        }
        programs++;
        const compiled = compile(source, 'p');
        const evaluation = new Evaluation(compiled);
        const last = given.map((token) => {
          evaluation.push([token]);
          return evaluation.valuesOf(compiled.result).at(-1);
        });
        expect(last).toEqual(run(source, given));
      }),
      { numRuns: 600, seed: 11 },
    );
    expect(programs).toBeGreaterThan(100);
  });
});
