// Studies: keys, axes and choices with values that they were not made for, and damaged texts.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { damaged, Hunt, PATIENCE, sample, type Trial } from './harness.ts';
import { CONFIG } from './material.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const STUDY = `title: a
base: config.yaml
settings: { training: { maxSteps: 1 } }
seeds: 2
grids:
  g:
    axes: { model.dropout: [0, 0.1], size: { a: { model.dFf: 8 }, b: {} } }
    exclude: [{ size: b, model.dropout: 0.1 }]
    report: { figures: [valid.loss], baseline: { size: a, model.dropout: 0 }, x: model.dropout }
    claims: [{ says: a, figure: valid.loss, arm: { size: a, model.dropout: 0 }, below: { size: b, model.dropout: 0 } }]
  h:
    axes: { model.dropout: [0, 0.1], size: { a: { model.dFf: 8 }, b: {} } }
    report: { x: parameters, series: size }
    claims:
      - { says: b, figure: test.BLEU, best: model.dropout, arm: { size: a }, above: [{ size: b }] }
      - { says: c, figure: steps, arm: { size: a, model.dropout: 0 }, ties: { size: b, model.dropout: 0 }, within: 1% }
      - { says: d, figure: test.BLEU, arm: { size: a, model.dropout: 0 }, atLeast: 5 }
`;
const KEYS = `title base settings settings.model settings.model.dropout seeds grids grids.g grids.g.axes
  grids.g.axes.size grids.g.axes.seed grids.g.exclude grids.g.seeds grids.g.settings grids.g.report
  grids.g.report.figures grids.g.report.baseline grids.g.report.x grids.g.report.xScale grids.g.report.spread
  grids.g.report.series grids.g.claims`
  .trim()
  .split(/\s+/);
const VALUES = [
  ...[
    'null',
    '""',
    'x',
    'true',
    '-1',
    '0',
    '1',
    '1.5',
    '1e9',
    '1e308',
    '.inf',
    '.nan',
    '[]',
    '{}',
    '[1, 2]',
    '[1, 1]',
  ],
  ...['[[1]]', '[{}]', '[null]', '[{ a.b: 1 }]', '{ a: {} }', '{ a: 1 }', '{ from: 1, to: 2, step: 1 }'],
  ...[
    '{ from: 1, to: 1e9, step: 1 }',
    '{ from: 1e-300, to: 1, factor: 2 }',
    '{ from: -1, to: .inf, step: 1 }',
  ],
  ...[
    '{ from: 0, to: 1, step: 1e-30 }',
    '{ "": {} }',
    '{ __proto__: {} }',
    '{ "a..b": { "..": 1 } }',
    '"\\u0000"',
  ],
  ...[
    'parameters',
    '1%',
    '-1e9%',
    '{ a: { size: a }, b: { size: [a, b] } }',
    '[{ says: a, figure: valid.loss, arm: {}, below: {} }]',
    '[{ says: a, figure: valid.loss, best: x, arm: {}, ties: [], by: 1, within: 1% }]',
    '[{ says: a, figure: valid.loss, arm: {}, atLeast: .inf }]',
    '[{ says: a, figure: valid.loss, arm: { size: a }, atLeast: 0.5, atMost: -1e400, by: 1 }]',
    '[{ says: "", figure: __proto__, arm: { __proto__: 1 }, above: [{}, {}], by: -.inf }]',
  ],
  ...['config.yaml', 'study.yaml', 'quickstart', 'multi30k/table-3', '/etc/passwd', '{ constructor: [1] }'],
];

/** The study with a key's value replaced, as text: paths end in a line of their own. */
function alter(key: string, value: string): string {
  const keys = key.split('.');
  const nested = keys.map((name, i) => `${'  '.repeat(i)}${name}:`).join('\n');
  const rest = STUDY.split('\n').filter(
    (line) => !line.startsWith(keys[0]!) && (keys[0] !== 'grids' || !/^ /.test(line)),
  );
  return `${nested} ${value}\n${rest.join('\n')}`;
}

const files = { 'config.yaml': CONFIG };
const list = ['study', '{}/study.yaml', '--list', '--out', '{}/out'];

test(
  'values',
  async () => {
    const pairs = sample(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)), 200);
    const trials = pairs.map(([key, value]): Trial => {
      const study = alter(key, value);
      return {
        name: `${key}: ${value}`,
        argv: list,
        files: { ...files, 'study.yaml': study },
        isConfig: true,
      };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'damaged texts',
  async () => {
    const trials = sample(damaged(Buffer.from(STUDY)), 60).map((bytes, i): Trial => {
      const name = `damaged text ${i}: ${bytes.subarray(0, 60)}`;
      return { name, argv: list, files: { ...files, 'study.yaml': bytes }, isConfig: true };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'options',
  async () => {
    const values = [
      '',
      '0',
      '-1',
      '1.5',
      '1e9',
      'NaN',
      'x',
      '2/1',
      '1/0',
      '1/1/1',
      '0/2',
      'auto',
      '{}',
      '/dev/null',
    ];
    const options = ['--jobs', '--threads', '--shard', '--set', '--out'];
    const trials = options.flatMap((option) =>
      values.map((value): Trial => {
        const argv = ['study', '{}/study.yaml', '--list', option, value];
        return {
          name: argv.slice(2).join(' '),
          argv,
          files: { ...files, 'study.yaml': STUDY },
          isConfig: true,
        };
      }),
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
