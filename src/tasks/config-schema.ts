// The JSON Schema of configs for training (draft 2020-12), by which editors complete and check them. Types, choices and
// defaults are those of the tasks' schemas, the texts those of docs/config.md.
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../util/package.ts';
import { readText } from '../util/text.ts';
import { DEFAULT_TASK, tasks } from './index.ts';

type Schema = Record<string, unknown>;

/** As the text of a file. */
export function formatConfigSchema(): string {
  const texts = readTexts();
  const all = Object.entries(tasks).flatMap(([name, { forms = {}, ...task }]) => [
    [name, task] as const,
    ...Object.entries(forms).map(([type, form]) => [formName(name, type), form] as const),
  ]);
  const definitions = all.map(([name, task]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(task.schema(), {
      io: 'input',
      unrepresentable: 'any',
    }) as Schema;
    const sections = Object.entries(schema.properties as Record<string, Schema>).map(([key, section]) => {
      return [key, mayLack(section)] as const;
    });
    const properties = { include: INCLUDE, ...Object.fromEntries(sections) };
    return [name, describe({ ...mayLack(schema), title: task.describe, properties }, '', texts)] as const;
  });
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A config of tx train',
    ...choose(Object.keys(tasks).filter((name) => name !== DEFAULT_TASK)),
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** Files that are merged below the one that names them; see docs/config.md. */
const INCLUDE = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

/** What a file lacks may be in those that it includes. */
const mayLack = ({ required: _, ...schema }: Schema): Schema => schema;

/** The definition of the task that a config names. */
function choose([name, ...others]: string[]): Schema {
  if (name === undefined) return { $ref: `#/$defs/${DEFAULT_TASK}` };
  const types = Object.keys(tasks[name]!.forms ?? {});
  return {
    if: { required: ['task'], properties: { task: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: chooseForm(name, types),
    else: choose(others),
  };
}

/** The definition for the model that it names. */
function chooseForm(name: string, [type, ...others]: string[]): Schema {
  if (type === undefined) return { $ref: `#/$defs/${name}` };
  const model = { required: ['type'], properties: { type: { const: type } } };
  return {
    if: { required: ['model'], properties: { model } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { $ref: `#/$defs/${formName(name, type)}` },
    else: chooseForm(name, others),
  };
}

const formName = (task: string, type: string): string => `${task}-${type}`;

/** What docs/config.md says of each setting, in its tables: `| keys | type | default | meaning |`. */
function readTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const row of readText(join(packageRoot, 'docs/config.md')).split('\n')) {
    if (!row.startsWith('| `')) continue;
    const [, keys, , , meaning] = row.split(/(?<!\\)\|/);
    const text = meaning!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll('\\|', '|')
      .trim();
    for (const [, key] of keys!.matchAll(/`([^`]+)`/g)) if (!texts.has(key!)) texts.set(key!, text);
  }
  return texts;
}

/** The schema with a description at each setting that has one. */
function describe(schema: Schema, path: string, texts: ReadonlyMap<string, string>): Schema {
  const text = texts.get(path);
  const result: Schema = { ...schema, ...(text !== undefined && { description: text }) };
  const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
  for (const [key, inner] of Object.entries(
    (schema.properties as Record<string, Schema> | undefined) ?? {},
  )) {
    (result.properties as Schema) = {
      ...(result.properties as Schema),
      [key]: describe(inner, inside(key), texts),
    };
  }
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    const branches = schema[key] as Schema[] | undefined;
    if (branches !== undefined) result[key] = branches.map((branch) => describe(branch, path, texts));
  }
  const named = schema.additionalProperties;
  if (typeof named === 'object') {
    result.additionalProperties = describe(named as Schema, inside('NAME'), texts);
  }
  return result;
}
