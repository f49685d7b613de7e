// An object for each tree, one a line or in a list: the sentence flat (words, tags, spans) and the tree nested.
import { isPreterminal, type Tree, walkTree } from '../tree.ts';
import { type Exporter, each, type TreeItem } from './exporter.ts';
import { partsOf } from './parts.ts';

export const json: Exporter = {
  describe: 'One JSON object a line: words, tags, spans, tree, the score if known',
  endings: ['.jsonl', '.ndjson'],
  document: each((item) => `${toObject(item)}\n`),
};

export const jsonArray: Exporter = {
  describe: 'The same objects as one JSON list',
  endings: ['.json'],
  *document(items) {
    for (const [i, item] of items.entries()) yield `${i === 0 ? '[' : ','}\n${toObject(item)}`;
    yield items.length === 0 ? '[]\n' : '\n]\n';
  },
};

function toObject({ tree, index, rank, score, source, confidence }: TreeItem): string {
  const flat = JSON.stringify({ index, rank, score, source, ...partsOf(tree, confidence) });
  return `${flat.slice(0, -1)},"tree":${nested(tree)}}`;
}

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
