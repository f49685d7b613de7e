// Ways to attach a part of a tree elsewhere without changing the order of words.
import { type BracketNode, makeNode, measure } from './bracket-tree.ts';

/** Children `first` to `first + count − 1` of `from` go beside `place`: as its sisters, or into a new node with it. */
export interface Move {
  from: BracketNode;
  first: number;
  count: number;
  place: BracketNode;
  side: 'before' | 'after';
  /** Whether `place` and what is moved get a node of their own, of the label that `place` has. */
  adjoin: boolean;
}

export type Parents = ReadonlyMap<BracketNode, BracketNode | undefined>;

export function parentsOf(root: BracketNode): Parents {
  const parents = new Map<BracketNode, BracketNode | undefined>();
  measure(root, (node, parent) => parents.set(node, parent));
  return parents;
}

/**
 * Each run of sisters, to the nodes whose edge is where the run is. Only what makes another bracket of one in `wrong` can
 * mend two brackets or more; other moves are left out.
 */
export function* findMoves(parents: Parents, wrong: ReadonlySet<BracketNode>): Generator<Move> {
  for (const from of parents.keys()) {
    const { length } = from.children;
    for (let first = 0; first < length; first++) {
      for (let count = 1; first + count <= length && count < length; count++) {
        const run = { from, first, count };
        yield* findPlaces(run, first > 0 ? first - 1 : undefined, 'after', parents, wrong);
        const next = first + count;
        yield* findPlaces(run, next < length ? next : undefined, 'before', parents, wrong);
      }
    }
  }
}

type Run = Pick<Move, 'from' | 'first' | 'count'>;

/** The places on one side of a run: within its neighbour, or, at the edge of its node, out of it and in the next one. */
function* findPlaces(
  run: Run,
  neighbour: number | undefined,
  side: Move['side'],
  parents: Parents,
  wrong: ReadonlySet<BracketNode>,
): Generator<Move> {
  let isWrong = wrong.has(run.from);
  if (neighbour !== undefined) {
    yield* findWithin(run, run.from.children[neighbour]!, side, isWrong, wrong);
    return;
  }
  const outer = side === 'after' ? 'before' : 'after';
  for (let node = run.from, up = parents.get(node); up !== undefined; node = up, up = parents.get(node)) {
    isWrong ||= wrong.has(node);
    if (isWrong) yield { ...run, place: node, side: outer, adjoin: false };
    if (isWrong && node !== run.from) yield { ...run, place: node, side: outer, adjoin: true };
    const next = up.children[up.children.indexOf(node) + (outer === 'before' ? -1 : 1)];
    if (next === undefined) continue;
    yield* findWithin(run, next, side, isWrong, wrong);
    return;
  }
}

/** At the edge of a node, and of what it has there, and so on. */
function* findWithin(
  run: Run,
  neighbour: BracketNode,
  side: Move['side'],
  leavesWrong: boolean,
  wrong: ReadonlySet<BracketNode>,
): Generator<Move> {
  let isWrong = leavesWrong;
  for (let node = neighbour; !node.isWord; ) {
    const inner = node.children.at(side === 'after' ? -1 : 0)!;
    if (isWrong) yield { ...run, place: node, side, adjoin: true };
    isWrong ||= wrong.has(node);
    if (isWrong) yield { ...run, place: inner, side, adjoin: false };
    node = inner;
  }
}

/** Changes the tree, and gives what changes it back. A node that is left with one of its own label goes. */
export function applyMove({ from, first, count, place, side, adjoin }: Move, parents: Parents): () => void {
  const target = parents.get(place)!;
  const above = parents.get(from);
  const touched = [from, target, ...(above === undefined ? [] : [above])];
  const before = touched.map(({ children }) => [...children]);
  const moved = from.children.splice(first, count);
  const at = target.children.indexOf(place);
  if (adjoin) {
    const inner = side === 'after' ? [place, ...moved] : [...moved, place];
    target.children.splice(at, 1, makeNode(place.label, inner));
  } else target.children.splice(side === 'after' ? at + 1 : at, 0, ...moved);
  const [only, second] = from.children;
  if (above !== undefined && second === undefined && only?.label === from.label && !only.isWord) {
    const own = above.children.indexOf(from);
    if (own >= 0) above.children.splice(own, 1, only);
  }
  return () => {
    for (const [i, node] of touched.entries()) node.children = before[i]!;
  };
}
