// The tokenizers that a score can name, under sacreBLEU's names. To add one: its file and a row here.
import { tokenize13a } from './tokenize-13a.ts';

/** Each takes a line and returns its tokens separated by white space. */
export const tokenizers = {
  '13a': tokenize13a,
  none: (line: string) => line,
} satisfies Record<string, (line: string) => string>;

export type TokenizerName = keyof typeof tokenizers;
export const tokenizerNames = Object.keys(tokenizers) as [TokenizerName, ...TokenizerName[]];
