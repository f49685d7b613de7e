// What a run learns to know of its training trees.
import { learnCharacters } from '../../data/characters.ts';
import { type Tree, tags as tagsOf, words as wordsOf } from '../../trees/tree.ts';
import { sortedNames, type TreeDecoder } from './decoder.ts';
import type { Known } from './known.ts';

/** `spell` where characters are wanted, of a word as it is read. */
export function learnKnown(
  trees: readonly Tree[],
  decoder: TreeDecoder,
  spell?: (word: string) => string,
): Known {
  return {
    ...decoder.learn(trees),
    tags: sortedNames(trees.flatMap(tagsOf)),
    ...(spell && { characters: learnCharacters(trees.flatMap((tree) => wordsOf(tree).map(spell))) }),
  };
}
