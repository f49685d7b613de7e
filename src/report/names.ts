// Short names for systems that are told apart by a part of what they are called.

/** Names up to this many characters are short enough for any place. */
const SHORT = 20;

/** Names of files without the folders, at either end, that all of them share. */
export function dropSharedFolders(paths: readonly string[]): string[] {
  return strip(dropShared(paths, /(?<=\/)/), /(?<=.)\/$/);
}

/**
 * Names as pages show them: without shared folders and, where some are long, without the parts between points, hyphens,
 * underscores and spaces that all begin or end with. Different names stay different.
 */
export function shortenNames(names: readonly string[]): string[] {
  const paths = dropSharedFolders(names);
  if (paths.every((name) => [...name].length <= SHORT)) return paths;
  return strip(dropShared(paths, /(?<=[^._\-\s])(?=[._\-\s])/), /^[._\-\s]+(?=.)/);
}

/**
 * The names, cut into pieces, without those that all begin with and those that all end with; every name keeps a piece,
 * and more than a number.
 */
function dropShared(names: readonly string[], cut: RegExp): string[] {
  if (names.length < 2) return [...names];
  const lists = names.map((name) => name.split(cut));
  const shortest = Math.min(...lists.map((pieces) => pieces.length));
  const isShared = (at: number) => lists.every((pieces) => pieces.at(at) === lists[0]!.at(at));
  let end = 0;
  while (end < shortest - 1 && isShared(-1 - end)) end++;
  let begin = 0;
  while (begin < shortest - end - 1 && isShared(begin)) begin++;
  const keep = () => lists.map((pieces) => pieces.slice(begin, pieces.length - end).join(''));
  if (begin > 0 && keep().some((name) => /^[\d\W_]*$/u.test(name))) begin--;
  return keep();
}

/** The names without what matches, where they stay different. */
function strip(names: string[], edge: RegExp): string[] {
  const stripped = names.map((name) => name.replace(edge, ''));
  return new Set(stripped).size === names.length ? stripped : names;
}
