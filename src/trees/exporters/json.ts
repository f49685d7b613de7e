// One JSON object a line: the sentence flat (words, tags, spans) and the tree nested.
import { isPreterminal, type Tree, walkTree } from '../tree.ts';
import { type Exporter, each } from './exporter.ts';
import { partsOf } from './parts.ts';

export const json: Exporter = {
  describe: 'One JSON object a line: words, tags, spans, tree, the score if known',
  extension: '.jsonl',
  document: each(({ tree, index, rank, score, source }) => {
    const flat = JSON.stringify({ index, rank, score, source, ...partsOf(tree) });
    return `${flat.slice(0, -1)},"tree":${nested(tree)}}\n`;
  }),
};

/** What JSON.stringify gives, which would go as deep into calls as the tree is. */
function nested(tree: Tree): string {
  let text = '';
  let comma = '';
  walkTree(
    tree,
    (node) => {
      text += `${comma}{"label":${JSON.stringify(node.label)},"children":[`;
      if (isPreterminal(node)) text += JSON.stringify(node.children[0]);
      comma = '';
    },
    () => {
      text += ']}';
      comma = ',';
    },
  );
  return text;
}
