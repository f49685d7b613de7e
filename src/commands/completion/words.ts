// A command line up to the cursor as words, by the rules of quoting that shells share.

/** The words; the last is the one at the cursor, empty after a space. What a shell would expand stays as it is. */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    const next = line[at + 1];
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      // Between double quotes, a backslash is one unless it takes a meaning away.
      else if (char === '\\' && quote === '"' && next !== undefined && '"\\$`'.includes(next))
        word += line[++at]!;
      else word += char;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word ??= '';
      if (char === '"' || char === "'") quote = char;
      else if (char === '\\') word += line[++at] ?? '';
      else word += char;
    }
  }
  return [...words, word ?? ''];
}
