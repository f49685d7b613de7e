// A config as a tree that remembers where each value was written, through includes and overrides.
// Trees are never changed in place: aliases and merges share their parts.
import { UsageError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';

/** Where a value was written: a file's line and column (1-based), or the command line when `line` is 0. */
export interface Place {
  source: string;
  line: number;
  col: number;
}

export interface Entry {
  keyPlace: Place;
  node: Tree;
}

export type Tree = { place: Place; size: number } & (
  | { kind: 'map'; entries: ReadonlyMap<string, Entry> }
  | { kind: 'list'; items: readonly Tree[] }
  | { kind: 'scalar'; value: string | number | boolean | null }
);

export type MapTree = Extract<Tree, { kind: 'map' }>;
export type Path = readonly PropertyKey[];

/** A UsageError about one place. */
export function errorAt(place: Place, message: string): UsageError {
  return new UsageError(`${formatPlace(place)}: ${message}`);
}

/** `file:line:col`, or the override as it was typed. */
export function formatPlace({ source, line, col }: Place): string {
  return line === 0 ? source : `${source}:${line}:${col}`;
}

/** A path of keys and indices as `a.0.b`; a key that is not a plain word is quoted. */
export function formatPath(path: Path): string {
  return path.map((key) => (/^[\w-]+$/.test(String(key)) ? String(key) : quote(String(key)))).join('.');
}

/** A map node of these entries; `size` counts the values in it. */
export function mapTree(place: Place, entries: ReadonlyMap<string, Entry>): MapTree {
  let size = 1;
  for (const { node } of entries.values()) size += node.size;
  return { kind: 'map', place, size, entries };
}

/** A list node of these items. */
export function listTree(place: Place, items: readonly Tree[]): Tree {
  return { kind: 'list', place, size: items.reduce((sum, item) => sum + item.size, 1), items };
}

/** Plain JavaScript data. */
export function toJs(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toJs);
  return Object.fromEntries([...tree.entries].map(([key, { node }]) => [key, toJs(node)]));
}

/** Where each value that is no map was written, by its path: `model.dModel` → `my.yaml:3:11`. A list is one value. */
export function originsOf(tree: Tree, path: Path = []): [string, string][] {
  if (tree.kind !== 'map') return [[formatPath(path), formatPlace(tree.place)]];
  return [...tree.entries].flatMap(([key, { node }]) => originsOf(node, [...path, key]));
}

/** Maps are merged key by key; anything else is replaced by `over`. */
export function mergeTrees(base: Tree, over: Tree): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below ? { ...entry, node: mergeTrees(below.node, entry.node) } : entry);
  }
  return mapTree(over.place, entries);
}

/** The tree with `value` put at `keys`; maps that are missing on the way are made, list items must exist. */
export function setInTree(tree: Tree, keys: readonly string[], value: Tree): Tree {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const place = value.place;
  if (tree.kind === 'list') {
    const index = /^\d{1,9}$/.test(key) ? Number(key) : Number.NaN;
    const item = tree.items[index];
    if (item === undefined) {
      throw errorAt(
        place,
        `${quote(key)} is not an item of this list of ${tree.items.length} (the first is 0)`,
      );
    }
    return listTree(tree.place, tree.items.with(index, setInTree(item, rest, value)));
  }
  if (tree.kind === 'scalar' && tree.value !== null) {
    throw errorAt(place, `${quote(key)} cannot be set inside ${describe(tree.value)}`);
  }
  const entries = new Map(tree.kind === 'map' ? tree.entries : []);
  const inner = entries.get(key)?.node ?? mapTree(place, new Map());
  entries.set(key, { keyPlace: place, node: setInTree(inner, rest, value) });
  return mapTree(tree.place, entries);
}

/** A value as a message says it: `a map`, `a list`, `nothing`, `"text"`, `7`. */
export function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map';
  return String(value);
}
