// The declarations of the commands in a file that is written when the package is built: loading the commands takes
// several times as long as a person waits for a key.
import { fileURLToPath } from 'node:url';
import { fileExists, writeFileAtomic } from '../../util/files.ts';
import { readText } from '../../util/text.ts';
import type { Declarations } from './declarations.ts';

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
