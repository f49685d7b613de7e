// The corpora that configs of the package name under ${TX_DATA}: what there is is in data-scripts/corpora.json, and
// each has a script there, unless only its publisher can give it. A file that is missing is told with its remedy.
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../util/errors.ts';
import { fileExists, isFolder } from '../util/files.ts';
import { packageRoot } from '../util/package.ts';
import { readText } from '../util/text.ts';

export interface KnownCorpus {
  name: string;
  /** Its folder in the folder of corpora. */
  folder: string;
  title: string;
  size: string;
  licence: string;
  /** Of data-scripts/; none where the licence forbids it. */
  script?: string;
  /** What the script needs to be told. */
  arguments?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function listCorpora(): KnownCorpus[] {
  return JSON.parse(readText(join(packageRoot, 'data-scripts/corpora.json'))) as KnownCorpus[];
}

/** The folder of corpora: TX_DATA, or data/ where the command runs. */
export function corporaFolder(env: Environment): string {
  return resolve(env.TX_DATA || 'data');
}

/** A UserError that names the first file that is not there, how many more are missing, and where it may come from. */
export function requireFiles(paths: readonly string[], env: Environment = process.env): void {
  const [first, ...others] = paths.filter((path) => !fileExists(path) && !isFolder(path));
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new UserError(`${first}: no such file or directory${more}${remedy(first, env)}`);
}

function remedy(path: string, env: Environment): string {
  const place = relative(corporaFolder(env), resolve(path));
  if (place.startsWith('..') || isAbsolute(place)) return '';
  const corpus = listCorpora().find(({ folder }) => place.split(sep)[0] === folder);
  if (corpus === undefined) return env.TX_DATA ? '; TX_DATA names the folder of corpora' : '';
  const { name, script, arguments: more, licence } = corpus;
  if (script === undefined) return `; put it there: its licence is ${licence}`;
  const command = `npx tx data ${name}${more === undefined ? '' : ` ${more}`}`;
  return `; fetch it with: ${command}${env.TX_DATA ? '' : ', or set TX_DATA to the folder that has it'}`;
}
