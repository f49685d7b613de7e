// Tables for papers.

export interface LatexTable {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** As `tabular` has them. */
  columns: string;
}

/** With the package booktabs. */
export function formatLatexTable({ title, head, rows, columns }: LatexTable): string {
  const line = (cells: readonly string[]) => `  ${cells.map(escapeLatex).join(' & ')} \\\\\n`;
  return [
    `% ${title.replaceAll('\n', ' ')}\n`,
    `\\begin{tabular}{${columns}}\n`,
    '  \\toprule\n',
    line(head),
    '  \\midrule\n',
    ...rows.map(line),
    '  \\bottomrule\n',
    '\\end{tabular}\n',
  ].join('');
}

const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '…': '\\ldots{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  Δ: '$\\Delta$',
};

const escapeLatex = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replace(/[\\~^…<>|Δ#$%&_{}]/g, (character) => LATEX[character] ?? `\\${character}`);
