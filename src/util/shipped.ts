// Files that come with the package, by their paths or by their names: `quickstart`, `multi30k/tiny`, `sort`.
import { join, sep } from 'node:path';
import { UsageError } from './errors.ts';
import { fileExists, listFolder } from './files.ts';
import { suggest } from './nearest.ts';
import { packageRoot } from './package.ts';
import { quote } from './quote.ts';

export interface ShippedFiles {
  /** The folder of the package that they are in. */
  readonly folder: string;
  /** What messages call one: `config`. */
  readonly what: string;
  /** What their names end in; names are told without. */
  readonly ending: string;
  /** The same for other endings. */
  readonly otherEndings?: readonly string[];
}

/** The path of the file `name` if there is one, else of the package's file of that name; `root` is the folder's path. */
export function resolveShipped(
  name: string,
  files: ShippedFiles,
  root = join(packageRoot, files.folder),
): string {
  if (fileExists(name)) return name;
  const { folder, what, ending, otherEndings = [] } = files;
  const known = listShipped(files, root);
  const path = name.replaceAll('\\', '/').replace(/^\.\//, '');
  const inside = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const end = [ending, ...otherEndings].find((one) => inside.endsWith(one)) ?? '';
  const wanted = inside.slice(0, inside.length - end.length);
  if (known.includes(wanted)) return join(root, `${wanted}${ending}`);
  throw new UsageError(
    `${quote(name)}: no such file, nor a ${what} of this name; ${suggest(wanted, known, listNames(known))}`,
  );
}

/** The names of the files, sorted: paths below the folder without their ending. */
export function listShipped({ folder, ending }: ShippedFiles, root = join(packageRoot, folder)): string[] {
  return listFolder(root, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length).replaceAll(sep, '/'))
    .sort();
}

/** A folder of more names stands for them where all are listed. */
const MOST_LISTED = 10;

function listNames(names: readonly string[]): string[] {
  const folderOf = (name: string) => name.slice(0, name.lastIndexOf('/') + 1);
  const listed = names.map((name) => {
    const folder = folderOf(name);
    const isLarge = names.filter((other) => folderOf(other) === folder).length > MOST_LISTED;
    return isLarge && folder !== '' ? `${folder}…` : name;
  });
  return [...new Set(listed)];
}
