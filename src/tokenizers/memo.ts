// What has been computed for words, remembered.

/** Words remembered; beyond it the memory starts anew. */
const SIZE = 100_000;
/** Longer words are hardly met again: they are lines of a script that sets no spaces. */
const LONGEST = 64;

/** `compute`, remembering what it gave for words that are likely to be met again. */
export function memoize<T>(compute: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    let value = known.get(word);
    if (value === undefined) {
      value = compute(word);
      if (known.size >= SIZE) known.clear();
      if (word.length <= LONGEST) known.set(word, value);
    }
    return value;
  };
}
