// "Did you mean …?": the nearest of the known names by edit distance (Levenshtein 1966).
import { closest, distance } from 'fastest-levenshtein';

/** The known name nearest to `word`, or undefined when none is within two fifths of the longer one's length. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > 100) return undefined;
  const lower = word.toLowerCase();
  const name = known.find((k) => k.toLowerCase() === lower) ?? closest(word, known);
  const allowed = Math.max(1, Math.round(0.4 * Math.max(word.length, name.length)));
  return distance(lower, name.toLowerCase()) <= allowed ? name : undefined;
}

/** The end of a message about a wrong name: the nearest known name, else all of them, as they are `listed`. */
export function suggest(word: string, known: readonly string[], listed = known): string {
  const name = nearest(word, known);
  if (name !== undefined) return `did you mean ${name}?`;
  return known.length === 0 ? 'none is known here' : `known: ${listed.join(', ')}`;
}
