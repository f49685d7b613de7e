// A config file with its includes and `--set` overrides, checked against a schema: YAML in, typed settings out.
import { dirname } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { checkTree, type OldKey, refuseOldKeys } from './check.ts';
import { parseYaml } from './parse.ts';
import { readConfig } from './read.ts';
import { errorAt, originsOf, setInTree, type Tree, toJs } from './tree.ts';

export interface LoadedConfig<S extends z.ZodType> {
  value: z.output<S>;
  /** The config's path as it was given, and its folder. */
  path: string;
  dir: string;
  /** What was written, includes and overrides merged, without the schema's defaults. */
  raw: unknown;
  /** Where each of these values was written: `model.dModel` → `my.yaml:3:11`, or the override as it was typed. */
  origins: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  set?: readonly string[];
  /** The keys of a config, as it was written, that have another name or place now. */
  findOldKeys?: (raw: unknown) => readonly OldKey[];
}

/**
 * The settings of the config at `path` with overrides such as `train.lr=1e-3` (the value is YAML; the last wins).
 * The schema may depend on what was written. Everything wrong with it is a UsageError: one line for each problem, `file:line:col: key: what`.
 */
export function loadConfig<S extends z.ZodType>(
  path: string,
  schema: S | ((raw: unknown) => S),
  { set = [], findOldKeys }: LoadOptions = {},
): LoadedConfig<S> {
  let tree: Tree = readConfig(path);
  for (const override of set) tree = applyOverride(tree, override);
  const raw = toJs(tree);
  refuseOldKeys(tree, findOldKeys?.(raw) ?? []);
  const value = checkTree(tree, typeof schema === 'function' ? schema(raw) : schema);
  return { value, path, dir: dirname(path), raw, origins: Object.fromEntries(originsOf(tree)) };
}

function applyOverride(tree: Tree, override: string): Tree {
  const equals = override.indexOf('=');
  const keys = override.slice(0, Math.max(0, equals)).trim().split('.');
  const isKey = (text: string) => text.split('.').every((key) => /^[\w-]+$/.test(key) && key !== '__proto__');
  if (equals < 0) {
    const key = override.trim();
    const example = isKey(key) ? `: --set ${key}=VALUE` : '';
    throw new UsageError(`--set ${quote(override)}: expected a key, = and a value${example}`);
  }
  if (!isKey(keys.join('.'))) {
    const key = quote(keys.join('.'));
    throw new UsageError(`--set ${quote(override)}: ${key} is no key; a key is words with dots between them`);
  }
  const place = { source: `--set ${keys.join('.')}`, line: 0, col: 0 };
  if (keys[0] === 'include') throw errorAt(place, 'an include can only stand in a file');
  const value = parseYaml(override.slice(equals + 1), () => place) ?? {
    kind: 'scalar',
    place,
    size: 1,
    value: null,
  };
  return setInTree(tree, keys, value);
}
