// Commands for a person to paste: called as this one was, paths as they are found from the person's folder, quoted for
// the shell.
import { basename, delimiter, dirname, isAbsolute, relative, resolve } from 'node:path';

/** Where and how the process was called. */
export interface Invocation {
  /** The path of the script that node runs. */
  script: string;
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** `tx` with these words, of which paths are marked. */
export function formatCommand(
  words: readonly (string | { path: string })[],
  invocation: Invocation = {
    script: process.argv[1] ?? '',
    folder: process.cwd(),
    env: process.env,
    platform: process.platform,
  },
): string {
  const { folder, env, platform } = invocation;
  // `npm start` works in the package's folder, wherever it was called.
  const isElsewhere = env.INIT_CWD !== undefined && resolve(env.INIT_CWD) !== resolve(folder);
  const toWord = (path: string): string => {
    if (isElsewhere) return resolve(folder, path);
    return path.startsWith('-') ? `./${path}` : path;
  };
  const rest = words.map((word) => (typeof word === 'string' ? word : toWord(word.path)));
  return [...program(invocation), ...rest].map((word) => quote(word, platform)).join(' ');
}

function program({ script, folder, env }: Invocation): string[] {
  const name = basename(script);
  if (env.npm_command !== undefined || !['tx', 'tx.js'].includes(name)) return ['npx', 'tx'];
  const inside = relative(folder, script);
  const path = inside.startsWith('..') || isAbsolute(inside) ? script : inside;
  if (name === 'tx.js') return ['node', path];
  const isFound = env.PATH?.split(delimiter).includes(dirname(script));
  return [isFound ? name : path];
}

/** A word as the shell leaves it; on Windows one that both its shells take. */
function quote(word: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return /^[\w@+=:,./\\-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
