// Trees as one SVG image: words on a line at the bottom, lines with round corners that no label can meet; light or dark
// as the reader's system is. Self-contained: fonts are the system's, so the widths of texts are estimates.
import { isPreterminal, type Tree } from '../tree.ts';
import { CATEGORIES, categoryOf, DARK, LIGHT, type Palette } from './category.ts';
import { escapeXml, printable, textWidth } from './characters.ts';
import { captionOf, type Exporter, hasCaption, sureness, type TreeItem } from './exporter.ts';
import { type Layout, layoutTree, type PlacedNode } from './layout.ts';
import { partsOf } from './parts.ts';

const FONT = 14;
const LEVEL = 50;
// From tags to words.
const LAST_LEVEL = 42;
const BOX = 24;
const MARGIN = 24;
const CAPTION = 30;
const RADIUS = 7;

export const svg: Exporter = {
  describe: 'One self-contained SVG image, for light and dark pages',
  endings: ['.svg'],
  *document(items) {
    const isTold = (item: TreeItem) => items.length > 1 || hasCaption(item) || item.source !== undefined;
    const figures = items.map((item) => {
      const layout = layoutTree(item.tree, (node) => textOf(node) + sureness(item, node), estimateWidth, 14);
      const top = isTold(item) ? CAPTION : 0;
      return { item, layout, top, height: top + yOf(0, layout.levels) + BOX / 2 };
    });
    const captions = figures.map(({ item }) =>
      isTold(item) ? `${captionOf(item)}  ${item.source ?? ''}` : '',
    );
    const width = figures.reduce(
      (most, { layout }, i) => Math.max(most, layout.width, estimateWidth(captions[i]!, '')),
      0,
    );
    const height = figures.reduce((sum, figure) => sum + figure.height + MARGIN, MARGIN);
    yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * MARGIN}" height="${height}" viewBox="0 0 ${width + 2 * MARGIN} ${height}" role="img">
<style>
svg{color-scheme:light dark} text{font-family:system-ui,"Helvetica Neue",Arial,sans-serif;font-size:${FONT}px;text-anchor:middle}
path{fill:none;stroke-width:1.5} text.l{font-weight:600} text.t{font-size:12px} text.w{font-weight:500} text.c{text-anchor:start;font-size:13px}
${colors(LIGHT)}
@media (prefers-color-scheme:dark){${colors(DARK)}}
</style>
<rect class="paper" width="100%" height="100%"/>
`;
    let y = MARGIN;
    for (const [i, { item, layout, top, height }] of figures.entries()) {
      const words = escapeXml(partsOf(item.tree).words.join(' '));
      yield `<g transform="translate(${MARGIN} ${y})">\n<title>${words}</title>\n`;
      if (top > 0)
        yield `<text class="c" y="${FONT}" xml:space="preserve">${escapeXml(captions[i]!)}</text>\n`;
      yield* drawing(layout, top);
      yield '</g>\n';
      y += height + MARGIN;
    }
    yield '</svg>\n';
  },
};

/** Plain CSS: programs that turn SVG into PNG or PDF know no variables, and skip what is for dark pages. */
function colors({ kinds, paper, ink, muted, line }: Palette): string {
  const ofKinds = CATEGORIES.map(
    (name) => `rect.${name}{fill:${kinds[name][0]}}text.${name}{fill:${kinds[name][1]}}`,
  );
  return `.paper{fill:${paper}}text{fill:${ink}}text.c{fill:${muted}}path{stroke:${line}}${ofKinds.join('')}`;
}

function* drawing({ nodes, levels }: Layout, top: number): Generator<string> {
  yield `<g transform="translate(0 ${top + BOX / 2})">\n`;
  for (const { x, level, children } of nodes) {
    const y = yOf(level, levels);
    const ends = children.map((child) => ({ x: child.x, y: yOf(child.level, levels) - BOX / 2 }));
    if (ends.length > 0) yield `<path d="${joinDown(x, y + BOX / 2, ends)}"/>\n`;
  }
  for (const node of nodes) yield label(node, yOf(node.level, levels));
  yield '</g>\n';
}

function label({ data, text, x, width }: PlacedNode, y: number): string {
  const shown = (name: string) => `<text class="${name}" x="${x}" y="${y + 5}">${escapeXml(text)}</text>\n`;
  if (typeof data === 'string') return shown('w');
  const category = categoryOf(data.label);
  if (isPreterminal(data)) return shown(`t ${category}`);
  const box = `x="${x - width / 2}" y="${y - BOX / 2}" width="${width}" height="${BOX}" rx="${BOX / 2}"`;
  return `<rect class="l ${category}" ${box}/>${shown(`l ${category}`)}`;
}

/** The middle of a level's texts. */
function yOf(level: number, levels: number): number {
  if (level > 0 || levels === 0) return (levels - level) * LEVEL;
  return (levels - 1) * LEVEL + LAST_LEVEL;
}

interface Point {
  x: number;
  y: number;
}

/** From a parent down to a bar just below it, and from the bar to each child; its ends are round. */
function joinDown(x: number, y: number, ends: readonly Point[]): string {
  const first = ends[0]!;
  const last = ends.at(-1)!;
  if (first === last && first.x === x) return `M${x} ${y}V${first.y}`;
  const bar = y + (LEVEL - BOX) / 2;
  const stem = { x, y };
  const left = x < first.x ? stem : first;
  const right = x > last.x ? stem : last;
  const radius = Math.min(RADIUS, (right.x - left.x) / 2);
  const bend = (point: Point) => bar + Math.sign(point.y - bar) * radius;
  const inner = [stem, ...ends].filter((point) => point !== left && point !== right);
  return [
    `M${left.x} ${left.y}V${bend(left)}Q${left.x} ${bar} ${left.x + radius} ${bar}`,
    `H${right.x - radius}Q${right.x} ${bar} ${right.x} ${bend(right)}V${right.y}`,
    ...inner.map((point) => `M${point.x} ${bar}V${point.y}`),
  ].join('');
}

const textOf = (node: Tree | string): string =>
  printable(typeof node === 'string' ? node : node.label || '•');

/** Pixels, rather too many than too few: classes of letters of a wide sans-serif font, and room around a label. */
function estimateWidth(text: string, node: Tree | string): number {
  let ems = 0;
  for (const [part] of text.matchAll(/[ -~]|[^ -~]+/g)) {
    if (part < ' ' || part > '~') ems += textWidth(part) * 0.6;
    else if (/[ijl.,:;'|!I() ]/.test(part)) ems += 0.38;
    else if (/[mwMW@%]/.test(part)) ems += 0.95;
    else ems += /[A-Z&<>+=#~^]/.test(part) ? 0.74 : 0.62;
  }
  if (typeof node === 'string') return Math.ceil(ems * FONT) + 2;
  return isPreterminal(node) ? Math.ceil(ems * 12) + 2 : Math.ceil(ems * FONT * 1.1) + 20;
}
