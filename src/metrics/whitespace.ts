// White space as Python's str.split and str.rstrip know it, which sacreBLEU relies on. JavaScript's \s lacks
// U+001C to U+001F and U+0085 and has U+FEFF instead.

const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const RUNS = new RegExp(`[${SPACE}]+`, 'u');
const NOT_SPACE = new RegExp(`[^${SPACE}]`, 'u');

/** The words of a text; none for an empty or blank one. */
export function splitWords(text: string): string[] {
  const words = text.split(RUNS);
  if (words[0] === '') words.shift();
  if (words.at(-1) === '') words.pop();
  return words;
}

/** The text without white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && !NOT_SPACE.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
