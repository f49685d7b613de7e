// Where this package lies and which version it is, read from its package.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's folder: two levels up, both from src/util/ and from dist/util/. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The version that package.json states. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
