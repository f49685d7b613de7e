// The Moses detokenizer (detokenizer.perl) with its rules for Czech, English, Finnish, French and Italian; any other
// language gets the common ones, as there. Not here: uppercasing, Penn Treebank style.
import { baseLanguage } from '../util/language.ts';

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
const ENDS_WITH_LETTER = /\p{Alphabetic}$/u;
const NUMBER = /^[0-9]+$/;
const POINT = /^[.,]$/;
const DASH = /^[-–]$/;
const STARTS_WITH_LETTER = /^\p{Alphabetic}/u;
const ENDS_ALPHANUMERIC = /[\p{Alphabetic}\p{Nd}]$/u;
// Blocks of Chinese, Japanese and Korean: Hangul, radicals to Yi, Phags-pa, compatibility forms, halfwidth, plane 2.
const CJK =
  '\\u1100-\\u11ff\\u2e80-\\ua4cf\\ua840-\\ua87f\\uac00-\\ud7af\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff65-\\uffdc';
const STARTS_CJK = new RegExp(`^[${CJK}\\u{20000}-\\u{2ffff}]`, 'u');
const ENDS_CJK = new RegExp(`[${CJK}\\u{20000}-\\u{2ffff}]$`, 'u');

const CZECH_DASHED = /^(?:li$|mail)/i;
const FINNISH_ENDING = new RegExp(
  '^(?:N|n|[AaÄä]|[Ss]s[aä]|[Ss]t[aä]|[Hh][auyäö]n|[AaUuYyÄäÖö]n|[Ss]een|[Ll][lt][aä]|[Ll]le|[Kk]s[ei]|[Tt]ta|' +
    '[Ii]ne)(?:ni|si|mme|nne|nsa)?(?:ko|kö|han|hän|pa|pä|kaan|kään|kin)?$',
);

/** Text for display from Moses tokens, entities resolved. */
export function mosesDetokenize(tokens: readonly string[], options: { language: string }): string {
  const language = baseLanguage(options.language);
  const isEnglish = language === 'en';
  const isCzech = language === 'cs';
  const isFinnish = language === 'fi';
  const contractsLeft = language === 'fr' || language === 'it';
  const words = unescapeMoses(` ${tokens.join(' ')} `.replaceAll(' @-@ ', '-')).split(' ');
  while (words.at(-1) === '') words.pop();
  const quoteCount = new Map<string, number>();
  let text = '';
  let space = ' ';

  for (let i = 0; i < words.length; i++) {
    let word = words[i]!;
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
    } else if (isEnglish && CONTRACTION_RIGHT.test(word) && ENDS_ALPHANUMERIC.test(previous)) {
      before = '';
    } else if (isCzech && NUMBER.test(word) && POINT.test(previous) && NUMBER.test(words[i - 2] ?? '')) {
      before = '';
    } else if (contractsLeft && CONTRACTION_LEFT.test(word) && STARTS_WITH_LETTER.test(next)) {
      space = '';
    } else if (isCzech && isCzechDashed(words, i)) {
      word += next;
      i++;
      space = '';
    } else if (QUOTES.test(word)) {
      const quote = TYPOGRAPHIC_QUOTES.test(word) ? '"' : word;
      // Czech opens with the low quote and closes with the high one.
      if (isCzech && word === '„') quoteCount.set(quote, 0);
      if (isCzech && word === '“') quoteCount.set(quote, 1);
      const count = quoteCount.get(quote) ?? 0;
      const possessive = isEnglish && word === "'" && previous.endsWith('s');
      const opens = count % 2 === 0 && !possessive;
      if (opens) space = '';
      else before = '';
      if (opens || count % 2 === 1) quoteCount.set(quote, count + 1);
    } else if (isFinnish && previous.endsWith(':') && FINNISH_ENDING.test(word)) {
      before = '';
      word = word.toLowerCase();
    }
    text += before + word;
  }
  return text.replace(/ +/g, ' ').replace(/^ | $/g, '');
}

/** Whether a word keeps its dash: "pokud-li", "e-mail". The script asks for a word after those three. */
function isCzechDashed(words: readonly string[], i: number): boolean {
  if (i >= words.length - 3) return false;
  return ENDS_WITH_LETTER.test(words[i]!) && DASH.test(words[i + 1]!) && CZECH_DASHED.test(words[i + 2]!);
}

/** Resolves the entities that the Moses tokenizer writes, and the older &bar; &bra; &ket;. */
export function unescapeMoses(text: string): string {
  return text.includes('&')
    ? text.replace(ENTITY, (entity) => CHARACTERS[entity]!).replaceAll('&amp;', '&')
    : text;
}
