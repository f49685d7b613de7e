import { expect, it } from 'vitest';
import { compile } from '../../src/rasp/program.ts';
import { traceProgram } from '../../src/rasp/trace.ts';

const program = compile(
  `alphabet "=" = -1, "$" = -2, "h*" = -10 - *;
  def previous(x) { moved = shift_right(x, 1, default=-12); return moved * 1; }
  before = previous(tokens);
  larger = select(tokens, tokens, >);
  next = aggr(larger, tokens, default="$", reduction="min");
  return next if before != 99 else 0 until "$";`,
  'p',
);

it('has each operation with its name, place and values, in order', () => {
  const { tokens, promptLength, isEnded, steps } = traceProgram(program, [2, 1, -1], 40);
  expect({ tokens, promptLength, isEnded }).toEqual({
    tokens: ['2', '1', '=', '1', '2', '$'],
    promptLength: 3,
    isEnded: true,
  });
  const told = steps.map((step) => [
    step.op,
    step.label,
    step.within.join(' '),
    step.kind === 'selector' ? step.rows : step.shown.join(' '),
  ]);
  expect(told.slice(0, 8)).toEqual([
    ['tokens', 'tokens', '', '2 1 = 1 2 $'],
    ['indices', 'indices(x)', 'previous shift_right', '0 1 2 3 4 5'],
    ['tok_map', 'indices(x) + n', 'previous shift_right', '1 2 3 4 5 6'],
    [
      'select',
      'kqv(indices(x) + n, indices(x), x, equals, default=default)',
      'previous shift_right',
      [[], [0], [1], [2], [3], [4]],
    ],
    // -12 is h2, which no token of the trace is.
    ['aggr_mean', 'moved', 'previous', '-12 2 1 = 1 2'],
    ['tok_map', 'before', '', '-12 2 1 = 1 2'],
    ['select', 'larger', '', [[], [0], [0, 1], [0], [], [0, 1, 2, 3, 4]]],
    ['aggr_min', 'next', '', '$ 2 1 2 $ ='],
  ]);
  expect(told.at(-1)!.slice(0, 3)).toEqual(['seq_map', 'next if before != 99 else 0', '']);
  expect(steps.filter(({ isNamed }) => isNamed).map(({ label }) => label)).toEqual([
    'moved',
    'before',
    'larger',
    'next',
    'x_masked',
    'y_masked',
  ]);
  expect(steps[6]).toMatchObject({ keys: 'tokens', queries: 'tokens', predicate: 'k > q' });
  expect(steps[3]).toMatchObject({ keys: 'indices(x) + n', queries: 'indices(x)', predicate: 'k == q' });
});

it('is of the prompt alone, or of as many tokens as may follow', () => {
  expect(traceProgram(program, [2, 1, -1], 0)).toMatchObject({ tokens: ['2', '1', '='], isEnded: false });
  expect(traceProgram(program, [2, 1, -1], 1)).toMatchObject({
    tokens: ['2', '1', '=', '1'],
    isEnded: false,
  });
  const endless = compile('return 3 until 4;', 'p');
  expect(traceProgram(endless, [1], 1000).tokens).toHaveLength(200);
  expect(() => traceProgram(endless, Array(201).fill(1), 0)).toThrow(
    'a trace shows at most 200 tokens, not 201',
  );
});
