// Words as rows of characters, each between a sign for its beginning and one for its end.

/** Ids that stand for no character of their own; those of an alphabet follow. */
const SIGNS = { pad: 0, unknown: 1, begin: 2, end: 3 } as const;
const FIRST = Object.keys(SIGNS).length;

/** Of longer words the first and the last half of so many are read. */
const MAX_LETTERS = 40;

export interface Alphabet {
  /** Ids, 0 of them being that of padding. */
  readonly size: number;
  /** The row of a word, its two signs among it; no word has none. */
  idsOf(word: string): number[];
}

/** The characters that words have at least twice, by code point: what comes once teaches what is unknown. */
export function learnCharacters(words: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const word of words) for (const c of word) counts.set(c, (counts.get(c) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([c]) => c)
    .sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

export function buildAlphabet(characters: readonly string[]): Alphabet {
  const ids = new Map(characters.map((c, i) => [c, FIRST + i]));
  const half = MAX_LETTERS / 2;
  return {
    size: FIRST + characters.length,
    idsOf: (word) => {
      const letters = [...word];
      const read =
        letters.length > MAX_LETTERS ? [...letters.slice(0, half), ...letters.slice(-half)] : letters;
      return [SIGNS.begin, ...read.map((c) => ids.get(c) ?? SIGNS.unknown), SIGNS.end];
    },
  };
}
