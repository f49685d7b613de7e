// Text that fits the lines of a terminal.
import { formatColumns, measureWidth } from './columns.ts';

/** A table in columns; cells give way, the widest first, until a line fits. */
export function fitTable(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
  width: number,
): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, c) =>
    Math.max(...rows.map((row) => measureWidth(row[c] ?? ''))),
  );
  const total = () => widths.reduce((sum, own) => sum + own + 2, -2);
  while (total() > width && Math.max(...widths) > 6) widths[widths.indexOf(Math.max(...widths))]!--;
  return formatColumns(
    rows.map((row) => row.map((cell, c) => cut(cell, widths[c]!))),
    right,
  );
}

/** A text of at most so many cells; the middle of a longer one gives way. */
export function cut(text: string, width: number): string {
  if (measureWidth(text) <= width) return text;
  const chars = [...text];
  while (chars.length > 0 && measureWidth(chars.join('')) > width - 1) chars.splice(chars.length >> 1, 1);
  return `${chars.slice(0, (chars.length + 1) >> 1).join('')}…${chars.slice((chars.length + 1) >> 1).join('')}`;
}

/** Lines of at most so many cells, broken between words where that is possible; of more than `most`, the first ones. */
export function wrap(text: string, width: number, most = Infinity): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measureWidth(longer) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = cut(word, width);
    }
  }
  lines.push(line);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), cut(`${lines[most - 1]}${'…'}`, width)];
}
