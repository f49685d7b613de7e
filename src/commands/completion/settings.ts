// The keys of settings as `--set` takes them, level by level, and what may follow their `=`: out of the JSON Schemas of
// configs, by the task of the config on the line and by what it settles.
import { join } from 'node:path';
import { packageRoot } from '../../util/package.ts';
import { readText } from '../../util/text.ts';

export interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  description?: string;
}

export interface Candidate {
  text: string;
  describe?: string;
}

/** The schemas of configs for training, by task. */
export function trainSchemas(): Record<string, JsonSchema> {
  const { $defs } = JSON.parse(readText(join(packageRoot, 'configs/tx.schema.json'))) as {
    $defs: Record<string, JsonSchema>;
  };
  return $defs;
}

/** What `word` may become, a key or a value; `given` is the config as far as it is known. */
export function completeSetting(
  word: string,
  schemas: Readonly<Record<string, JsonSchema>>,
  given: unknown,
): Candidate[] {
  const equals = word.indexOf('=');
  if (equals >= 0) {
    const path = word.slice(0, equals);
    const keys = path.split('.');
    // What the setting is now says nothing of what it may become.
    const others = without(given, keys);
    const { schemas: own } = descend(rootsOf(schemas, others), others, keys);
    return unique(
      own.flatMap(choicesOf).map((choice) => ({ text: `${path}=${choice}` })),
      word,
    );
  }
  const roots = rootsOf(schemas, given);
  const keys = word.split('.');
  const above = keys.slice(0, -1);
  const { schemas: maps, value } = descend(roots, given, above);
  const path = above.map((key) => `${key}.`).join('');
  return unique(
    maps
      .flatMap((map) => childrenOf(map, value))
      .flatMap(([key, schema]) => {
        const branches = branchesOf(schema, valueAt(value, key));
        const describe = branches.find(({ description }) => description !== undefined)?.description;
        const told = describe === undefined ? {} : { describe };
        const hasKeys = branches.some(isMap);
        return [
          ...(hasKeys ? [{ text: `${path}${key}.` }] : []),
          ...(branches.every(isMap) ? [] : [{ text: `${path}${key}=`, ...told }]),
        ];
      }),
    word,
  );
}

/** The schema of the task that is given, in the form of its model, or else all. */
function rootsOf(schemas: Readonly<Record<string, JsonSchema>>, given: unknown): JsonSchema[] {
  const task = valueAt(given, 'task');
  const type = valueAt(valueAt(given, 'model'), 'type');
  const own = schemas[`${String(task)}-${String(type)}`] ?? schemas[String(task)];
  return own === undefined ? Object.values(schemas) : [own];
}

/** What is given, but the setting at the end of a path of keys. */
function without(given: unknown, [key, ...inner]: readonly string[]): unknown {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, key!)) return given;
  const { [key!]: value, ...others } = given as Record<string, unknown>;
  return inner.length === 0 ? others : { ...others, [key!]: without(value, inner) };
}

/** The schemas at the end of a path of keys, and what the config has there. */
function descend(roots: JsonSchema[], given: unknown, keys: readonly string[]) {
  let schemas = roots.flatMap((root) => branchesOf(root, given));
  let value = given;
  for (const key of keys) {
    const inner = valueAt(value, key);
    schemas = schemas.flatMap((schema) => {
      const { properties = {}, additionalProperties: any } = schema;
      const child = Object.hasOwn(properties, key)
        ? properties[key]
        : typeof any === 'object'
          ? any
          : undefined;
      return child === undefined ? [] : branchesOf(child, inner);
    });
    value = inner;
  }
  return { schemas, value };
}

/** A schema's alternatives, without those that what is given cannot be. */
function branchesOf(schema: JsonSchema, given: unknown): JsonSchema[] {
  const { description } = schema;
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches === undefined) return [schema];
  const all = branches.flatMap((branch) => branchesOf(branch, given));
  const fitting = all.filter(({ properties = {} }) =>
    Object.entries(properties).every(([key, { const: only }]) => {
      const own = valueAt(given, key);
      return only === undefined || own === undefined || String(own) === String(only);
    }),
  );
  const kept = fitting.length > 0 ? fitting : all;
  return kept.map((branch) => (description === undefined ? branch : { ...branch, description }));
}

/** Its keys; of names that are free, those that the config has. */
function childrenOf(
  { properties = {}, additionalProperties: any }: JsonSchema,
  given: unknown,
): [string, JsonSchema][] {
  const own = Object.entries(properties).filter(([key]) => key !== 'include');
  if (typeof any !== 'object' || typeof given !== 'object' || given === null) return own;
  return [...own, ...Object.keys(given).map((key): [string, JsonSchema] => [key, any])];
}

const isMap = ({ properties, additionalProperties }: JsonSchema): boolean =>
  properties !== undefined || typeof additionalProperties === 'object';

function choicesOf({ type, enum: values, const: only }: JsonSchema): string[] {
  if (only !== undefined) return [String(only)];
  return type === 'boolean' ? ['true', 'false'] : (values ?? []).map(String);
}

function valueAt(given: unknown, key: string): unknown {
  const isObject = typeof given === 'object' && given !== null && Object.hasOwn(given, key);
  return isObject ? (given as Record<string, unknown>)[key] : undefined;
}

function unique(candidates: readonly Candidate[], word: string): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const one of candidates)
    if (one.text.startsWith(word) && !first.has(one.text)) first.set(one.text, one);
  return [...first.values()];
}
