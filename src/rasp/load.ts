// Programs out of files.
import { relative } from 'node:path';
import { packageRoot } from '../util/package.ts';
import { resolveShipped } from '../util/shipped.ts';
import { readText } from '../util/text.ts';
import { compile, type Program } from './program.ts';
import { PROGRAMS } from './program-files.ts';

/** Most bytes of a program. */
const MAX_BYTES = 1_000_000;

/** The program of a file, or of the package's file of that name. Errors as for compile. */
export function loadProgram(name: string): Program {
  const path = resolveShipped(name, PROGRAMS);
  const shown = path === name ? name : relative(packageRoot, path);
  return compile(readText(path, { maxBytes: MAX_BYTES }), shown);
}
