// Trees drawn with characters: from the top down with the words on one line, or, where that is too wide, as an outline
// with a line for each constituent.
import pc from 'picocolors';
import { isPreterminal, type Tree, walkTree } from '../tree.ts';
import { categoryOf } from './category.ts';
import { printable, textWidth } from './characters.ts';
import { captionOf, type Exporter, each, hasCaption, sureness, type TreeItem } from './exporter.ts';
import { type Layout, layoutTree } from './layout.ts';

// The directions that a piece of line goes to.
const UP = 1;
const DOWN = 2;
const LEFT = 4;
const RIGHT = 8;

interface Pen {
  /** By the sum of the directions. */
  lines: readonly string[];
  /** What a constituent without a label is drawn as. */
  blank: string;
  /** Before a child, before the last one; below a child, below the last one. */
  outline: readonly [string, string, string, string];
}

const UNICODE: Pen = {
  lines: [...'   │ ╯╮┤ ╰╭├─┴┬┼'],
  blank: '•',
  outline: ['├─ ', '╰─ ', '│  ', '   '],
};
const ASCII: Pen = {
  lines: [...'   | +++ +++-+++'],
  blank: 'o',
  outline: ['|- ', '`- ', '|  ', '   '],
};

// More cells than this are an outline in any case: about what a screen scrolled for a minute shows.
const MAX_CELLS = 2_000_000;

type Paint = (text: string, node?: Tree | string) => string;

const exporter = (pen: Pen, endings: string[], describe: string): Exporter => ({
  describe,
  endings,
  document: each((item, { columns = Infinity, color = false }, count) => {
    const paint = painter(color);
    const layout = layoutTree(item.tree, (node) => textOf(node, pen, item), textWidth, 2);
    const fits = layout.width <= columns && layout.width * layout.levels * 2 <= MAX_CELLS;
    const lines = fits ? drawDown(layout, pen, paint) : drawOutline(item, pen, paint);
    const source = item.source === undefined ? [] : [printable(item.source)];
    const isTold = count > 1 || hasCaption(item);
    const heading = isTold ? [paint([captionOf(item), ...source].join('  '))] : [];
    return `${[...heading, ...lines].join('\n')}\n${count > 1 ? '\n' : ''}`;
  }),
});

export const unicode = exporter(UNICODE, ['.txt'], 'Drawing for a terminal, in colour where it has colours');
export const ascii = exporter(ASCII, [], 'Drawing in ASCII lines');

function textOf(node: Tree | string, { blank }: Pen, item: TreeItem): string {
  return printable(typeof node === 'string' ? node : node.label || blank) + sureness(item, node);
}

/** Words stand out, labels are coloured by kind, lines stay behind. */
function painter(color: boolean): Paint {
  const { bold, dim, magenta, cyan, green, yellow } = pc.createColors(color);
  const colors = { clause: magenta, noun: cyan, verb: green, modifier: yellow, other: String };
  return (text, node) => {
    if (node === undefined) return dim(text);
    return typeof node === 'string' ? bold(text) : colors[categoryOf(node.label)](text);
  };
}

interface Piece {
  column: number;
  width: number;
  text: string;
}

function drawDown({ nodes, levels }: Layout, pen: Pen, paint: Paint): string[] {
  const rows: Piece[][] = Array.from({ length: 2 * levels + 1 }, () => []);
  const rowOf = (level: number) => 2 * (levels - level);
  const line = (row: number, column: number, text: string) =>
    rows[row]!.push({ column, width: text.length, text: paint(text) });
  // The column of a text's middle, the left one of two.
  const stemOf = (x: number) => Math.ceil(x) - 1;
  for (const { data, text, width, x, level, children } of nodes) {
    const stem = stemOf(x);
    const column = stem - Math.floor((width - 1) / 2);
    rows[rowOf(level)]!.push({ column, width, text: paint(text, data) });
    if (children.length === 0) continue;
    const below = children.map((child) => stemOf(child.x));
    line(rowOf(level) + 1, Math.min(stem, below[0]!), joinDown(stem, below, pen));
    for (const child of children) {
      for (let row = rowOf(level) + 2; row < rowOf(child.level); row++)
        line(row, stemOf(child.x), pen.lines[UP + DOWN]!);
    }
  }
  return rows.map(joinPieces);
}

/** The line that joins a parent's stem with its children's, which are in order. */
function joinDown(stem: number, below: readonly number[], { lines }: Pen): string {
  const first = Math.min(stem, below[0]!);
  const last = Math.max(stem, below.at(-1)!);
  const down = new Set(below);
  let bar = '';
  for (let column = first; column <= last; column++) {
    const vertical = (column === stem ? UP : 0) + (down.has(column) ? DOWN : 0);
    bar += lines[vertical + (column > first ? LEFT : 0) + (column < last ? RIGHT : 0)];
  }
  return bar;
}

function joinPieces(pieces: Piece[]): string {
  let text = '';
  let at = 0;
  for (const piece of pieces.sort((a, b) => a.column - b.column)) {
    text += ' '.repeat(piece.column - at) + piece.text;
    at = piece.column + piece.width;
  }
  return text;
}

/** A tag and its word share a line. */
function drawOutline(item: TreeItem, pen: Pen, paint: Paint): string[] {
  const [branch, lastBranch, through, past] = pen.outline;
  const lines: string[] = [];
  // For each open constituent what goes before its children's lines.
  const prefixes: string[] = [];
  walkTree(item.tree, (node, depth, parent) => {
    const before = prefixes[depth - 1] ?? '';
    const isLast = parent?.children.at(-1) === node;
    const joint = parent ? paint(before + (isLast ? lastBranch : branch)) : '';
    const word = isPreterminal(node)
      ? ` ${paint(textOf(node.children[0], pen, item), node.children[0])}`
      : '';
    lines.push(joint + paint(textOf(node, pen, item), node) + word);
    prefixes[depth] = parent ? before + (isLast ? past : through) : '';
  });
  return lines;
}
