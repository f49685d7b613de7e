// Programs in RASP-L, and what they are given.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package.ts';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const shipped = ['sort', 'count', 'addition-forward', 'parity'].map((name) =>
  readFileSync(join(packageRoot, 'programs', `${name}.rasp`)),
);
const words =
  'def return lambda if else and or not True False alphabet solves until tokens indices select kqv tok_map where induct mode x f sort ( ) { } , ; ; : = == < - * // % 1 99999 "a" "h*" # /'.split(
    ' ',
  );
const program: fc.Arbitrary<string | Uint8Array | null> = fc.oneof(
  { arbitrary: fc.constantFrom(...shipped).chain(damaged), weight: 4 },
  {
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...words), oddText), { maxLength: 60 })
      .map((all) => all.join(' ')),
    weight: 3,
  },
  {
    arbitrary: oddText.map((text) => `alphabet "${text}" = -1; return "${text}" until "${text}";`),
    weight: 2,
  },
  {
    arbitrary: fc.constantFrom<string | null>(
      null,
      '',
      'return tokens until 7;',
      'return tokens * tokens until 7;',
      'return tokens % (tokens - 1) until 7;',
      `return ${'('.repeat(50_000)}`,
      `return ${'f('.repeat(50_000)}`,
      `return ${'1 + '.repeat(50_000)}1;`,
      `return "${'a'.repeat(200_000)}";`,
      `${'x = tokens; '.repeat(20_000)}`,
      `${Array.from({ length: 2000 }, (_, i) => `def f${i}(x) { return ${i === 0 ? 'x + 1' : `f${i - 1}(f${i - 1}(x))`}; }`).join('\n')}\nreturn f1999(tokens);`,
      `x0 = tokens;\n${Array.from({ length: 1500 }, (_, i) => `x${i + 1} = shift_right(x${i}, 1);`).join('\n')}\nreturn x1500 until 7;`,
      `x0 = tokens;\n${Array.from({ length: 900 }, (_, i) => `x${i + 1} = select(tokens, ${i}, <); `).join('\n')}\nreturn sel_width(x9) until 7;`,
      'def f(f) { return f(f); } return f(f);',
      'solves sort(numbers=4000); return tokens until 7;',
      'solves addition(hintTokens=99999); return tokens;',
      'a'.repeat(1_100_000),
    ),
    weight: 4,
  },
);
const prompt = fc.oneof(
  fc
    .array(fc.constantFrom('3', '1', '0', '-1', '=', '+', '^', 'h0', 'h1', '$', '32767', '99999999'), {
      maxLength: 12,
    })
    .map((all) => all.join(' ')),
  fc.constantFrom(
    '3 1 2 =',
    '^ 2 5',
    'h0 1 h1 0 =',
    'h0 0 h1 8 + h0 0 h1 7 =',
    '1 '.repeat(5000),
    '1 '.repeat(2500),
    '1 '.repeat(180),
  ),
  oddText,
);

test(
  'programs, run, traced and checked',
  async () => {
    const trials = sample(
      fc.tuple(program, prompt, fc.constantFrom('run', 'trace', 'page', 'check')),
      120,
    ).map(([content, given, what], i): Trial => {
      const file = '{}/p.rasp';
      const argv = {
        run: ['rasp', 'run', file, `--input=${given}`, '--max-tokens', '60'],
        trace: ['rasp', 'trace', file],
        page: ['rasp', 'trace', file, `--input=${given}`, '--output', '{}/out.html'],
        check: ['rasp', 'check', file, '--lengths', '4', '--examples', '2'],
      }[what];
      return {
        name: `program ${i} ${what}`,
        argv,
        files: { 'p.rasp': content },
        ...(what === 'trace' && { stdin: given }),
      };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'prompts for programs that come with tx',
  async () => {
    const names = fc.constantFrom('sort', 'copy', 'count', 'mode', 'parity', 'addition-reverse', 'srot', '');
    const trials = sample(fc.tuple(names, prompt, fc.constantFrom('run', 'trace')), 40).map(
      ([name, given, what], i): Trial => ({
        name: `prompt ${i}`,
        argv: ['rasp', what, name, '--json'],
        stdin: given,
      }),
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
