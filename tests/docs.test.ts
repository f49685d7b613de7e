// The documents against the code: every setting with its default and choices in docs/config.md, examples that load,
// commands and options that exist, relative links that lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { tasks } from '../src/tasks/index.ts';
import { benchSchemaFor, benchSchemas } from '../src/train/bench-workloads.ts';
import { tx } from './commands/run.ts';

const root = join(import.meta.dirname, '..');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** A setting as its schema has it; values are written as YAML does. */
interface Setting {
  defaults: Set<string>;
  choices: Set<string>;
}

/** The settings under a schema by their paths; a list's items that are maps are under `0`. */
function settingsOf(
  schema: z.core.$ZodType,
  path = '',
  found = new Map<string, Setting>(),
  inList = false,
): Map<string, Setting> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const setting = (): Setting => {
    const known = found.get(path) ?? { defaults: new Set(), choices: new Set() };
    found.set(path, known);
    return known;
  };
  switch (def.type) {
    case 'object':
      for (const [key, inner] of Object.entries(def.shape)) {
        settingsOf(inner, [path, inList ? '0' : '', key].filter(Boolean).join('.'), found);
      }
      break;
    case 'default':
      settingsOf(def.innerType, path, found);
      setting().defaults.add(write(def.defaultValue));
      break;
    case 'prefault':
    case 'optional':
      settingsOf(def.innerType, path, found);
      break;
    case 'pipe':
      settingsOf(def.in, path, found);
      break;
    case 'record':
      settingsOf(def.valueType, `${path}.NAME`, found);
      break;
    case 'union':
      for (const option of def.options) settingsOf(option, path, found, inList);
      break;
    case 'array':
      settingsOf(def.element, path, found, true);
      break;
    case 'enum':
      for (const value of Object.values(def.entries)) setting().choices.add(String(value));
      break;
    case 'literal':
      for (const value of def.values) setting().choices.add(String(value));
      break;
    case 'number':
    case 'string':
    case 'boolean':
    case 'tuple':
      setting();
      break;
    default:
      throw new Error(`${path}: the test does not know schemas of type ${def.type}`);
  }
  return found;
}

const write = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(write).join(', ')}]` : String(value);

/** Rows of the tables `| keys | type | default | meaning |`. */
function rowsOf(markdown: string): { keys: string[]; row: string; byDefault: string }[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((row) => {
      const [, keys, , byDefault] = row.split(/(?<!\\)\|/);
      return { keys: quoted(keys!), row, byDefault: byDefault! };
    });
}

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** What a reference lacks of the settings, or says wrongly about them. */
function mistakes(markdown: string, settings: ReadonlyMap<string, Setting>): string[] {
  const rows = rowsOf(markdown);
  const documented = rows.flatMap(({ keys }) => keys);
  const stale = documented.filter((key) => !settings.has(key)).map((key) => `${key} is not a setting`);
  const wrong = [...settings].flatMap(([key, { defaults, choices }]) => {
    const row = rows.find(({ keys }) => keys.includes(key));
    if (row === undefined) return [`${key} is missing`];
    const told = quoted(row.byDefault);
    return [
      ...[...defaults].filter((x) => !told.includes(x)).map((x) => `${key}: the default ${x} is missing`),
      ...told.filter((x) => !defaults.has(x)).map((x) => `${key}: ${x} is no default`),
      ...[...choices]
        .filter((x) => !row.row.includes(`\`${x}\``))
        .map((x) => `${key}: the choice ${x} is missing`),
    ];
  });
  return [...stale, ...wrong];
}

/** The contents of fenced blocks of a language. */
const blocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text!);

/** Relative links of the document `name` to files that are not there. */
function brokenLinks(name: string, markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    const [path] = target.split('#') as [string];
    return path !== '' && !/^[a-z]+:/.test(path) && !existsSync(join(root, dirname(name), path));
  });
}

/** Links of a packed document to files that are not packed with it. */
function linksOutside(name: string, markdown: string): string[] {
  const { files } = JSON.parse(read('package.json')) as { files: string[] };
  const packed = [...files, 'README.md', 'LICENSE', 'package.json'];
  return [...markdown.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(name), target).replaceAll('\\', '/'))
    .filter((path) => !packed.some((file) => path === file || path.startsWith(`${file}/`)));
}

/** Options of `tx` in shell commands that the command's help does not have; commands that do not exist. */
async function unknownOptions(shell: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const [, command, rest] of shell.matchAll(/\btx ([a-z-]+)([^\n|]*)/g)) {
    const { code, stdout } = await tx([command!, '--help']);
    if (code !== 0) wrong.push(`no command ${command}`);
    const options = rest!.replace(/#.*/, '').match(/(?<=\s)--?[a-z][\w-]*/g) ?? [];
    for (const option of code === 0 ? options : []) {
      if (!new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(stdout))
        wrong.push(`tx ${command}: no ${option}`);
    }
  }
  return wrong;
}

/** The tasks in all their forms. */
const forms = Object.fromEntries(
  Object.entries(tasks).flatMap(([name, task]) => [
    [name, task] as const,
    ...Object.entries(task.forms ?? {}).map(([type, form]) => [`${name} of ${type}`, form] as const),
  ]),
);

/** The sections of a task's configs. */
function sectionsOf(task: string): Record<string, z.ZodType> {
  type Sections = z.ZodObject<Record<string, z.ZodType>>;
  const whole = forms[task]!.schema() as unknown as Sections | z.ZodPipe<Sections>;
  return whole instanceof z.ZodPipe ? whole.def.in.shape : whole.shape;
}
const taskNames = Object.keys(forms);

const [trainPart, benchPart] = read('docs/config.md').split('\n## Bench config\n') as [string, string];

describe('docs/config.md', () => {
  it('tells every setting of a train config, its default and its choices', () => {
    const settings = new Map<string, Setting>();
    for (const task of taskNames) settingsOf(z.object(sectionsOf(task)), '', settings);
    expect(mistakes(trainPart, settings)).toEqual([]);
  });

  it('tells every setting of a bench config', () => {
    const settings = new Map<string, Setting>();
    for (const [task, { shape }] of Object.entries(benchSchemas)) {
      const { model, optimizer, ...own } = shape;
      expect(settingsOf(model)).toEqual(settingsOf(sectionsOf(task).model!));
      expect(optimizer).toBe(sectionsOf(task).optimizer);
      settingsOf(z.object({ ...own, model: z.string(), optimizer: z.string() }), '', settings);
    }
    expect(mistakes(benchPart, settings)).toEqual([]);
  });

  it('has an example of every section, and all of them load', () => {
    const shown = new Set<string>();
    for (const text of blocks(trainPart.split('\n## Train config\n')[1]!, 'yaml')) {
      const given = Object.entries(parse(text) as object);
      // The sections of a block are those of one task.
      const fitting = taskNames.filter((task) => {
        const sections = sectionsOf(task);
        return given.every(([key, value]) => sections[key]?.safeParse(value).success);
      });
      expect(fitting, text).not.toEqual([]);
      for (const [key] of given) for (const task of fitting) shown.add(`${task} ${key}`);
    }
    const all = taskNames.flatMap((task) => Object.keys(sectionsOf(task)).map((key) => `${task} ${key}`));
    // `task` itself stands in the example of each task but the default.
    expect(all.filter((name) => !shown.has(name) && name !== 'translation task')).toEqual([]);
    for (const text of blocks(benchPart, 'yaml')) {
      const config = parse(text);
      expect(benchSchemaFor(config).safeParse(config).error).toBeUndefined();
    }
  });
});

it("README.md's configs load", () => {
  const configs = blocks(read('README.md'), 'yaml');
  expect(configs.length).toBeGreaterThan(0);
  for (const text of configs) {
    const config = parse(text) as { task?: string };
    expect(tasks[config.task ?? 'translation']!.schema().safeParse(config).error).toBeUndefined();
  }
});

it.each(documents)('%s: links and commands exist', async (name) => {
  const markdown = read(name);
  expect(brokenLinks(name, markdown)).toEqual([]);
  expect(linksOutside(name, markdown)).toEqual([]);
  expect(await unknownOptions(blocks(markdown, 'sh').join('\n'))).toEqual([]);
});

describe('the checks', () => {
  const settings = settingsOf(
    z.object({
      size: z.int().default(8),
      kind: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('a'), warmup: z.int().default(1) }),
        z.strictObject({ type: z.literal('b'), warmup: z.int().default(2) }),
      ]),
      steps: z.array(
        z.union([z.enum(['x', 'y']), z.strictObject({ x: z.strictObject({ on: z.boolean() }) })]),
      ),
    }),
  );
  const table = [
    '| `size` | number | `8` | |',
    '| `kind.type` | `a` or `b` | required | |',
    '| `kind.warmup` | number | `1`, `2` | |',
    '| `steps` | `x`, `y` | | |',
    '| `steps.0.x.on` | true or false | required | |',
  ];

  it('pass what is right', () => {
    expect(mistakes(table.join('\n'), settings)).toEqual([]);
  });

  it.each([
    [table[0]!, '', 'size is missing'],
    ['`8`', '', 'size: the default 8 is missing'],
    ['`8`', '`8` or `9`', 'size: 9 is no default'],
    [', `2`', '', 'kind.warmup: the default 2 is missing'],
    ['`b`', 'b', 'kind.type: the choice b is missing'],
    [', `y`', '', 'steps: the choice y is missing'],
    ['`size`', '`size`, `sise`', 'sise is not a setting'],
  ])('%s → %s: %s', (from, to, mistake) => {
    expect(mistakes(table.join('\n').replace(from, to), settings)).toEqual([mistake]);
  });

  it('find dead links, unknown commands and options', async () => {
    expect(brokenLinks('docs/a.md', '[x](../README.md#y) [x](none.md) [x](https://a.b/c) [x](#d)')).toEqual([
      'none.md',
    ]);
    expect(linksOutside('docs/a.md', '[x](../tests/b.ts) [x](../configs/c.yaml#d) [x](e.md)')).toEqual([
      'tests/b.ts',
    ]);
    const shell =
      'npx tx train a.yaml --resume --rsume # --not-read\ntx pares x\necho a | tx translate runs/a -i x';
    expect(await unknownOptions(shell)).toEqual(['tx train: no --rsume', 'no command pares']);
  });
});
