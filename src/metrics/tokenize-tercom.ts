// The tokenizer of Tercom, TER's original program, as sacreBLEU defines it. It resembles 13a, but splits off the
// English possessive and joins lines that begin with a hyphen.
import { decodeEntities } from './tokenizers.ts';

export interface TercomOptions {
  readonly normalized: boolean;
  readonly noPunct: boolean;
  readonly asianSupport: boolean;
  readonly caseSensitive: boolean;
}

const WESTERN: readonly (readonly [RegExp, string])[] = [
  [/[ -&(-+/:-@[-`{-~]/g, ' $& '],
  [/'s /g, " 's "],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])-/g, '$1 - '],
];
const ASIAN_PUNCTUATION = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_PUNCTUATION = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;
// Ideographs, strokes and radicals, compatibility forms, enclosed letters. The last range ends at U+3F22, well inside
// the ideographs, since two digits of U+32FF were written for two others; runs of kana stay whole, as the rules for
// them ask for the start of a line that is a space by then.
const ASIAN: readonly RegExp[] = [
  /[\u4e00-\u9fff\u3400-\u4dbf]/g,
  /[\u31c0-\u31ef\u2e80-\u2eff]/g,
  /[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g,
  /[\u3200-\u3f22]/g,
  ASIAN_PUNCTUATION,
  FULL_WIDTH_PUNCTUATION,
];

/** Text whose tokens are separated by white space. */
export function tokenizeTercom(line: string, options: TercomOptions): string {
  let text = options.caseSensitive ? line : line.toLowerCase();
  if (options.normalized) {
    text = ` ${decodeEntities(text.replaceAll('\n-', '').replaceAll('\n', ' '))} `;
    for (const [pattern, replacement] of WESTERN) text = text.replace(pattern, replacement);
    if (options.asianSupport) for (const pattern of ASIAN) text = text.replace(pattern, ' $& ');
  }
  if (options.noPunct) {
    text = text.replace(/[.,?:;!"()]/g, '');
    if (options.asianSupport) text = text.replace(ASIAN_PUNCTUATION, '').replace(FULL_WIDTH_PUNCTUATION, '');
  }
  return text;
}
