// A made corpus for trainings of seconds: sentences of random words, the target's in reverse.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `NAME.src` and `NAME.tgt` of so many pairs for each name in `counts`, of 2 to `longest` words out of `words`;
 * gives the sections of a config's data, for one in the same folder.
 */
export function writeReversals(folder, rng, counts, { longest, words }) {
  const sections = {};
  for (const [name, count] of Object.entries(counts)) {
    const pairs = Array.from({ length: count }, () =>
      Array.from({ length: 2 + rng.int(longest - 1) }, () => `w${rng.int(words)}`),
    );
    const text = (lines) => lines.map((line) => `${line.join(' ')}\n`).join('');
    writeFileSync(join(folder, `${name}.src`), text(pairs));
    writeFileSync(join(folder, `${name}.tgt`), text(pairs.map((line) => line.toReversed())));
    sections[name] = { kind: 'parallel', src: `${name}.src`, tgt: `${name}.tgt` };
  }
  return { srcLang: 'a', tgtLang: 'b', ...sections };
}
