// A text under normalization: its characters, each with where it came from.

/** Character i came from [starts[i], ends[i]) of the text as it was, counted in UTF-16 code units. */
export interface AlignedText {
  readonly chars: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function alignText(text: string): AlignedText {
  const chars = Array.from(text);
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const char of chars) {
    starts.push(at);
    ends.push((at += char.length));
  }
  return { chars, starts, ends };
}

/** Each character as what `map` makes of it: none, one or several, which all come from where it came from. */
export function mapCharacters(text: AlignedText, map: (char: string) => string): AlignedText {
  const chars: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [i, char] of text.chars.entries()) {
    for (const made of map(char)) {
      chars.push(made);
      starts.push(text.starts[i]!);
      ends.push(text.ends[i]!);
    }
  }
  return { chars, starts, ends };
}

/**
 * The text in the form that `decompose` gives strings, a canonical decomposition. Where marks change places, what began
 * a character comes from the next character of the text, and what followed in it from the same, as in Hugging Face's
 * tokenizers.
 */
export function decomposeText(text: AlignedText, decompose: (text: string) => string): AlignedText {
  const joined = text.chars.join('');
  const whole = decompose(joined);
  if (whole === joined) return text;
  const parts = mapCharacters(text, decompose);
  if (parts.chars.join('') === whole) return parts;
  // Equal characters keep their order.
  const follows = new Map<string, boolean[]>();
  for (const char of text.chars) {
    for (const [i, part] of Array.from(decompose(char)).entries()) {
      const places = follows.get(part);
      if (places === undefined) follows.set(part, [i > 0]);
      else places.push(i > 0);
    }
  }
  const chars = Array.from(whole);
  let origin = -1;
  const origins = chars.map((char) => (follows.get(char)!.shift() ? origin : ++origin));
  return {
    chars,
    starts: origins.map((at) => text.starts[at]!),
    ends: origins.map((at) => text.ends[at]!),
  };
}

/** The characters from `from` up to `to`. */
export const sliceText = ({ chars, starts, ends }: AlignedText, from: number, to: number): AlignedText => ({
  chars: chars.slice(from, to),
  starts: starts.slice(from, to),
  ends: ends.slice(from, to),
});
