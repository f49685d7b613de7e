// A tree as lines, each constituent with the words that stand in it before others, however deep it is.
import type { Bracket } from '../trees/evalb-sentence.ts';

export interface OutlineLine {
  depth: number;
  /** Undefined where only words go on. */
  bracket: Bracket | undefined;
  words: string[];
}

/** The lines of a text that EVALB has read into `brackets`, which are in the order in which they open. */
export function outlineOf(text: string, brackets: readonly Bracket[]): OutlineLine[] {
  const lines: OutlineLine[] = [];
  const open: OutlineLine[] = [];
  let next = 0;
  for (const [, word, label] of text.matchAll(/\([^\s()]*\s+([^\s()]+)\)|(\([^\s()]*)|\)/g)) {
    if (word !== undefined) {
      const own = open.at(-1);
      if (own === undefined || lines.at(-1) === own || isContinued(lines.at(-1), open.length)) {
        lines.at(-1)?.words.push(word);
      } else lines.push({ depth: open.length, bracket: undefined, words: [word] });
    } else if (label !== undefined) {
      const line = { depth: open.length, bracket: brackets[next++], words: [] };
      lines.push(line);
      open.push(line);
    } else open.pop();
  }
  return lines;
}

const isContinued = (line: OutlineLine | undefined, depth: number): boolean =>
  line !== undefined && line.bracket === undefined && line.depth === depth;
