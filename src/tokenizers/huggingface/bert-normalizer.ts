// BERT's way from text to words: what is no text is dropped, ideographs stand apart, accents and case are taken away,
// and words are cut at white space and punctuation (tokenization.py in google-research/bert).
import { type AlignedText, decomposeText, mapCharacters, sliceText } from './aligned-text.ts';
import { type BertRules, bertCharacters, SEPARATOR } from './bert-characters.ts';

export interface BertNormalization {
  /** Whether controls are dropped, and all white space becomes a space. */
  cleanText: boolean;
  handleChineseChars: boolean;
  stripAccents: boolean;
  lowercase: boolean;
  rules: BertRules;
}

/** White space within what is left; what the cleaning leaves is SEPARATOR's. */
const WHITE_SPACE = /\p{White_Space}/u;

export class BertNormalizer {
  readonly #options: BertNormalization;

  constructor(options: BertNormalization) {
    this.#options = options;
  }

  normalize(text: AlignedText): AlignedText {
    const { cleanText, handleChineseChars, stripAccents, lowercase, rules } = this.#options;
    const { isRemoved, isIdeograph, isAccent, decompose } = bertCharacters[rules];
    let made = text;
    const apply = (map: (char: string) => string) => {
      made = mapCharacters(made, map);
    };
    if (cleanText) apply((char) => (isRemoved(char) ? '' : SEPARATOR.test(char) ? ' ' : char));
    if (handleChineseChars) apply((char) => (isIdeograph(char) ? ` ${char} ` : char));
    // Google's lowers words as they are written, which gives a sigma at their end its own form.
    if (lowercase && rules === 'google') made = lowerInContext(made);
    if (stripAccents) {
      made = decomposeText(made, decompose);
      apply((char) => (isAccent(char) ? '' : char));
    }
    if (lowercase && rules === 'huggingface') apply((char) => char.toLowerCase());
    return made;
  }

  /** The words of normalized text; each punctuation mark is one. */
  splitWords(text: AlignedText): AlignedText[] {
    const { isPunctuation } = bertCharacters[this.#options.rules];
    const words: AlignedText[] = [];
    let from = 0;
    const end = (to: number) => {
      if (to > from) words.push(sliceText(text, from, to));
      from = to;
    };
    for (const [i, char] of text.chars.entries()) {
      if (WHITE_SPACE.test(char)) {
        end(i);
        from = i + 1;
      } else if (isPunctuation(char)) {
        end(i);
        end(i + 1);
      }
    }
    end(text.chars.length);
    return words;
  }
}

function lowerInContext(text: AlignedText): AlignedText {
  const whole = text.chars.join('').toLowerCase();
  let at = 0;
  return mapCharacters(text, (char) => {
    const { length } = char.toLowerCase();
    at += length;
    return whole.slice(at - length, at);
  });
}
