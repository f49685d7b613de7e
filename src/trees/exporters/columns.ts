// Trees as columns of text, with a blank line after each: words with tags and parse bits as in the CoNLL shared tasks of
// 2005 and 2012, and labelled spans. Words count from 0, as in 2012.
import { isPreterminal, type Tree, walkTree } from '../tree.ts';
import { comment, type Exporter, each } from './exporter.ts';
import { partsOf } from './parts.ts';

/** Nothing in a column may end it; other characters, white space elsewhere, are part of a word. */
const field = (text: string): string => text.replace(/[ \t-\r]+/g, '_') || '-';

export const conll: Exporter = {
  describe: 'Columns: word number, word, tag, parse bits such as (S(NP* and *)',
  endings: ['.conll'],
  document: each((item) => {
    const { words, tags } = partsOf(item.tree);
    const bits = parseBits(item.tree);
    const rows = words.map((word, i) => [i, field(word), field(tags[i]!), bits[i]].join('\t'));
    return `${comment(item)}${rows.map((row) => `${row}\n`).join('')}\n`;
  }),
};

/** For each word the constituents that open at it, `*`, and a bracket for each that closes. */
function parseBits(tree: Tree): string[] {
  const bits: string[] = [];
  let opening = '';
  walkTree(
    tree,
    (node) => {
      if (!isPreterminal(node)) opening += `(${node.label.replace(/[\s()*]/gu, '_')}`;
      else {
        bits.push(`${opening}*`);
        opening = '';
      }
    },
    (node) => {
      if (!isPreterminal(node)) bits[bits.length - 1] += ')';
    },
  );
  return bits;
}

export const spans: Exporter = {
  describe: 'Columns: label, first word, word after the last, from 0; no tags',
  endings: ['.tsv'],
  document: each((item) => {
    const rows = partsOf(item.tree).spans.map(
      ({ label, start, end }) => `${field(label)}\t${start}\t${end}\n`,
    );
    return `${comment(item)}${rows.join('')}\n`;
  }),
};
