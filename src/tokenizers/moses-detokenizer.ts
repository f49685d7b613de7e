// The Moses detokenizer (detokenizer.perl): exact for English, German and French; Italian shares French's
// contractions, any other language gets the common rules. Not here: Czech and Finnish rules, uppercasing.

const ENTITY = /&(?:bar|#124|lt|gt|bra|ket|quot|apos|#91|#93);/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  '&bar;': '|',
  '&#124;': '|',
  '&lt;': '<',
  '&gt;': '>',
  '&bra;': '[',
  '&ket;': ']',
  '&quot;': '"',
  '&apos;': "'",
  '&#91;': '[',
  '&#93;': ']',
};

const OPENING = /^[\p{Sc}([{¿¡]+$/u;
const CLOSING = /^[,.?!:;\\%}\])]+$/;
// French sets a space before these; the script writes a plain one.
const SPACED_IN_FRENCH = /^[?!:;\\%]$/;
const QUOTES = /^['"„“`]+$/;
const TYPOGRAPHIC_QUOTES = /^[„“”]+$/;
const CONTRACTION_RIGHT = /^'\p{Alphabetic}/u;
const CONTRACTION_LEFT = /\p{Alphabetic}'$/u;
const STARTS_WITH_LETTER = /^\p{Alphabetic}/u;
const ENDS_ALPHANUMERIC = /[\p{Alphabetic}\p{Nd}]$/u;
// Blocks of Chinese, Japanese and Korean: Hangul, radicals to Yi, Phags-pa, compatibility forms, halfwidth, plane 2.
const CJK =
  '\\u1100-\\u11ff\\u2e80-\\ua4cf\\ua840-\\ua87f\\uac00-\\ud7af\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff65-\\uffdc';
const STARTS_CJK = new RegExp(`^[${CJK}\\u{20000}-\\u{2ffff}]`, 'u');
const ENDS_CJK = new RegExp(`[${CJK}\\u{20000}-\\u{2ffff}]$`, 'u');

/** Text for display from Moses tokens, entities resolved. */
export function mosesDetokenize(tokens: readonly string[], options: { language: string }): string {
  const { language } = options;
  const french = language === 'fr' || language === 'it';
  const words = unescapeMoses(` ${tokens.join(' ')} `.replaceAll(' @-@ ', '-')).split(' ');
  const quoteCount = new Map<string, number>();
  let text = '';
  let space = ' ';

  for (const [i, word] of words.entries()) {
    const previous = words[i - 1] ?? '';
    const next = words[i + 1] ?? '';
    let before = space;
    space = ' ';
    if (STARTS_CJK.test(word)) {
      if (ENDS_CJK.test(previous)) before = '';
    } else if (OPENING.test(word)) {
      space = '';
    } else if (CLOSING.test(word)) {
      before = language === 'fr' && SPACED_IN_FRENCH.test(word) ? ' ' : '';
    } else if (language === 'en' && CONTRACTION_RIGHT.test(word) && ENDS_ALPHANUMERIC.test(previous)) {
      before = '';
    } else if (french && CONTRACTION_LEFT.test(word) && STARTS_WITH_LETTER.test(next)) {
      space = '';
    } else if (QUOTES.test(word)) {
      const quote = TYPOGRAPHIC_QUOTES.test(word) ? '"' : word;
      const count = quoteCount.get(quote) ?? 0;
      const possessive = language === 'en' && word === "'" && previous.endsWith('s');
      const opens = count % 2 === 0 && !possessive;
      if (opens) space = '';
      else before = '';
      if (opens || count % 2 === 1) quoteCount.set(quote, count + 1);
    }
    text += before + word;
  }
  return text.replace(/ +/g, ' ').replace(/^ | $/g, '');
}

/** Resolves the entities that the Moses tokenizer writes, and the older &bar; &bra; &ket;. */
export function unescapeMoses(text: string): string {
  return text.includes('&')
    ? text.replace(ENTITY, (entity) => CHARACTERS[entity]!).replaceAll('&amp;', '&')
    : text;
}
