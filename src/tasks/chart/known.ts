// What a run knows of its training trees: labels of constituents, chains joined (S+VP), and tags, each in its order,
// and where words are read by their characters, these.
import { z } from 'zod';
import { learnCharacters } from '../../data/characters.ts';
import type { SpanTargets } from '../../data/spans.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { spanIndex } from '../../trees/chart.ts';
import { spansOf } from '../../trees/spans.ts';
import { type Tree, tags as tagsOf, words as wordsOf } from '../../trees/tree.ts';
import { UserError } from '../../util/errors.ts';
import { writeFileAtomic } from '../../util/files.ts';
import { readText } from '../../util/text.ts';

const knownSchema = z.strictObject({
  labels: z.array(z.string()).min(1),
  tags: z.array(z.string()).min(1),
  characters: z.array(z.string()).optional(),
});
export type Known = z.output<typeof knownSchema>;

/** In an order that does not depend on that of the trees; `spell` where characters are wanted, of a word as it is read. */
export function learnKnown(trees: readonly Tree[], spell?: (word: string) => string): Known {
  const labels = trees.flatMap((tree) => spansOf(tree).map(({ label }) => label));
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    labels: sorted(labels),
    tags: sorted(trees.flatMap(tagsOf)),
    ...(spell && { characters: learnCharacters(trees.flatMap((tree) => wordsOf(tree).map(spell))) }),
  };
}

export const saveKnown = (known: Known, folder: RunFolder): void =>
  writeFileAtomic(folder.labels, `${JSON.stringify(known, null, 2)}\n`);

/** A UserError where the file is damaged. */
export function loadKnown(folder: RunFolder): Known {
  const text = readText(folder.labels);
  try {
    return knownSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${folder.labels}: is not what tx train writes there`);
  }
}

/** What trees have to tell, of their first `seen` words alone where the model sees no more. */
export function targetsFor({ labels, tags }: Known): (tree: Tree, seen: number) => SpanTargets {
  const numbers = (names: readonly string[]) => new Map(names.map((name, k) => [name, k]));
  const [ofLabels, ofTags] = [numbers(labels), numbers(tags)];
  return (tree, seen) => ({
    labels: spansOf(tree)
      .filter(({ end }) => end <= seen)
      // Class 0 is that of no label.
      .map(({ start, end, label }) => [spanIndex(start, end), (ofLabels.get(label) ?? -2) + 1] as const),
    tags: tagsOf(tree)
      .slice(0, seen)
      .map((tag) => ofTags.get(tag) ?? -1),
  });
}
