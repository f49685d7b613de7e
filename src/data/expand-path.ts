// Environment variables and relative paths in the config's file names, with the shell's two forms ${NAME} and
// ${NAME:-default}; a bare $ stays as it is.
import { resolve } from 'node:path';
import { UsageError } from '../util/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Expands variables, then resolves against the config file's folder. A UsageError as for expandPath. */
export function resolvePath(path: string, folder: string, env: Environment): string {
  return resolve(folder, expandPath(path, env));
}

/** Puts in variables. A UsageError names one that is unset and has no default, or a form that is not understood. */
export function expandPath(path: string, env: Environment): string {
  return path.replace(/\$\{([^}]*)(\}?)/g, (form, body: string, close: string) => {
    const match = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(body);
    if (match === null || close === '') {
      throw new UsageError(`path "${path}": cannot read "${form}"; write \${NAME} or \${NAME:-default}`);
    }
    const [, name, fallback] = match as unknown as [string, string, string | undefined];
    const value = env[name];
    // As in a shell, the default also replaces an empty value.
    if (fallback !== undefined) return value || fallback;
    if (value === undefined) {
      throw new UsageError(
        `path "${path}": the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
      );
    }
    return value;
  });
}
