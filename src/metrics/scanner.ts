// The loop that all tokenizers of BLEU share. Each of them sorts characters into six classes; which tokens follow is
// the same for all. It gives in one pass what NIST's chains of regular expressions give in four.
import { isSpace } from './whitespace.ts';

/** Letters and the like: tokens run on through them. */
export const OTHER = 1;
const SPACE = 2;
export const DIGIT = 3;
/** A token of its own, unless digits on both sides hold it: 3.14. */
export const POINT = 4;
/** A token of its own. */
export const SYMBOL = 5;
/** A token of its own after a digit. */
export const DASH = 6;
export type CharClass = typeof OTHER | typeof DIGIT | typeof POINT | typeof SYMBOL | typeof DASH;

/**
 * A tokenizer from the class of each character that is not white space. If `padded`, a line's ends count as spaces,
 * otherwise as digits.
 */
export function buildTokenizer(
  classify: (char: string) => CharClass,
  { padded }: { padded: boolean },
): (line: string) => string[] {
  let classes = new Uint8Array(0); // 0: not asked for yet
  const addClass = (code: number): number =>
    (classes[code] = isSpace(code) ? SPACE : classify(String.fromCodePoint(code)));
  const edge = padded ? SPACE : DIGIT;

  return (line) => {
    if (classes.length === 0) classes = new Uint8Array(0x110000);
    const classOf = classes;
    const words: string[] = [];
    const { length } = line;
    let start = -1; // of the word that is being read
    let previous: number = edge;
    let next = 0;
    for (let at = 0; at < length; at = next) {
      const code = line.codePointAt(at)!;
      const kind = classOf[code] || addClass(code);
      next = at + (code > 0xffff ? 2 : 1);
      let isAlone = kind === SYMBOL || (kind === DASH && previous === DIGIT && start >= 0);
      if (kind === POINT) {
        // Of k points in a row all but the last stand alone. NIST's rule for a point after a non-digit takes
        // characters in pairs, so whether it reaches the last one is a matter of k's parity; a non-digit behind
        // the last one frees it in any case.
        let isEven = false;
        let follower: number;
        for (;;) {
          const ahead = next < length ? line.codePointAt(next)! : -1;
          follower = ahead < 0 ? edge : classOf[ahead] || addClass(ahead);
          if (follower !== POINT) break;
          if (start >= 0) words.push(line.slice(start, at));
          start = -1;
          words.push(line.slice(at, next));
          at = next;
          next += ahead > 0xffff ? 2 : 1;
          isEven = !isEven;
        }
        isAlone = follower !== DIGIT || isEven === (previous === DIGIT);
      }
      if (isAlone || kind === SPACE) {
        if (start >= 0) words.push(line.slice(start, at));
        start = -1;
        if (isAlone) words.push(line.slice(at, next));
      } else if (start < 0) {
        start = at;
      }
      previous = kind;
    }
    if (start >= 0) words.push(line.slice(start));
    return words;
  };
}
