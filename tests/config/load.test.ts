import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { printConfig } from '../../src/config/print.ts';
import { UsageError } from '../../src/util/errors.ts';

const schema = z.strictObject({
  name: z.string().default('run'),
  model: z
    .strictObject({
      dModel: z.int().min(1).max(8192).default(512),
      numHeads: z.int().min(1).default(8),
      dropout: z.number().min(0).lt(1).default(0.1),
      activation: z.enum(['relu', 'gelu', 'swish']).default('relu'),
    })
    .prefault({}),
  optim: z
    .discriminatedUnion('name', [
      z.strictObject({
        name: z.literal('adam'),
        lr: z.number().positive(),
        betas: z.array(z.number()).length(2).optional(),
      }),
      z.strictObject({ name: z.literal('sgd'), lr: z.number(), momentum: z.number().default(0) }),
    ])
    .optional(),
  length: z.union([z.number(), z.strictObject({ min: z.number(), max: z.number() })]).optional(),
  data: z.strictObject({ src: z.string(), files: z.array(z.strictObject({ path: z.string() })).optional() }),
  weights: z.record(z.string(), z.number()).optional(),
});

const VALID = 'data: { src: de }\n';
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tx-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string | Uint8Array): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** The error's lines for this text, the folder's name taken out. */
function problems(text: string, set: string[] = [], name = 'c.yaml'): string[] {
  try {
    loadConfig(file(name, text), schema, { set });
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.replaceAll(`${dir}/`, '').split('\n');
  }
  throw new Error('accepted');
}

describe('a valid config', () => {
  it('gets the defaults, keeps what was written apart from them, and knows its folder', () => {
    const path = file('valid.yaml', `${VALID}model:\n  dModel: 16\n`);
    const config = loadConfig(path, schema);
    expect(config.value.model).toEqual({ dModel: 16, numHeads: 8, dropout: 0.1, activation: 'relu' });
    expect(config.raw).toEqual({ data: { src: 'de' }, model: { dModel: 16 } });
    expect([config.path, config.dir]).toEqual([path, dir]);
  });

  it('may use anchors and aliases, Windows line ends and a byte order mark', () => {
    const path = file('bom.yaml', '\uFEFFname: &n de\r\ndata:\r\n  src: *n\r\n');
    expect(loadConfig(path, schema).value.data.src).toBe('de');
  });

  it('prints as YAML that loads to the same settings', () => {
    const { value } = loadConfig(
      file('a.yaml', `${VALID}name: "yes: 1"\nweights: { "1": 2, a b: 1e-9 }\n`),
      schema,
    );
    const printed = printConfig(value);
    expect(printed).toMatchInlineSnapshot(`
      "name: "yes: 1"
      model:
        dModel: 512
        numHeads: 8
        dropout: 0.1
        activation: relu
      data:
        src: de
      weights:
        "1": 2
        a b: 1e-9
      "
    `);
    expect(loadConfig(file('b.yaml', printed), schema).value).toEqual(value);
  });
});

describe('what is wrong is told with its place', () => {
  it.each<[string, string, string[]]>([
    [
      'a syntax error',
      'a: [1,\nb',
      ['c.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a tab', 'model:\n\tdModel: 1', ['c.yaml:2:1: Tabs are not allowed as indentation']],
    ['a duplicate key', `${VALID}name: a\nname: b`, ['c.yaml:3:1: duplicate key "name"; first on line 2']],
    [
      'two documents',
      `${VALID}---\n${VALID}`,
      ['c.yaml:2:1: a second YAML document begins here; a config is one'],
    ],
    ['a list', '- 1', ['c.yaml:1:1: a config is a map of settings, not a list']],
    ['a word', 'hello', ['c.yaml:1:1: a config is a map of settings, not "hello"']],
    ['nothing', '', ['c.yaml: is empty; a config is a map of settings']],
    ['a comment', '# nothing', ['c.yaml: is empty; a config is a map of settings']],
    ['an unknown tag', `${VALID}name: !env HOME`, ['c.yaml:2:7: Unresolved tag: !env']],
    ['__proto__', `${VALID}__proto__: { a: 1 }`, ['c.yaml:2:1: __proto__ cannot be a key']],
    ['a list as key', `${VALID}? [a]\n: 1`, ['c.yaml:2:3: a key must be a word']],
    ['a set', `${VALID}weights: !!set { a }`, ['c.yaml:2:18: weights.a: expected a number, found nothing']],
    [
      'an unknown key, near',
      `${VALID}model:\n  dmodle: 1`,
      ['c.yaml:3:3: model.dmodle: unknown key; did you mean dModel?'],
    ],
    [
      'an unknown key, far',
      `${VALID}model: { zzz: 1 }`,
      ['c.yaml:2:10: model.zzz: unknown key; known: dModel, numHeads, dropout, activation'],
    ],
    ['a missing key', 'data:\n  files: []', ['c.yaml:1:1: data.src: missing; expected text']],
    ['a missing map', 'name: x', ['c.yaml:1:1: data: missing; expected a map']],
    [
      'a wrong type',
      `${VALID}model: { dModel: big }`,
      ['c.yaml:2:18: model.dModel: expected a number, found "big"'],
    ],
    [
      'a fraction',
      `${VALID}model: { dModel: 1.5 }`,
      ['c.yaml:2:18: model.dModel: expected a whole number, found 1.5'],
    ],
    [
      'no value',
      `${VALID}model: { dModel: }`,
      ['c.yaml:2:18: model.dModel: expected a number, found nothing'],
    ],
    [
      'too small',
      `${VALID}model: { dModel: 0 }`,
      ['c.yaml:2:18: model.dModel: expected at least 1, found 0'],
    ],
    [
      'too large',
      `${VALID}model: { dropout: 1 }`,
      ['c.yaml:2:19: model.dropout: expected less than 1, found 1'],
    ],
    [
      'infinity',
      `${VALID}model: { dropout: .inf }`,
      ['c.yaml:2:19: model.dropout: expected a number, found Infinity'],
    ],
    [
      'a wrong choice',
      `${VALID}model: { activation: rellu }`,
      ['c.yaml:2:22: model.activation: expected one of relu, gelu, swish, found "rellu"; did you mean relu?'],
    ],
    [
      'a wrong discriminator',
      `${VALID}optim: { name: adma }`,
      ['c.yaml:2:16: optim.name: expected one of adam, sgd, found "adma"; did you mean adam?'],
    ],
    [
      'no discriminator',
      `${VALID}optim: { lr: 1 }`,
      ['c.yaml:2:1: optim.name: missing; expected one of adam, sgd'],
    ],
    [
      'a discriminated union of the wrong type',
      `${VALID}optim: 3`,
      ['c.yaml:2:8: optim: expected a map, found 3'],
    ],
    [
      'a key of the other branch',
      `${VALID}optim: { name: adam, lr: 1, momentum: 2 }`,
      ['c.yaml:2:29: optim.momentum: unknown key; known: name, lr, betas'],
    ],
    [
      'a short list',
      `${VALID}optim: { name: adam, lr: 1, betas: [1] }`,
      ['c.yaml:2:36: optim.betas: expected at least 2 items, found 1'],
    ],
    ['a union', `${VALID}length: long`, ['c.yaml:2:9: length: expected a number or a map, found "long"']],
    [
      "a union's branch",
      `${VALID}length: { min: x, max: 2 }`,
      ['c.yaml:2:16: length.min: expected a number, found "x"'],
    ],
    [
      'inside a list',
      'data:\n  src: de\n  files:\n    - path: a\n    - path: 3\n    - pth: b',
      [
        'c.yaml:5:13: data.files.1.path: expected text, found 3',
        'c.yaml:6:7: data.files.2.pth: unknown key; did you mean path?',
        'c.yaml:6:7: data.files.2.path: missing; expected text',
      ],
    ],
    [
      'inside a record',
      `${VALID}weights: { "a b": x }`,
      ['c.yaml:2:19: weights."a b": expected a number, found "x"'],
    ],
    [
      'several, in order',
      'model: { dModel: a }\nname: 3\nzzzz: 1',
      [
        'c.yaml:1:18: model.dModel: expected a number, found "a"',
        'c.yaml:2:7: name: expected text, found 3',
        'c.yaml:3:1: zzzz: unknown key; known: name, model, optim, length, data, weights',
        'c.yaml:1:1: data: missing; expected a map',
      ],
    ],
    ['an alias without anchor', 'name: *x', ['c.yaml:1:7: the alias *x has no finished anchor above it']],
    [
      'an alias inside itself',
      'name: &x [*x]',
      ['c.yaml:1:11: the alias *x has no finished anchor above it'],
    ],
  ])('%s', (_name, text, lines) => {
    expect(problems(text)).toEqual(lines);
  });

  it('lists at most 20', () => {
    const lines = problems(Array.from({ length: 50 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('(and 31 more)');
  });
});

describe('include', () => {
  it('merges maps, later over earlier, the including file over all; other values are replaced', () => {
    file('base/a.yaml', 'model: { dModel: 1, numHeads: 1 }\ndata: { src: de, files: [{ path: x }] }');
    file('base/b.yaml', 'include: c.yaml\nmodel: { numHeads: 2 }');
    file('base/c.yaml', 'model: { dModel: 3, numHeads: 3, dropout: 0.3 }');
    const path = file(
      'main.yaml',
      'include: [base/a.yaml, base/b.yaml]\nmodel: { dropout: 0 }\ndata: { files: [] }',
    );
    expect(loadConfig(path, schema).value).toMatchObject({
      model: { dModel: 3, numHeads: 2, dropout: 0 },
      data: { src: 'de', files: [] },
    });
  });

  it('tells problems at the file that caused them', () => {
    file('part.yaml', 'data:\n  src: 3\nmodel:\n  dModle: 1');
    expect(problems('include: part.yaml\nname: 1')).toEqual([
      'c.yaml:2:7: name: expected text, found 1',
      'part.yaml:2:8: data.src: expected text, found 3',
      'part.yaml:4:3: model.dModle: unknown key; did you mean dModel?',
    ]);
    file('broken.yaml', 'a: [');
    expect(problems('include: broken.yaml')[0]).toMatch(/^broken\.yaml:1:5: /);
  });

  it('refuses cycles, files that are not there, and what is no path', () => {
    file('loop/x.yaml', 'include: y.yaml');
    file('loop/y.yaml', 'name: y\ninclude: ./x.yaml');
    expect(problems('include: loop/x.yaml')).toEqual([
      'loop/y.yaml:2:10: files include each other: loop/x.yaml → loop/y.yaml → loop/x.yaml',
    ]);
    expect(problems('include: c.yaml')).toEqual(['c.yaml:1:10: files include each other: c.yaml → c.yaml']);
    expect(problems('include: none.yaml')).toEqual([
      'c.yaml:1:10: include: none.yaml: no such file or directory',
    ]);
    expect(problems('include: [loop]')).toEqual(['c.yaml:1:11: include: loop: is a directory']);
    expect(problems('include: { a: 1 }')).toEqual([
      "c.yaml:1:10: include: expected a file's path or a list of them, found a map",
    ]);
    for (let i = 0; i < 8; i++) file(`fan/${i}.yaml`, `include: [${i + 1}.yaml, ${i + 1}.yaml]`);
    file('fan/8.yaml', 'name: x');
    expect(problems('include: fan/0.yaml')).toEqual(['c.yaml: more than 100 files are included']);
  });
});

describe('--set', () => {
  const load = (...set: string[]) => loadConfig(file('set.yaml', VALID), schema, { set }).value;

  it('reads its value as YAML; the last one wins; maps on the way are made', () => {
    expect(load('model.dModel=16', 'model.dModel=32').model.dModel).toBe(32);
    expect(load('optim.name=sgd', 'optim.lr=1e-3').optim).toEqual({ name: 'sgd', lr: 1e-3, momentum: 0 });
    expect(load('optim={ name: adam, lr: 1, betas: [0.9, 0.98] }', 'optim.betas.1=0.5').optim).toMatchObject({
      betas: [0.9, 0.5],
    });
    const path = file('null.yaml', `${VALID}optim:\n`);
    expect(loadConfig(path, schema, { set: ['optim.name=sgd', 'optim.lr=2'] }).value.optim).toMatchObject({
      lr: 2,
    });
    expect(load('name=a=b').name).toBe('a=b');
    expect(load('data.files=[{ path: a }]', 'data.files.0.path=b').data.files).toEqual([{ path: 'b' }]);
  });

  it('does not change the other uses of an alias', () => {
    const path = file('alias.yaml', 'data: { src: de, files: [&f { path: a }, *f] }');
    expect(loadConfig(path, schema, { set: ['data.files.0.path=b'] }).value.data.files).toEqual([
      { path: 'b' },
      { path: 'a' },
    ]);
  });

  it.each<[string, string]>([
    ['name', '--set "name": expected a key, = and a value: --set name=VALUE'],
    ['model.dModel', '--set "model.dModel": expected a key, = and a value: --set model.dModel=VALUE'],
    ['a b', '--set "a b": expected a key, = and a value'],
    ['=1', '--set "=1": "" is no key; a key is words with dots between them'],
    ['a..b=1', '--set "a..b=1": "a..b" is no key; a key is words with dots between them'],
    [
      '__proto__.a=1',
      '--set "__proto__.a=1": "__proto__.a" is no key; a key is words with dots between them',
    ],
    ['model.dModel=x', '--set model.dModel: expected a number, found "x"'],
    ['model.dModle=1', '--set model.dModle: unknown key; did you mean dModel?'],
    ['model={ dModle: 1 }', '--set model: model.dModle: unknown key; did you mean dModel?'],
    ['name=[1', '--set name: Flow sequence'],
    ['data.src.x=1', '--set data.src.x: "x" cannot be set inside "de"'],
    ['include=x', '--set include: an include can only stand in a file'],
  ])('%s', (override, line) => {
    expect(problems(VALID, [override])[0]).toContain(line);
  });

  it('refuses an item that a list has not', () => {
    expect(problems(VALID, ['data.files=[]', 'data.files.0.path=x'])).toEqual([
      '--set data.files.0.path: "0" is not an item of this list of 0 (the first is 0)',
    ]);
  });
});

describe('hostile files', () => {
  it.each<[string, string]>([
    [
      'alias bomb',
      `a0: &a0 [1]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`,
    ],
    [
      'alias chain',
      `a0: &a0 [1]\n${Array.from({ length: 9000 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join('\n')}`,
    ],
    ['deep flow', '['.repeat(500_000)],
    ['deep maps', 'a: {'.repeat(100_000)],
    ['deep block', '- '.repeat(200_000)],
    ['deep keys', '? '.repeat(200_000)],
    ['deep indentation', Array.from({ length: 1300 }, (_, i) => `${' '.repeat(i)}k:`).join('\n')],
    ['many keys', Array.from({ length: 99_990 }, (_, i) => `${i}:`).join('\n')],
    ['many errors', 'a: b: c: d\n'.repeat(20_000)],
    ['binary', 'a: \0\0'],
  ])('%s: a clear line', (_name, text) => {
    const lines = problems(text);
    expect(lines.length).toBeLessThanOrEqual(21);
    expect(lines[0]).toMatch(/^c\.yaml(:\d+:\d+)?: /);
  });

  it('refuses what cannot be read as a small text file', () => {
    const message = (path: string) => {
      expect(() => loadConfig(path, schema)).toThrow(UsageError);
      try {
        loadConfig(path, schema);
      } catch (error) {
        return (error as Error).message.replaceAll(`${dir}/`, '');
      }
    };
    const big = file('big.yaml', '');
    truncateSync(big, 100_000_000);
    expect(message(big)).toBe('big.yaml: is larger than 1.0 MB, the most that is read');
    expect(message('/dev/zero')).toBe('/dev/zero: is larger than 1.0 MB, the most that is read');
    expect(message(join(dir, 'none.yaml'))).toBe('none.yaml: no such file or directory');
    mkdirSync(join(dir, 'folder'));
    expect(message(join(dir, 'folder'))).toBe('folder: is a directory');
    expect(message(file('latin.yaml', Buffer.from('a: 1\nb: \xe9\n', 'latin1')))).toBe(
      'latin.yaml:2: not valid UTF-8: byte 4 of the line is 0xe9; convert the text to UTF-8',
    );
    expect(message('a\0b')).toBe('a\\0b: not a valid path');
    symlinkSync('self.yaml', join(dir, 'self.yaml'));
    expect(message(join(dir, 'self.yaml'))).toBe('self.yaml: too many symbolic links');
  });

  it('answers random text with settings or a UsageError, never anything else', () => {
    const words = [
      'name',
      'model',
      'dModel',
      'optim',
      'data',
      'src',
      'include',
      'files',
      '__proto__',
      'constructor',
      'toString',
    ];
    const yamlish = fc
      .array(
        fc.constantFrom(
          ...words,
          ...'[]{}:,-?&*!|>\'"#%@`~<=',
          ' ',
          '  ',
          '\n',
          '\t',
          ': ',
          '- ',
          '\n  ',
          '*a',
          '&a ',
          '1',
          '.5',
          '---\n',
          '%YAML 1.1\n',
        ),
      )
      .map((parts) => parts.join(''));
    const path = join(dir, 'fuzz.yaml');
    const check = (text: string, set: string[]) => {
      writeFileSync(path, text);
      try {
        loadConfig(path, schema, { set });
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(error.message).toMatch(/^(\S+|--set .*): /);
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), yamlish), (text) => check(text, [])),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          yamlish.map((s) => `model.dModel=${s}`),
          yamlish,
        ),
        (set) => check(VALID, [set]),
      ),
      {
        numRuns: 300,
      },
    );
  });
});
