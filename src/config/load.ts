// A config file with its includes and `--set` overrides, checked against a schema: YAML in, typed settings out.
// `include:` (one file or a list, relative to the including file) is merged first; the including file wins.
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { z } from 'zod';
import { UsageError, UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { readText } from '../util/text.ts';
import { checkTree, type OldKey, refuseOldKeys } from './check.ts';
import { parseYaml } from './parse.ts';
import {
  describe,
  errorAt,
  type MapTree,
  mapTree,
  mergeTrees,
  originsOf,
  type Place,
  setInTree,
  type Tree,
  toJs,
} from './tree.ts';

/** A config is a page; a larger file is some other file, given by mistake. */
const MAX_BYTES = 1_000_000;
const MAX_FILES = 100;

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
  let tree: Tree = loadTree(path, [], { files: 0 });
  for (const override of set) tree = applyOverride(tree, override);
  const raw = toJs(tree);
  refuseOldKeys(tree, findOldKeys?.(raw) ?? []);
  const value = checkTree(tree, typeof schema === 'function' ? schema(raw) : schema);
  return { value, path, dir: dirname(path), raw, origins: Object.fromEntries(originsOf(tree)) };
}

/** `chain` is the files that include each other down to this one. */
function loadTree(path: string, chain: readonly string[], budget: { files: number }): MapTree {
  if (++budget.files > MAX_FILES)
    throw new UsageError(`${chain[0]}: more than ${MAX_FILES} files are included`);
  const own = readTree(path);
  const { include, rest } = splitInclude(own);
  const below = [...chain, path];
  let merged: Tree = mapTree(own.place, new Map());
  for (const { name, place } of include) {
    const included = isAbsolute(name) ? name : join(dirname(path), name);
    const cycle = below.findIndex((file) => resolve(file) === resolve(included));
    if (cycle >= 0) {
      throw errorAt(place, `files include each other: ${[...below.slice(cycle), included].join(' → ')}`);
    }
    try {
      merged = mergeTrees(merged, loadTree(included, below, budget));
    } catch (error) {
      // What is wrong inside an included file is told by that file's lines; that it cannot be read, here.
      if (error instanceof UserError && error.message.startsWith(`${included}: `)) {
        throw errorAt(place, `include: ${error.message}`);
      }
      throw error;
    }
  }
  return mergeTrees(merged, rest) as MapTree;
}

function readTree(path: string): MapTree {
  let text: string;
  try {
    text = readText(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
  if (text.includes('\0')) throw new UsageError(`${path}: is a binary file, not YAML text`);
  const tree = parseYaml(text, (line, col) => ({ source: path, line, col }));
  if (!tree) throw new UsageError(`${path}: is empty; a config is a map of settings`);
  if (tree.kind !== 'map')
    throw errorAt(tree.place, `a config is a map of settings, not ${describe(toJs(tree))}`);
  return tree;
}

function splitInclude(tree: MapTree): { include: { name: string; place: Place }[]; rest: MapTree } {
  const entries = new Map(tree.entries);
  const node = entries.get('include')?.node;
  entries.delete('include');
  const items = node === undefined ? [] : node.kind === 'list' ? node.items : [node];
  const include = items.map((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || item.value === '') {
      throw errorAt(
        item.place,
        `include: expected a file's path or a list of them, found ${describe(toJs(item))}`,
      );
    }
    return { name: item.value, place: item.place };
  });
  return { include, rest: mapTree(tree.place, entries) };
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
