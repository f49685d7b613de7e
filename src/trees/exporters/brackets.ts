// Trees in their brackets, which `tx` reads back: on one line, or laid out like the Penn Treebank.
import { prettyTree, writeTree } from '../write.ts';
import { comment, type Exporter, each } from './exporter.ts';

export const bracket: Exporter = {
  describe: 'One tree a line; of several parses each after its number and score',
  endings: ['.mrg'],
  document: each(({ tree, index, rank, score }) => {
    const before = rank === undefined ? '' : `${index}\t${score?.toFixed(4) ?? ''}\t`;
    return `${before}${writeTree(tree)}\n`;
  }),
};

export const pretty: Exporter = {
  describe: 'Brackets over several lines, indented',
  endings: ['.ptb'],
  document: each((item) => `${comment(item)}${prettyTree(item.tree)}\n`),
};
