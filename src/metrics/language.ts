// Which of BLEU's tokenizers suits a language, and whether a choice suits a text. The choices are sacreBLEU's where it
// has one that needs neither a dictionary nor a model.
import { baseLanguage } from '../util/language.ts';
import type { TokenizerName } from './tokenizers.ts';

export interface TokenizerChoice {
  tokenize: TokenizerName;
  /** Why others may score otherwise. */
  doubt?: string;
}

const DEFAULT: TokenizerChoice = { tokenize: '13a' };
const CHINESE: TokenizerChoice = { tokenize: 'zh' };

const byMecab = (lang: string, tokenize: TokenizerName): TokenizerChoice => ({
  tokenize,
  doubt: `BLEU of ${lang} is computed with the tokenizer ${tokenize}: sacreBLEU's own choice, ${lang}-mecab, needs a dictionary that tx has not`,
});

const byCharacters = (lang: string): TokenizerChoice => ({
  tokenize: 'char',
  doubt: `BLEU of ${lang}, which is written without spaces, is computed over characters (the tokenizer char); sacreBLEU would take 13a unless told`,
});

/** The tokenizer for a language by its code, such as `zh` or `zh-cn`. */
export function chooseTokenizer(code: string): TokenizerChoice {
  const lang = baseLanguage(code);
  switch (lang) {
    case 'zh':
    case 'yue':
      return CHINESE;
    case 'ja':
      return byMecab(lang, 'char');
    case 'ko':
      return byMecab(lang, '13a');
    case 'bo':
    case 'dz':
    case 'km':
    case 'lo':
    case 'my':
    case 'th':
      return byCharacters(lang);
    default:
      return DEFAULT;
  }
}

/** What stands together of the scripts whose words have no spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]+/gu;
/** Tokenizers that split words of other scripts at spaces and punctuation alone. */
const SPACED: readonly TokenizerName[] = ['13a', 'intl', 'none'];
/** Lines that are looked at. */
const ENOUGH = 1000;
/** The least share of letters of these scripts; names and code are often of others. */
const LEAST_SHARE = 0.25;
/** Words of these scripts are shorter on average; what stands together beyond it is more than a word. */
const LONGEST_WORD = 3;

/**
 * A warning where the lines are of a script without spaces, not segmented, and the tokenizer would take whole clauses
 * for words; undefined where nothing is doubtful.
 */
export function doubtTokenizer(
  tokenize: TokenizerName,
  lines: readonly (string | undefined)[],
): string | undefined {
  if (!SPACED.includes(tokenize)) return undefined;
  let [unspaced, runs, letters] = [0, 0, 0];
  for (const line of lines.slice(0, ENOUGH).map((line) => line ?? '')) {
    for (const [run] of line.matchAll(UNSPACED)) {
      unspaced += run.length;
      runs++;
    }
    letters += line.match(/\p{L}/gu)?.length ?? 0;
  }
  if (unspaced < LEAST_SHARE * letters || unspaced <= LONGEST_WORD * runs) return undefined;
  return `the references are written without spaces between words, and BLEU's tokenizer ${tokenize} takes whole clauses for words`;
}
