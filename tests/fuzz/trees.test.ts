// Trees in brackets, and EVALB's parameter files.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import { PARSING_CONFIG, TREES } from './material.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const bytes = Buffer.from(TREES);
const token = fc.oneof(
  fc.constantFrom(
    '(',
    ')',
    '(',
    ')',
    ' ',
    '\n',
    '(S',
    '(NP',
    'NN',
    'dog',
    '-NONE-',
    '*T*-1',
    '()',
    '(())',
    '%',
    '#!',
    '<S ID=1>',
    '\\(',
    '*',
    'NP=2|x',
  ),
  oddText,
);
const { letrec } = fc;
const { tree } = letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.tuple(oddText, oddText).map(([tag, word]) => `(${tag} ${word})`),
    fc
      .tuple(fc.constantFrom('S', 'NP', '', 'TOP', '-'), fc.array(tie('tree'), { maxLength: 4 }))
      .map(([label, children]) => `(${label} ${children.join(' ')})`),
  ),
}));
const deep = (depth: number, closed = depth) => `${'(X '.repeat(depth)}(N a)${')'.repeat(closed)}`;

/** A treebank with something odd in it. */
const treebank: fc.Arbitrary<string | Uint8Array | null> = fc.oneof(
  { arbitrary: damaged(bytes), weight: 4 },
  { arbitrary: fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')), weight: 3 },
  { arbitrary: fc.array(tree, { maxLength: 5 }).map((trees) => trees.join('\n')), weight: 3 },
  {
    arbitrary: fc.constantFrom<string | null>(
      null,
      '',
      '\n\n',
      '(',
      ')',
      '()',
      '(S)',
      deep(2000),
      deep(100_000),
      deep(50_000, 0),
      `(S ${'(N a) '.repeat(20_000)})`,
      `(S (N ${'a'.repeat(200_000)}))`,
      `${TREES}\n${TREES}`,
      '(S (N a) b (N c))',
      '( (S (N a)))',
      '(ROOT)\n(ROOT (S))',
    ),
    weight: 3,
  },
);

const FORMATS = ['bracket', 'unicode', 'ascii', 'json', 'dot', 'svg', 'html', 'forest', 'tikz-qtree'];

test(
  'treebanks, drawn and written',
  async () => {
    const trials = sample(fc.tuple(treebank, fc.constantFrom(...FORMATS), fc.boolean()), 90).map(
      ([content, format, normalized], i): Trial => {
        const argv = [
          'tree',
          '{}/trees.mrg',
          '-f',
          format,
          '--output',
          '{}/out',
          ...(normalized ? ['--normalize'] : []),
        ];
        return { name: `treebank ${i} ${format}`, argv, files: { 'trees.mrg': content } };
      },
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'treebanks, scored and learned',
  async () => {
    const trials = sample(fc.tuple(treebank, treebank, fc.nat(4)), 75).map(([gold, test, how], i): Trial => {
      const files = { 'trees.mrg': gold, 'test.mrg': how === 1 ? gold : test, 'config.yaml': PARSING_CONFIG };
      const evalParse = ['eval-parse', '{}/trees.mrg', '{}/test.mrg'];
      const argv = [
        evalParse,
        evalParse,
        [...evalParse, '--skip-bad', '--max-errors', '1000000', '--json', '--per-sentence'],
        ['train', '{}/config.yaml', '--run', '{}/run'],
        [
          ...evalParse,
          '{}/trees.mrg',
          '--skip-bad',
          '--paired-ar',
          '--paired-ar-n',
          '5',
          '--html',
          '{}/out.html',
        ],
      ][how]!;
      return { name: `scored ${i} ${how}`, argv, files };
    });
    // Each sentence that is passed over is a warning of its own, which --quiet leaves out.
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

const PRM = `DEBUG 0
MAX_ERROR 10
CUTOFF_LEN 40
LABELED 1
DELETE_LABEL TOP
DELETE_LABEL -NONE-
EQ_LABEL ADVP PRT
EQ_WORD a b
`;

test(
  'EVALB parameters',
  async () => {
    const line = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('DEBUG', 'MAX_ERROR', 'CUTOFF_LEN', 'LABELED', 'DELETE_LABEL', 'EQ_LABEL', 'X', ''),
          oddText,
        )
        .map((words) => words.join(' ')),
      fc.constantFrom(
        'MAX_ERROR -1',
        'MAX_ERROR 1e99',
        'CUTOFF_LEN 99999999999999999999',
        'LABELED 7',
        'EQ_LABEL A',
        'DELETE_LABEL',
        '# x',
      ),
    );
    const parameters = fc.oneof(
      fc.array(line, { maxLength: 8 }).map((rows) => rows.join('\n')),
      damaged(Buffer.from(PRM)),
      fc.constantFrom<string | null>(null, '', '\u0000'),
    );
    const trials = sample(parameters, 50).map((content, i): Trial => {
      const argv = ['eval-parse', '{}/trees.mrg', '{}/trees.mrg', '--prm', '{}/x.prm'];
      return { name: `parameters ${i}`, argv, files: { 'trees.mrg': TREES, 'x.prm': content } };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
