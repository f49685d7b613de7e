// Parallel text: two files whose lines correspond.
import { UserError } from '../util/errors.ts';
import { readLines } from '../util/text.ts';

export interface ParallelText {
  src: string[];
  tgt: string[];
}

/** Reads file pairs one after another. A UserError for an unreadable file, invalid UTF-8 or unequal line counts. */
export function readParallel(srcPaths: readonly string[], tgtPaths: readonly string[]): ParallelText {
  if (srcPaths.length !== tgtPaths.length) {
    throw new UserError(
      `${srcPaths.length} source files but ${tgtPaths.length} target files: list them in pairs`,
    );
  }
  const pairs = srcPaths.map((srcPath, i) => {
    const tgtPath = tgtPaths[i]!;
    const src = readLines(srcPath);
    const tgt = readLines(tgtPath);
    if (src.length !== tgt.length) {
      throw new UserError(
        `${srcPath} has ${src.length} lines but ${tgtPath} has ${tgt.length}: parallel files need equal counts`,
      );
    }
    return { src, tgt };
  });
  return { src: pairs.flatMap(({ src }) => src), tgt: pairs.flatMap(({ tgt }) => tgt) };
}
