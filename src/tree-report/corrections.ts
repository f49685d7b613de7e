// What has to be done to make a gold tree of a test tree, in the spirit of Kummerfeld et al. 2012, "Parser Showdown at the
// Wall Street Corral", section 3: nodes are moved, renamed, taken off and put in, each time what mends most brackets, so
// that one wrong attachment is one error however many brackets it spoils. The search and its order are our own.
import { type BracketNode, constituents, makeNode, measure } from './bracket-tree.ts';
import { GoldBrackets } from './gold-brackets.ts';
import { applyMove, findMoves, type Move, parentsOf } from './moves.ts';

export type Action = 'move' | 'rename' | 'remove' | 'add';

export interface Correction {
  action: Action;
  /** Brackets that it mends, those that are missing and those too many. */
  mended: number;
  /** Of what is moved the labels; otherwise those of the node's children. */
  parts: readonly { label: string; isWord: boolean }[];
  /** The node's label, of what is moved that of the node it was in; when it is renamed the label it has in the end. */
  label: string;
  /** The label of the node above, '' for none; of what is moved that of the node it comes to. */
  parent: string;
  /** Whether the node above has no other child. */
  isOnly: boolean;
}

/** In trees of more brackets moves are not looked for: the time they take grows with the square. */
const MOST_FOR_MOVES = 200;

/** The corrections, in the order in which they are made; `test` is changed into a tree with the brackets of `gold`. */
export function findCorrections(gold: BracketNode, test: BracketNode): Correction[] {
  const wanted = new GoldBrackets(gold);
  const found: Correction[] = [];
  for (;;) {
    const { missing, extra } = wanted.compare(test);
    if (missing.length + extra.length === 0) return found;
    found.push(correct(test, wanted, missing, extra));
  }
}

function correct(
  test: BracketNode,
  wanted: GoldBrackets,
  missing: readonly BracketNode[],
  extra: readonly BracketNode[],
): Correction {
  const move = findBestMove(test, wanted, missing.length + extra.length, new Set(extra));
  // Trials have told nodes where they would be.
  measure(test);
  if (move !== undefined && move.mended > 2) return makeMove(test, move);
  for (const node of extra) {
    const other = missing.find(({ start, end }) => start === node.start && end === node.end);
    if (other !== undefined) return rename(test, node, other.label);
  }
  if (move !== undefined) return makeMove(test, move);
  if (extra[0] !== undefined) return remove(test, extra[0]);
  return add(test, missing[0]!);
}

type Mending = Move & { mended: number };

/** The one that mends most, two brackets at least; of equal ones that of the fewest words. */
function findBestMove(
  test: BracketNode,
  wanted: GoldBrackets,
  errors: number,
  extra: ReadonlySet<BracketNode>,
): Mending | undefined {
  if (constituents(test).length > MOST_FOR_MOVES) return undefined;
  const parents = parentsOf(test);
  const sizes = new Map([...parents.keys()].map((node) => [node, node.end - node.start]));
  let best: Mending | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const move of findMoves(parents, extra)) {
    const { from, first, count } = move;
    const moved = from.children.slice(first, first + count);
    const undo = applyMove(move, parents);
    const mended = errors - wanted.countErrors(test);
    undo();
    if (mended < 2 || mended < (best?.mended ?? 0)) continue;
    const words = moved.reduce((sum, node) => sum + sizes.get(node)!, 0);
    if (mended === best?.mended && words >= fewest) continue;
    best = { ...move, mended };
    fewest = words;
  }
  return best;
}

const describeParts = (nodes: readonly BracketNode[]): Correction['parts'] =>
  nodes.map(({ label, isWord }) => ({ label, isWord }));

function makeMove(test: BracketNode, { mended, ...move }: Mending): Correction {
  const parents = parentsOf(test);
  const { from, first, count, place, adjoin } = move;
  const parts = describeParts(from.children.slice(first, first + count));
  const parent = adjoin ? place.label : parents.get(place)!.label;
  applyMove(move, parents);
  return { action: 'move', mended, parts, label: from.label, parent, isOnly: false };
}

function rename(test: BracketNode, node: BracketNode, label: string): Correction {
  const above = parentsOf(test).get(node)!;
  const parts = describeParts(node.children);
  node.label = label;
  return {
    action: 'rename',
    mended: 2,
    parts,
    label,
    parent: above.label,
    isOnly: above.children.length === 1,
  };
}

function remove(test: BracketNode, node: BracketNode): Correction {
  const above = parentsOf(test).get(node)!;
  const isOnly = above.children.length === 1 && above !== test;
  above.children.splice(above.children.indexOf(node), 1, ...node.children);
  const parts = describeParts(node.children);
  return { action: 'remove', mended: 1, parts, label: node.label, parent: above.label, isOnly };
}

/** Over the children that it has all words of; where nothing crosses it any more, some node has them. */
function add(test: BracketNode, { label, start, end }: BracketNode): Correction {
  let above = test;
  for (;;) {
    const inner = above.children.find((child) => !child.isWord && child.start <= start && child.end >= end);
    if (inner === undefined) break;
    above = inner;
    if (inner.start === start && inner.end === end) break;
  }
  const isOnly = above !== test && above.start === start && above.end === end;
  const first = above.children.findIndex((child) => child.start === start);
  const last = above.children.findLastIndex((child) => child.end === end);
  const inner = above.children.slice(first, last + 1);
  above.children.splice(first, inner.length, makeNode(label, inner));
  return { action: 'add', mended: 1, parts: describeParts(inner), label, parent: above.label, isOnly };
}
