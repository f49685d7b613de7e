// Trees as sequences of brackets, the words left out, a constituent's label on both its brackets.
//   vinyals: Vinyals et al. (2015), "Grammar as a Foreign Language", section 2.2: (S (NP XX )NP (VP XX )VP )S
//   tagged:  the parsing task of tensor2tensor, whose opening brackets are bare labels and whose leaves are the tags:
//            S NP NNP /NP VP VBZ /VP /S
import { UserError } from '../util/errors.ts';
import { quote } from '../util/quote.ts';
import type { Linearization } from './linearize-contract.ts';
import { END, type Grammar } from './linearize-grammar.ts';
import { addTop, stripTop } from './normalize.ts';
import { type Piece, repairBrackets } from './repair.ts';
import { isPreterminal, NO_TAG, type Tree, walkTree } from './tree.ts';

/**
 * One root, no constituent without words, all words before the root's closer. Depth is the number of open brackets; it
 * is 0 with words left at the start alone. Which label a closer bears is up to the innermost bracket, which no counter
 * knows: a search that keeps no stack can go wrong there and nowhere else.
 */
const grammar: Grammar = [
  { class: 'open', depth: 1, left: 0, when: { minLeft: 1 } },
  { class: 'word', depth: 0, left: -1, when: { minDepth: 1, minLeft: 1 } },
  { class: 'close', depth: -1, left: 0, when: { minDepth: 2, notAfter: 'open' } },
  { class: 'close', depth: -1, left: 0, when: { minDepth: 1, maxLeft: 0 } },
  { class: END, depth: 0, left: 0, when: { maxDepth: 0, maxLeft: 0 } },
];

export const vinyals: Linearization = {
  linearize: (tree) =>
    bracket(
      tree,
      (label) => `(${label}`,
      () => NO_TAG,
      (label) => `)${label}`,
    ),
  delinearize: (tokens, words, { tags } = {}) => repairBrackets(tokens.map(readVinyals), words, tags),
  classOf: (token) => classOfPiece(readVinyals(token)),
  grammar,
};

export const tagged: Linearization = {
  linearize(tree) {
    const labels = new Set<string>();
    const leaves = new Set<string>();
    walkTree(tree, (node) => (isPreterminal(node) ? leaves : labels).add(node.label));
    for (const name of [...labels, ...leaves]) {
      const problem = name.startsWith('/')
        ? 'begins with "/"'
        : labels.has(name) && leaves.has(name) && 'is both a tag and a label';
      if (problem)
        throw new UserError(`${quote(name)} ${problem}: the linearization "tagged" cannot hold this tree`);
    }
    return bracket(
      tree,
      (label) => label,
      (tag) => tag,
      (label) => `/${label}`,
    );
  },
  delinearize(tokens, words, { tags, vocabulary } = {}) {
    const known = vocabulary ?? new Set(tokens);
    return repairBrackets(
      tokens.map((token) => readTagged(token, known)),
      words,
      tags,
    );
  },
  classOf: (token, vocabulary) => classOfPiece(readTagged(token, vocabulary)),
  grammar,
};

function bracket(
  tree: Tree,
  open: (label: string) => string,
  leaf: (tag: string) => string,
  close: (label: string) => string,
): string[] {
  const stripped = stripTop(tree);
  const tokens: string[] = [];
  walkTree(
    isPreterminal(stripped) ? addTop(stripped) : stripped,
    (node) => tokens.push(isPreterminal(node) ? leaf(node.label) : open(node.label)),
    (node) => isPreterminal(node) || tokens.push(close(node.label)),
  );
  return tokens;
}

function readVinyals(token: string): Piece {
  if (token === NO_TAG) return { tag: undefined };
  if (token.length < 2) return undefined;
  const label = token.slice(1);
  return token.startsWith('(') ? { open: label } : token.startsWith(')') ? { close: label } : undefined;
}

/** A token is a label if its closer is a token too; all else but closers are tags. */
function readTagged(token: string, vocabulary: ReadonlySet<string>): Piece {
  if (!vocabulary.has(token)) return undefined;
  if (token.startsWith('/')) return { close: token.slice(1) };
  return vocabulary.has(`/${token}`) ? { open: token } : { tag: token };
}

function classOfPiece(piece: Piece): string | undefined {
  return piece && ('open' in piece ? 'open' : 'close' in piece ? 'close' : 'word');
}
