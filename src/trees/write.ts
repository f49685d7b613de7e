// Trees as bracketed text, on one line or laid out like the Penn Treebank. The format has no escapes of its own:
// inside a word `(` is written -LRB- and `)` -RRB-, the Treebank's names for them; nothing else changes.
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import { isPreterminal, type Tree, walkTree } from './tree.ts';

/** A word as the format can hold it. */
export function escapeWord(word: string): string {
  return word.replaceAll('(', '-LRB-').replaceAll(')', '-RRB-');
}

/** A word with its brackets back. */
export function unescapeWord(word: string): string {
  return word.replaceAll('-LRB-', '(').replaceAll('-RRB-', ')');
}

/** The tree on one line; a UserError for a word or a label that the format cannot hold. */
export function writeTree(tree: Tree): string {
  return writeWith(tree, () => ' ');
}

/**
 * The tree over several lines, two spaces deeper for each level: a word stands on the line of its constituent's label
 * or of the word before, the constituent below a root without label on the root's line; all else begins a line.
 */
export function prettyTree(tree: Tree): string {
  // At each depth: whether the last thing written there was a word, or nothing yet.
  const afterWord = [true, true];
  return writeWith(tree, (node, depth, parent) => {
    const isWord = isPreterminal(node);
    const stays = parent.label === '' ? parent.children[0] === node : isWord && afterWord[depth]!;
    afterWord[depth] = isWord;
    afterWord[depth + 1] = true;
    return stays ? ' ' : `\n${'  '.repeat(depth)}`;
  });
}

/** The brackets with `separator` before each node but the root. */
function writeWith(tree: Tree, separator: (node: Tree, depth: number, parent: Tree) => string): string {
  const parts: string[] = [];
  walkTree(
    tree,
    (node, depth, parent) => {
      if (/[ \t-\r()]/.test(node.label))
        throw new UserError(`the label ${quote(node.label)} holds a space or a bracket`);
      if (parent) parts.push(separator(node, depth, parent));
      parts.push('(', node.label);
      if (isPreterminal(node)) parts.push(' ', checkWord(node.children[0]));
    },
    () => parts.push(')'),
  );
  return parts.join('');
}

function checkWord(word: string): string {
  if (word === '' || /[ \t-\r]/.test(word))
    throw new UserError(`the word ${quote(word)} is empty or holds a space`);
  return escapeWord(word);
}
