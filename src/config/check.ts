// A tree against a zod schema: the typed value, or one line for each problem, with its place.
// Every room owns the schema of its section; this file knows none of them.
import { z } from 'zod';
import { UsageError } from '../util/errors.ts';
import { suggest } from '../util/nearest.ts';
import { quote } from '../util/quote.ts';
import {
  describe,
  type Entry,
  formatPath,
  formatPlace,
  type Path,
  type Place,
  type Tree,
  toJs,
} from './tree.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const MAX_LINES = 20;

interface Problem {
  place: Place;
  path: Path;
  message: string;
  /** A missing key has no place of its own: it is told at the map that lacks it, after all others. */
  missing: boolean;
}

/** A key that has another name or place now. */
export interface OldKey {
  path: Path;
  message: string;
}

/** A UsageError with a line for each of these keys, with its place; nothing where there are none. */
export function refuseOldKeys(tree: Tree, keys: readonly OldKey[]): void {
  const problems = keys.map(({ path, message }) => {
    const here = locate(tree, path);
    return { ...here, place: here.keyPlace, message };
  });
  throwProblems(problems);
}

/** The schema's output for the tree; otherwise a UsageError with a line for each problem, in the file's order. */
export function checkTree<S extends z.ZodType>(tree: Tree, schema: S): z.output<S> {
  const knownKeys = new WeakMap<object, string[]>();
  const error = (issue: RawIssue): string => {
    if (issue.code === 'unrecognized_keys') knownKeys.set(issue.keys as object, keysOf(issue.inst));
    return explain(issue);
  };
  const result = schema.safeParse(toJs(tree), { error });
  if (result.success) return result.data;
  throwProblems(result.error.issues.flatMap((issue) => toProblems(tree, issue, [], knownKeys)));
  throw new RangeError('zod found a problem and names none');
}

/** In the files' order; nothing where there is none. */
function throwProblems(problems: Problem[]): void {
  if (problems.length === 0) return;
  problems.sort((a, b) => Number(a.missing) - Number(b.missing) || comparePlaces(a.place, b.place));
  const lines = problems.slice(0, MAX_LINES).map(formatProblem);
  if (problems.length > MAX_LINES) lines.push(`(and ${problems.length - MAX_LINES} more)`);
  throw new UsageError(lines.join('\n'));
}

function toProblems(tree: Tree, issue: Issue, prefix: Path, knownKeys: WeakMap<object, string[]>): Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const here = locate(tree, [...path, key]);
      const message = `unknown key; ${suggest(key, knownKeys.get(issue.keys) ?? [])}`;
      return { ...here, place: here.keyPlace, message };
    });
  }
  const here = locate(tree, path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = likeliestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => toProblems(tree, inner, path, knownKeys));
    const wanted = new Set(issue.errors.flatMap((errors) => errors.slice(0, 1).map(expected)));
    return [{ ...here, message: wrong([...wanted].join(' or '), here.value) }];
  }
  return [{ ...here, message: issue.message }];
}

/** Of a union's branches: the one with the fewest wrong choices, then problems; none if no branch takes the type. */
function likeliestBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const isWrongType = (i: Issue) =>
    i.path.length === 0 && (i.code === 'invalid_type' || i.code === 'invalid_value');
  const choices = (b: Issue[]) => b.filter((i) => i.code === 'invalid_value').length;
  return branches
    .filter((branch) => !branch.some(isWrongType))
    .sort((a, b) => choices(a) - choices(b) || a.length - b.length)[0];
}

/** A problem in words, of any kind that zod has: the `error` of its parsers. */
export function explain(issue: RawIssue): string {
  const { code, input } = issue;
  if (code === 'invalid_type' || code === 'invalid_value') {
    const hint =
      code === 'invalid_value' && typeof input === 'string' ? near(input, issue.values as unknown[]) : '';
    return wrong(expected(issue as unknown as Issue), input) + hint;
  }
  if (code === 'invalid_union' && issue.discriminator !== undefined) {
    const options = issue.options as unknown[];
    const found = (input as Record<string, unknown>)[issue.discriminator as string];
    return wrong(oneOf(options), found) + (typeof found === 'string' ? near(found, options) : '');
  }
  if (code === 'too_small' || code === 'too_big') {
    const small = code === 'too_small';
    const limit = (small ? issue.minimum : issue.maximum) as number | bigint;
    const bound =
      issue.inclusive === false ? (small ? 'more than' : 'less than') : small ? 'at least' : 'at most';
    if (issue.origin === 'string')
      return `expected ${bound} ${limit} characters, found ${quote(String(input))}`;
    if (Array.isArray(input)) return `expected ${bound} ${limit} items, found ${input.length}`;
    return `expected ${bound} ${limit}, found ${describe(input)}`;
  }
  if (code === 'not_multiple_of') return `expected a multiple of ${issue.divisor}, found ${describe(input)}`;
  if (code === 'unrecognized_keys') {
    return `unknown ${(issue.keys as string[]).length === 1 ? 'key' : 'keys'} ${(issue.keys as string[]).join(', ')}`;
  }
  if (code === 'invalid_union') return `expected another form, found ${describe(input)}`;
  if (code === 'invalid_key') return 'a key has another form than is expected here';
  if (code === 'invalid_element') return 'an item has another form than is expected here';
  if (code === 'invalid_format') return `found ${describe(input)}, which is not of the form ${issue.format}`;
  // A schema's own words go before these.
  return 'is not accepted';
}

const TYPES: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  tuple: 'a list',
};

function expected(issue: Issue): string {
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  return issue.message;
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

function near(word: string, values: readonly unknown[]): string {
  const hint = suggest(word, values.map(String));
  return hint.startsWith('did') ? `; ${hint}` : '';
}

function wrong(what: string, value: unknown): string {
  return value === undefined ? `missing; expected ${what}` : `expected ${what}, found ${describe(value)}`;
}

/** The keys that the object schema of an unknown-key issue has. */
function keysOf(inst: unknown): string[] {
  return inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
}

interface Location {
  path: Path;
  /** Where the key was written; a list's item has its own place. */
  keyPlace: Place;
  place: Place;
  missing: boolean;
  value: unknown;
}

/** Where a path is in the tree; where something on the way is missing, the place of the key that lacks it. */
function locate(tree: Tree, path: Path): Location {
  let keyPlace = tree.place;
  let node = tree;
  for (const key of path) {
    const entry = childOf(node, key);
    if (!entry) return { path, keyPlace, place: keyPlace, missing: true, value: undefined };
    keyPlace = entry.keyPlace;
    node = entry.node;
  }
  return { path, keyPlace, place: node.place, missing: false, value: toJs(node) };
}

function childOf(tree: Tree, key: PropertyKey): Entry | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(key));
  const item = tree.kind === 'list' ? tree.items[Number(key)] : undefined;
  return item && { keyPlace: item.place, node: item };
}

function formatProblem({ place, path, message }: Problem): string {
  const name = formatPath(path);
  const where = formatPlace(place);
  return name === '' || where === `--set ${name}` ? `${where}: ${message}` : `${where}: ${name}: ${message}`;
}

function comparePlaces(a: Place, b: Place): number {
  return a.source < b.source ? -1 : a.source > b.source ? 1 : a.line - b.line || a.col - b.col;
}
