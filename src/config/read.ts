// A config file and those that it includes as one tree, unchecked. `include:` (one file or a list, relative to the
// including file) is merged first; the including file wins.
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError, UserError } from '../util/errors.ts';
import { readText } from '../util/text.ts';
import { parseYaml } from './parse.ts';
import { describe, errorAt, type MapTree, mapTree, mergeTrees, type Place, type Tree, toJs } from './tree.ts';

/** A config is a page; a larger file is some other file, given by mistake. */
const MAX_BYTES = 1_000_000;
const MAX_FILES = 100;

/** The tree of the config at `path`; a UsageError where one of the files cannot be read as a config. */
export const readConfig = (path: string): MapTree => loadTree(path, [], { files: 0 });

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
