// Where the nodes of a drawing go: words side by side on the lowest level, each constituent as low as its children let
// it and within the width of its words, so that nothing can overlap. d3-hierarchy's dendrogram places the nodes; this
// file gives every label the room that it needs.
import { cluster, hierarchy } from 'd3-hierarchy';
import type { Tree } from '../tree.ts';

export interface PlacedNode {
  data: Tree | string;
  /** The label or word. */
  text: string;
  /** Of the text. */
  width: number;
  /** The middle of the text; the left edge of the drawing is 0. */
  x: number;
  /** 0 for words, one more than the highest child's otherwise. */
  level: number;
  children: PlacedNode[];
}

export interface Layout {
  /** Parents first, from left to right. */
  nodes: PlacedNode[];
  width: number;
  /** The root's level. */
  levels: number;
}

/**
 * Places the nodes; `textOf` gives what is shown of one and `measure` its width in whole units, `gap` keeps
 * neighbours apart.
 */
export function layoutTree(
  tree: Tree,
  textOf: (node: Tree | string) => string,
  measure: (text: string, node: Tree | string) => number,
  gap: number,
): Layout {
  const root = hierarchy<Tree | string>(tree, (node) => (typeof node === 'string' ? null : node.children));
  type Node = typeof root;
  const boxes = new Map<Node, { text: string; width: number; need: number; left: number; room: number }>();
  const boxOf = (node: Node) => boxes.get(node)!;
  const inner = (node: Node) =>
    (node.children ?? []).reduce((sum, child) => sum + boxOf(child).need + gap, -gap);
  root.eachAfter((node) => {
    const text = textOf(node.data);
    const width = measure(text, node.data);
    boxes.set(node, { text, width, need: 0, left: 0, room: 0 });
    boxOf(node).need = Math.max(width, inner(node));
  });
  boxOf(root).room = boxOf(root).need;
  // A label wider than what is below it spreads its children, in whole units.
  root.eachBefore((node) => {
    const { left, room } = boxOf(node);
    const children = node.children ?? [];
    const spare = room - inner(node);
    let at = left;
    for (const [i, child] of children.entries()) {
      const box = boxOf(child);
      const share =
        Math.floor((spare * (i + 1)) / children.length) - Math.floor((spare * i) / children.length);
      Object.assign(box, { left: at, room: box.need + share });
      at += box.room + gap;
    }
  });
  const middle = (node: Node) => boxOf(node).left + boxOf(node).room / 2;
  const placed = cluster<Tree | string>()
    .nodeSize([1, 1])
    .separation((a, b) => Math.abs(middle(a) - middle(b)))(root);
  // The dendrogram's root is at 0.
  const first = placed.leaves()[0]!;
  const shift = middle(first) - first.x;
  const nodes = new Map<Node, PlacedNode>();
  placed.eachBefore((node) => {
    const { text, width, left, room } = boxOf(node);
    const x = Math.min(Math.max(node.x + shift, left + width / 2), left + room - width / 2);
    const own: PlacedNode = { data: node.data, text, width, x, level: node.height, children: [] };
    nodes.set(node, own);
    if (node.parent) nodes.get(node.parent)!.children.push(own);
  });
  return { nodes: [...nodes.values()], width: boxOf(root).room, levels: root.height };
}
