// Settings back to YAML, as `tx config` prints them; loading the text again gives the same settings.
import { stringify } from 'yaml';

/** YAML of plain data; keys whose value is undefined are left out. */
export function printConfig(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
