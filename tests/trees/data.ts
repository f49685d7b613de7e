// The trees at hand, where TX_DATA has them.
import { existsSync, readFileSync } from 'node:fs';
import { readTrees } from '../../src/trees/read.ts';
import type { Tree } from '../../src/trees/tree.ts';

const directory = `${process.env.TX_DATA ?? '../shared/data'}/treebank`;
export const hasTreebank = existsSync(directory);
export const SPLITS = [
  ['train', 3396],
  ['dev', 273],
  ['test', 245],
] as const;

export function treebankText(split: string): string {
  return readFileSync(`${directory}/${split}.mrg`, 'utf8');
}

export function treebankTrees(split: string): Tree[] {
  return readTrees(treebankText(split), { file: `${split}.mrg` });
}
