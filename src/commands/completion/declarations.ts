// What completion knows of the commands: their declarations, gathered when the package is built, since loading the
// commands takes several times as long as a person waits for a key.
import { fileURLToPath } from 'node:url';
import { fileExists, writeFileAtomic } from '../../util/files.ts';
import { readText } from '../../util/text.ts';
import type { JsonSchema } from './settings.ts';

export interface OptionDeclaration {
  describe: string;
  aliases: string[];
  /** The values that follow it: as many as there are, for `many`. */
  takes: 'none' | 'one' | 'many';
  /** Whether it may be given again. */
  repeats: boolean;
  isNumber: boolean;
  choices?: string[];
}

export interface CommandDeclaration {
  describe: string;
  /** In their order; the last may be many. */
  positionals: { name: string; isMany: boolean; choices?: string[] }[];
  options: Record<string, OptionDeclaration>;
}

export interface Declarations {
  commands: Record<string, CommandDeclaration>;
  /** The schemas of configs for `tx bench`, by task. */
  benchmarks: Record<string, JsonSchema>;
}

/** Beside this file, where the package was built. */
const stored = fileURLToPath(new URL('declarations.json', import.meta.url));

/** As they were gathered; gathered now where there was no build. */
export async function readDeclarations(): Promise<Declarations> {
  if (fileExists(stored)) return JSON.parse(readText(stored)) as Declarations;
  const { gatherDeclarations } = await import('./gather.ts');
  return gatherDeclarations();
}

/** The last step of a build. */
export async function writeDeclarations(): Promise<void> {
  const { gatherDeclarations } = await import('./gather.ts');
  writeFileAtomic(stored, `${JSON.stringify(await gatherDeclarations())}\n`);
}
