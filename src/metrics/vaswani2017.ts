// BLEU as "Attention Is All You Need" (Vaswani et al., 2017) reports it on WMT 2014, after the script of its authors,
// tensor2tensor's get_ende_bleu.sh: hypotheses tokenized by Moses, compounds split at hyphens on both sides, then
// multi-bleu.perl. The tokenizer is passed in. Figures from other tokenizations, sacreBLEU's among them, do not compare.

import { formatFixed } from '../util/format-number.ts';
import { type BleuScore, buildBleu } from './bleu.ts';

export interface Vaswani2017Options {
  /** The Moses tokenizer for the target language, entities escaped and hyphens left alone (no `-a`). */
  readonly tokenize: (line: string) => readonly string[];
  /** For references in plain text; by default they are tokenized beforehand, and stay as they are. */
  readonly tokenizeReferences?: boolean;
}

export interface Vaswani2017Result {
  readonly score: BleuScore;
  /** As multi-bleu.perl prints it. */
  readonly line: string;
  /** What was done to the text, in order. */
  readonly steps: readonly string[];
}

/** Scores `hyps` against `refs[r][i]`, reference r of segment i. A UserError if the line counts differ. */
export function scoreVaswani2017(
  hyps: readonly string[],
  refs: readonly (readonly string[])[],
  { tokenize, tokenizeReferences = false }: Vaswani2017Options,
): Vaswani2017Result {
  const tokenizeLine = (line: string) => tokenize(line).join(' ');
  const prepare = (line: string) => protectWideSpaces(splitCompounds(line));
  const tokenizedRefs = tokenizeReferences ? refs.map((ref) => ref.map(tokenizeLine)) : refs;
  const score = buildBleu({ tokenize: 'none', smoothMethod: 'none' }).score(
    hyps.map(tokenizeLine).map(prepare),
    tokenizedRefs.map((ref) => ref.map(prepare)),
  );
  return {
    score,
    line: formatMultiBleu(score),
    steps: [
      'hypotheses: tokenized by the Moses tokenizer, hyphens inside words kept',
      tokenizeReferences
        ? 'references: tokenized likewise'
        : 'references: taken as they are, tokenized beforehand',
      'both: compounds split at hyphens, a-b into a ##AT##-##AT## b',
      'score: multi-bleu, case-sensitive, not smoothed',
    ],
  };
}

/**
 * The substitution s{(\S)-(\S)}{$1 ##AT##-##AT## $2}g as Perl runs it, on bytes: only ASCII has white space, and what
 * follows the hyphen is used up for the next match unless more bytes of it are left, so that a-b-c is split once and
 * a-ö-c twice.
 */
export function splitCompounds(line: string): string {
  return line.replace(COMPOUND, '$1 ##AT##-##AT## $2');
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but white space
const COMPOUND = /([^\t-\r ])-(?:([\0-\x08\x0e-\x1f!-\x7f])|(?=[^\0-\x7f]))/g;

/** What separates words in Python and sacreBLEU, but not in a Perl script that reads bytes. */
const WIDE_SPACES =
  '\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const WIDE_SPACE = new RegExp(`[${WIDE_SPACES}]`, 'g');

/** Puts characters for private use in their place, so that words hold together as in multi-bleu.perl. */
function protectWideSpaces(line: string): string {
  return line.replace(WIDE_SPACE, (space) => String.fromCharCode(0xe000 + WIDE_SPACES.indexOf(space)));
}

function formatMultiBleu({ score, precisions, bp, sysLen, refLen }: BleuScore): string {
  if (refLen === 0) return 'BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)';
  return (
    `BLEU = ${formatFixed(score, 2)}, ${precisions.map((p) => formatFixed(p, 1)).join('/')} ` +
    `(BP=${formatFixed(bp, 3)}, ratio=${formatFixed(sysLen / refLen, 3)}, hyp_len=${sysLen}, ref_len=${refLen})`
  );
}
