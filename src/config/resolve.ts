// A config by its path, or by its name among the configs that come with the package: `quickstart`, `multi30k/tiny`.
import { join, sep } from 'node:path';
import { UsageError } from '../util/errors.ts';
import { fileExists, listFolder } from '../util/files.ts';
import { suggest } from '../util/nearest.ts';
import { packageRoot } from '../util/package.ts';
import { quote } from '../util/quote.ts';

/** The path of the file `name` if there is one, else of the package's config of that name (in `folder`). */
export function resolveConfigPath(name: string, folder: string = join(packageRoot, 'configs')): string {
  if (fileExists(name)) return name;
  const known = listConfigs(folder);
  const wanted = name
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .replace(/^configs\//, '')
    .replace(/\.ya?ml$/, '');
  if (known.includes(wanted)) return join(folder, `${wanted}.yaml`);
  throw new UsageError(
    `${quote(name)}: no such file, nor a config of this name; ${suggest(wanted, known, listNames(known))}`,
  );
}

/** A folder of more configs stands for them where all names are listed. */
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

/** The names of the configs in `folder`, sorted: paths below it without `.yaml`. */
export function listConfigs(folder: string = join(packageRoot, 'configs')): string[] {
  return listFolder(folder, { recursive: true })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length).replaceAll(sep, '/'))
    .sort();
}
