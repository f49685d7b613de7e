// Graphviz's language (graphviz.org/doc/info/lang.html): one graph for each tree, its words on one rank.
import { isPreterminal, walkTree } from '../tree.ts';
import { printable } from './characters.ts';
import { captionOf, type Exporter, each, hasCaption } from './exporter.ts';

export const dot: Exporter = {
  describe: 'Graphviz: dot -Tsvg, dot -Tpdf',
  endings: ['.dot', '.gv'],
  document: each((item) => {
    const nodes: string[] = [];
    const words: string[] = [];
    const path: string[] = [];
    walkTree(
      item.tree,
      (tree) => {
        const id = `n${nodes.length}`;
        const color = isPreterminal(tree) ? ', fontcolor="#46505e"' : '';
        const edge = path.length === 0 ? '' : ` ${path.at(-1)} -- ${id};`;
        path.push(id);
        const word = `w${words.length}`;
        const wordEdge = isPreterminal(tree) ? ` ${id} -- ${word};` : '';
        nodes.push(`  ${id} [label=${quote(tree.label)}${color}];${edge}${wordEdge}`);
        if (!isPreterminal(tree)) return;
        // Edges that are not drawn keep the words in order.
        const after = words.length === 0 ? '' : ` w${words.length - 1} -- ${word} [style=invis];`;
        words.push(`    ${word} [label=${quote(tree.children[0])}];${after}`);
      },
      () => path.pop(),
    );
    return `graph ${quote(String(item.index))} {
  graph [ordering=out, ranksep=0.25, nodesep=0.15${hasCaption(item) ? `, label=${quote(captionOf(item))}` : ''}];
  node [shape=plaintext, fontname="Helvetica", fontsize=12, height=0.25, width=0.1, margin="0.06,0.02"];
  edge [color="#8a93a0"];
${nodes.join('\n')}
  {
    rank=same;
    node [fontname="Helvetica-Bold"];
${words.join('\n')}
  }
}
`;
  }),
};

/** A quoted string, in which a backslash would begin an escape of Graphviz's. */
function quote(text: string): string {
  return `"${printable(text).replace(/["\\]/g, '\\$&')}"`;
}
